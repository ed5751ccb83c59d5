import type { Wire } from './model.ts'
import type { ValueProblem } from './value-problem.ts'
import { listOf } from './value-problem.ts'

/** A value that was read, or why it could not be. */
export type Read =
  | { readonly value: unknown }
  | { readonly problem: Pick<ValueProblem, 'keyword' | 'message' | 'pointer'> }

export const anyText: Wire = { types: [] }

const integer = /^-?(?:0|[1-9]\d*)$/
// RFC 8259 section 6: the numbers of JSON, and no others.
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/**
 * Turns the text of a scalar into a value of one of the types that its schema allows, the narrowest first. Strict: no
 * white space, no `+`, no leading zeros, no other base, and `1e3` is a number but no integer. An integer beyond 2^53
 * stays text, since as a number it would be rounded to another one.
 */
export function readScalar(text: string, wire: Wire): Read {
  const { types } = wire
  const scalars = types.filter(type => type !== 'array' && type !== 'object')
  if (scalars.length === 0) return { value: text }
  if ((types.includes('integer') || types.includes('number')) && integer.test(text)) {
    const value = Number(text)
    return { value: Number.isSafeInteger(value) || isStable(text, types) ? value + 0 : text }
  }
  if (types.includes('number') && number.test(text) && Number.isFinite(Number(text))) return { value: Number(text) }
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return { value: text === 'true' }
  if (types.includes('string')) return { value: text }
  if (types.includes('null') && (text === '' || text === 'null')) return { value: null }
  return { problem: { keyword: 'type', message: `must be ${listOf(scalars)}`, pointer: '' } }
}

/** Whether a number beyond 2^53 is written back as it came; of integers nobody should have to wonder. */
function isStable(text: string, types: readonly string[]): boolean {
  return !types.includes('integer') && String(Number(text)) === text
}

/** Turns the texts of a list into values; an empty text alone is an empty list. */
export function readList(texts: readonly string[], wire: Wire): Read {
  if (texts.length === 1 && texts[0] === '') return { value: [] }
  const values: unknown[] = []
  for (const [index, text] of texts.entries()) {
    const read = readScalar(text, wire.items ?? anyText)
    if ('problem' in read) return { problem: { ...read.problem, pointer: `/${index}` } }
    values.push(read.value)
  }
  return { value: values }
}

/** Turns names and texts into an object; a name that stands twice is a problem. */
export function readMembers(pairs: readonly (readonly [string, string])[], wire: Wire): Read {
  const values = new Map<string, unknown>()
  for (const [name, text] of pairs) {
    if (values.has(name))
      return { problem: { keyword: 'repeated', message: 'stands more than once', pointer: `/${name}` } }
    const read = readScalar(text, memberWire(wire, name))
    if ('problem' in read) return { problem: { ...read.problem, pointer: `/${name}` } }
    values.set(name, read.value)
  }
  // Unlike assignment, `fromEntries` makes `__proto__` a member like any other.
  return { value: Object.fromEntries(values) }
}

export function memberWire(wire: Wire, name: string): Wire {
  return wire.properties?.get(name) ?? wire.rest ?? anyText
}

/** `R,100,G,200` as pairs; undefined when a name has no value. */
export function pairUp(texts: readonly string[]): (readonly [string, string])[] | undefined {
  if (texts.length === 1 && texts[0] === '') return []
  if (texts.length % 2 === 1) return undefined
  const pairs: (readonly [string, string])[] = []
  for (let index = 0; index < texts.length; index += 2) pairs.push([texts[index] ?? '', texts[index + 1] ?? ''])
  return pairs
}

/** `R=100` as a pair; without `=` the value is empty. */
export function splitPair(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
