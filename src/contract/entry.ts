import { Fault, type FaultCode } from '../core/fault.ts'
import { escapePointerToken, isObject, type JsonValue } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'
import type { Place } from '../risk/finding.ts'

/**
 * A value of a file that people write by hand (an `x-rugged` entry, a configuration) and that knows how to complain:
 * with its name, its place, and the nearest thing that is known.
 */
export class Entry {
  readonly value: JsonValue | undefined
  /** `x-rugged.limits[0].rate` */
  readonly name: string
  readonly #pointer: string
  readonly #locate: (pointer: string) => Place
  readonly #code: FaultCode

  constructor(
    value: JsonValue | undefined,
    name: string,
    pointer: string,
    locate: (pointer: string) => Place,
    code: FaultCode = 'extension-invalid',
  ) {
    this.#code = code
    this.value = value
    this.name = name
    this.#pointer = pointer
    this.#locate = locate
  }

  /** The fault to throw when the value is not what it should be. */
  wrong(message: string, hint: string): Fault {
    const { file, line, column } = this.#locate(this.#pointer)
    return new Fault(this.#code, message, { place: { file, line, column }, hint })
  }

  /** The members of an object; a key outside `known` is a fault that names the nearest. */
  members<Key extends string>(known: readonly Key[], elsewhere?: (key: string) => string | undefined): Map<Key, Entry> {
    if (!isObject(this.value)) throw this.wrong(`${this.name} must be an object.`, `Its keys are ${known.join(', ')}.`)
    const found = new Map<Key, Entry>()
    for (const [key, value] of Object.entries(this.value)) {
      const entry = new Entry(
        value,
        `${this.name}.${key}`,
        `${this.#pointer}/${escapePointerToken(key)}`,
        this.#locate,
        this.#code,
      )
      const match = known.find(candidate => candidate === key)
      if (match === undefined)
        throw entry.wrong(`${this.name} has no key "${key}".`, elsewhere?.(key) ?? suggest(key, known))
      found.set(match, entry)
    }
    return found
  }

  elements(): Entry[] {
    if (!Array.isArray(this.value))
      throw this.wrong(`${this.name} must be a list.`, 'Write it as [ … ], or one "- " per line.')
    return this.value.map(
      (value: JsonValue, index) =>
        new Entry(value, `${this.name}[${index}]`, `${this.#pointer}/${index}`, this.#locate, this.#code),
    )
  }

  text(): string {
    if (typeof this.value === 'string' && this.value !== '') return this.value
    throw this.wrong(`${this.name} must be text.`, 'Put it in quotes if it looks like a number.')
  }

  /** A list of texts; a single text is a list of one. */
  texts(): readonly string[] {
    return typeof this.value === 'string' ? [this.text()] : this.elements().map(element => element.text())
  }

  word<Word extends string>(known: readonly Word[]): Word {
    const found = known.find(candidate => candidate === this.value)
    if (found !== undefined) return found
    const written = typeof this.value === 'string' ? this.value : ''
    throw this.wrong(`${this.name} must be one of ${known.join(', ')}.`, suggest(written, known))
  }

  /** A whole number, not negative. */
  count(least = 0): number {
    const { value } = this
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value
    throw this.wrong(
      `${this.name} must be a whole number, ${least} or more.`,
      `Write it as a number: ${Math.max(1, least)}.`,
    )
  }

  /** A time as `90s`, `15m`, `2h`, `1d`, or a number of seconds. In milliseconds. */
  time(): number {
    const milliseconds = typeof this.value === 'number' ? this.value * 1000 : parseTime(String(this.value))
    if (milliseconds !== undefined && Number.isSafeInteger(milliseconds) && milliseconds >= 0) return milliseconds
    throw this.wrong(`${this.name} must be a time.`, 'Write a number of seconds, or 90s, 15m, 2h, 1d.')
  }
}

function suggest(written: string, known: readonly string[]): string {
  const near = nearest(written, known)
  return near === undefined ? `Known are ${known.join(', ')}.` : `Did you mean "${near}"?`
}

const units = {
  ms: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
} as const

/** The milliseconds of `5m`, `1d` or a bare unit (`s`, `day`); undefined for anything else. */
export function parseTime(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,6})?\s?([a-z]+)$/.exec(text) ?? []
  if (!Object.hasOwn(units, unit)) return undefined
  const milliseconds = units[unit as keyof typeof units] // as: the line above has looked
  return (count === '' ? 1 : Number(count)) * milliseconds
}
