import { Fault } from '../core/fault.ts'
import { isObject, isString } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'

/** What a detector can be told: thresholds, lengths of time in milliseconds, and lists of names to leave out. */
export interface DetectorOptions {
  readonly [name: string]: number | readonly string[]
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * A parser of a detector's configuration: what is left out keeps its default, and every mistake is a Fault that names
 * the nearest known key. A length of time may be written `10m`.
 */
export function optionsParser<Options extends DetectorOptions>(
  id: string,
  defaults: Options,
): (configured: unknown) => Options {
  return configured => {
    if (configured === undefined) return defaults
    if (!isObject(configured)) throw mistake(`The options of detector ${id} are not an object.`, defaults)
    const parsed = Object.entries(configured).map(([name, value]) => {
      const known = Object.hasOwn(defaults, name) ? defaults[name] : undefined
      if (known === undefined) throw mistake(`Detector ${id} has no option ${JSON.stringify(name)}.`, defaults, name)
      const option = typeof known === 'number' ? numberFrom(value) : namesFrom(value)
      const wanted = typeof known === 'number' ? 'a number above 0, or a time such as 10m' : 'a list of names'
      if (option === undefined) throw mistake(`Option ${name} of detector ${id} is not ${wanted}.`, defaults)
      return [name, option] as const
    })
    return { ...defaults, ...Object.fromEntries(parsed) }
  }
}

function numberFrom(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value > 0 ? value : undefined
  const match = isString(value) ? /^(\d{1,9})(ms|s|m|h|d)$/.exec(value) : null
  const milliseconds = Number(match?.[1]) * (units[match?.[2] ?? ''] ?? 0)
  return milliseconds > 0 ? milliseconds : undefined
}

function namesFrom(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every(isString) ? value : undefined
}

function mistake(message: string, defaults: DetectorOptions, name?: string): Fault {
  const names = Object.keys(defaults)
  const near = name === undefined ? undefined : nearest(name, names)
  const hint = near === undefined ? `It has the options ${names.join(', ')}.` : `Did you mean ${near}?`
  return new Fault('configuration', message, { hint })
}
