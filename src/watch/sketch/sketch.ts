import { hash } from 'node:crypto'
import type { JsonValue } from '../../core/json.ts'

/** A bounded piece of memory. It is fed by event time only, so that the same events leave the same state. */
export interface Sketch {
  /** An upper estimate of the heap it holds now; the caps of the room are kept by it. */
  readonly bytes: number
  save(): JsonValue
}

/** How a sketch comes to be: empty, or from what `save` gave. `shape` changes whenever saved state would not fit. */
export interface SketchKind<S extends Sketch> {
  readonly shape: string
  create(): S
  /** Undefined when the saved state is not of this kind. */
  restore(saved: unknown): S | undefined
}

const longestKey = 64

/** A key of bounded length: what is longer (a path, a name from a client) is known by its digest. */
export function boundedKey(...parts: readonly string[]): string {
  const key = parts.join('\n')
  return key.length <= longestKey ? key : hash('sha256', key, 'base64url')
}

/**
 * 48 bits of a digest as a whole number. Two of n different texts agree with a chance below n² / 2⁴⁹: one in thirty
 * million for a few thousand.
 */
export function digest48(text: string): number {
  return Number.parseInt(hash('sha256', text).slice(0, 12), 16)
}

/** A whole number that a counter can go on from. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
