import type { OperationExposure } from '../exposure/exposure.ts'
import { sensitiveFields } from '../exposure/exposure.ts'
import { successFields } from '../exposure/fields.ts'
import type { Exchange } from './exchange.ts'

interface SensitivePlace {
  readonly class: string
  readonly path: readonly string[]
}

/** Of a list that many are looked into: its records are alike. */
const itemsLookedAt = 5

const compiled = new WeakMap<OperationExposure, readonly SensitivePlace[]>()

/** Notes the classes of sensitive data in an answer as it leaves, after policies have taken out what they do. */
export function noteSensitive({ exposure, answer, sightings }: Exchange): void {
  if (exposure === undefined || answer === undefined || answer.value === undefined || answer.status >= 300) return
  let places = compiled.get(exposure)
  if (places === undefined) {
    const fields = sensitiveFields(successFields(exposure.operation, exposure.fields))
    places = fields.map(({ path, sensitive }) => ({ class: sensitive?.class ?? '', path }))
    compiled.set(exposure, places)
  }
  for (const { class: name, path } of places) {
    if (!sightings.sensitive.has(name) && isThere(answer.value, path, 0)) sightings.sensitive.add(name)
  }
}

function isThere(value: unknown, path: readonly string[], at: number): boolean {
  if (value === undefined || value === null || value === '') return false
  const step = path[at]
  if (step === undefined) return true
  if (typeof value !== 'object') return false
  if (step === '[]' || step === '*') {
    const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
    return items.slice(0, itemsLookedAt).some(item => isThere(item, path, at + 1))
  }
  // The own property of an object: nothing that its prototype answers to.
  return Object.hasOwn(value, step) && isThere((value as Readonly<Record<string, unknown>>)[step], path, at + 1)
}
