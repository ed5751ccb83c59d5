import { isObject } from '../core/json.ts'
import type { Contract, Located, Schema } from './model.ts'
import { type Shape, Shapes } from './shape-union.ts'

export type { Shape } from './shape-union.ts'

/** Which way a body goes. */
export type Direction = 'request' | 'response'

/**
 * The properties that a schema declares in one direction: `writeOnly` ones are not part of a response, `readOnly` ones
 * not of a request. An object with properties is closed unless `additionalProperties`, `unevaluatedProperties` or
 * `patternProperties` open it, whatever JSON Schema says: what nobody declared nobody meant to send. A schema that says
 * nothing about objects, or nothing but `type: object`, is open.
 */
export function declaredShape(contract: Contract, schema: Located<Schema>, direction: Direction): Shape {
  let cache = caches.get(contract)
  if (cache === undefined) {
    cache = { request: new Shapes(contract, 'readOnly'), response: new Shapes(contract, 'writeOnly') }
    caches.set(contract, cache)
  }
  return cache[direction].of([schema])
}

const caches = new WeakMap<Contract, Readonly<Record<Direction, Shapes>>>()

export interface Picked {
  /** The very value that was given when nothing had to go. */
  readonly value: unknown
  /** What was left out: `data[].email`, `byName.*.email`; each once, a hundred at most. */
  readonly removed: readonly string[]
}

const mostRemoved = 100

/** Data that nests deeper than this is cut off: no contract of ours does, and recursion must end. */
const deepest = 500

const nothing: readonly string[] = []

/** A value without the properties that its shape does not declare; the same reference when nothing has to go. */
export function pick(shape: Shape, value: unknown): Picked {
  // Nearly every answer fits: that is found out without a copy and without a path.
  if (fits(shape, value, 0)) return { value, removed: nothing }
  const removed = new Set<string>()
  const kept = pickValue(shape, value, '', 0, removed)
  return { value: kept, removed: [...removed] }
}

function fits(shape: Shape, value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (depth >= deepest) return false
  if (Array.isArray(value)) {
    const items = shape.items()
    return items === undefined ? value.length === 0 : value.every(item => fits(items, item, depth + 1))
  }
  for (const [key, member] of Object.entries(value)) {
    const inner = shape.property(key)
    if (inner === undefined || !fits(inner, member, depth + 1)) return false
  }
  return true
}

function pickValue(shape: Shape, value: unknown, path: string, depth: number, removed: Set<string>): unknown {
  if (Array.isArray(value)) return pickItems(shape, value, path, depth, removed)
  return isObject(value) ? pickMembers(shape, value, path, depth, removed) : value
}

function pickItems(shape: Shape, list: readonly unknown[], path: string, depth: number, removed: Set<string>): unknown {
  const items = depth < deepest ? shape.items() : undefined
  const at = `${path}[]`
  if (items === undefined) {
    if (list.length > 0) note(at, removed)
    return list.length === 0 ? list : []
  }
  let changed: unknown[] | undefined
  for (const [index, item] of list.entries()) {
    const kept = pickValue(items, item, at, depth + 1, removed)
    if (kept !== item) changed ??= list.slice(0, index)
    changed?.push(kept)
  }
  return changed ?? list
}

function pickMembers(
  shape: Shape,
  value: Readonly<Record<string, unknown>>,
  path: string,
  depth: number,
  removed: Set<string>,
): unknown {
  const keys = Object.keys(value)
  const kept: [string, unknown][] = []
  let changed = false
  for (const key of keys) {
    const inner = depth < deepest ? shape.property(key) : undefined
    // The name of a map's entry is data: it does not belong into a report.
    const at = join(path, inner !== undefined && !shape.declares(key) ? '*' : key)
    if (inner === undefined) {
      note(at, removed)
      changed = true
      continue
    }
    const member = pickValue(inner, value[key], at, depth + 1, removed)
    if (member !== value[key]) changed = true
    kept.push([key, member])
  }
  // Unlike assignment, `fromEntries` makes `__proto__` a member like any other.
  return changed ? Object.fromEntries(kept) : value
}

function join(path: string, key: string): string {
  const name = key.length > 64 ? `${key.slice(0, 64)}…` : key
  return path === '' ? name : `${path}.${name}`
}

function note(path: string, removed: Set<string>): void {
  if (removed.size < mostRemoved) removed.add(path)
}
