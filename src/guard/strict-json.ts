import { isUtf8 } from 'node:buffer'
import { isObject } from '../core/json.ts'

export interface JsonLimits {
  readonly depth: number
  /** Members of objects and items of arrays, all together. */
  readonly members: number
}

export const jsonLimits: JsonLimits = { depth: 64, members: 100_000 }

export type StrictJson =
  | { readonly value: unknown; readonly lossy?: ReadonlyMap<number, string> }
  /** `fallback` is what a lenient reader would most probably have read, for policies that go on in alert mode. */
  | { readonly problem: string; readonly pointer: string; readonly fallback?: unknown }

export interface StrictOptions {
  readonly limits?: JsonLimits
  /** Member names that the contract declares although they are dangerous elsewhere. */
  readonly allowed?: ReadonlySet<string>
  /** Keeps numbers that a double cannot hold, by the text they had; without it they are a problem. */
  readonly keepLossy?: boolean
}

const dangerous = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Parses JSON that every other parser would read the same: RFC 8259 with the choices of I-JSON (RFC 7493), that is
 * valid UTF-8 without a byte order mark, no duplicate names, no number that a double cannot hold, bounded depth.
 *
 * `JSON.parse` does the work; one pass over the bytes counts what it does not tell: names outside of strings (more
 * than the value has members means that some were duplicates), depth, and numbers that lose digits.
 */
export function parseStrictJson(bytes: Buffer, options: StrictOptions = {}): StrictJson {
  const limits = options.limits ?? jsonLimits
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return problem('begins with a byte order mark')
  if (!isUtf8(bytes)) return problem('is not valid UTF-8')
  const text = bytes.toString('utf8')
  const scan = scanStructure(text, limits.depth)
  if (scan.tooDeep) return problem(`is nested deeper than ${limits.depth} levels`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return problem('is not well-formed JSON')
  }
  const census: Census = { members: 0, names: 0, dangerous: undefined }
  count(value, census, limits.members, options.allowed)
  if (census.members > limits.members) return problem('has too many members', value)
  if (census.dangerous !== undefined) return problem(`has a member called ${census.dangerous}`, value)
  if (census.names !== scan.names) return problem('has two members of one name', value)
  if (scan.numbers === undefined) return { value }
  const lossy = lossyNumbers(scan.numbers)
  if (lossy === undefined) return problem('has a number out of range', value)
  if (lossy.size === 0) return { value }
  return options.keepLossy === true ? { value, lossy } : problem('has a number with more digits than are kept', value)
}

function problem(message: string, fallback?: unknown): StrictJson {
  return { problem: message, pointer: '', ...(fallback === undefined ? {} : { fallback }) }
}

interface Structure {
  readonly names: number
  readonly tooDeep: boolean
  /** The text of numbers that are long or have an exponent; all others are exact. */
  readonly numbers: readonly string[] | undefined
}

const quote = 0x22
const backslash = 0x5c

/** One pass over text that need not be well-formed: colons outside of strings, depth, suspicious numbers. */
function scanStructure(text: string, depthLimit: number): Structure {
  let names = 0
  let depth = 0
  let numbers: string[] | undefined
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === quote) {
      index = endOfString(text, index)
    } else if (code === 0x3a) {
      names++
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > depthLimit) return { names, tooDeep: true, numbers }
    } else if (code === 0x7d || code === 0x5d) {
      depth--
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const start = index
      let exponent = false
      for (index++; index < text.length; index++) {
        const next = text.charCodeAt(index)
        if (next === 0x65 || next === 0x45) exponent = true
        else if (!(next >= 0x30 && next <= 0x39) && next !== 0x2e && next !== 0x2b && next !== 0x2d) break
      }
      if (exponent || index - start > 15) {
        numbers ??= []
        numbers.push(text.slice(start, index))
      }
      index--
    }
  }
  return { names, tooDeep: false, numbers }
}

/** The index of the closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end > 0) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes++
    if (slashes % 2 === 0) return end
    end = text.indexOf('"', end + 1)
  }
  return text.length
}

interface Census {
  members: number
  names: number
  dangerous: string | undefined
}

// The depth was bounded by the scan, so that recursion is safe.
function count(value: unknown, census: Census, limit: number, allowed: ReadonlySet<string> | undefined): void {
  if (typeof value !== 'object' || value === null || census.members > limit) return
  if (Array.isArray(value)) {
    census.members += value.length
    for (const item of value) if (typeof item === 'object' && item !== null) count(item, census, limit, allowed)
    return
  }
  if (!isObject(value)) return
  for (const name of Object.keys(value)) {
    census.members++
    census.names++
    if (dangerous.has(name) && (name === '__proto__' || allowed?.has(name) !== true)) census.dangerous ??= name
    const inner = value[name]
    if (typeof inner === 'object' && inner !== null) count(inner, census, limit, allowed)
  }
}

const firstUnsafe = 2 ** 53

/** Numbers of which a double keeps fewer digits than were written; undefined when one overflows or vanishes. */
function lossyNumbers(texts: readonly string[]): Map<number, string> | undefined {
  const lossy = new Map<number, string>()
  for (const text of texts) {
    const value = Number(text)
    const mantissa = text.replace(/[eE].*$/, '')
    const digits = mantissa.replace(/^-?0*\.?0*/, '').replace('.', '').length
    if (!Number.isFinite(value) || (value === 0 && /[1-9]/.test(mantissa))) return undefined
    if (digits <= 15 || Math.abs(value) < firstUnsafe || (digits <= 17 && mantissa.length < text.length)) continue
    const other = lossy.get(value)
    if (other !== undefined && other !== text) return undefined
    lossy.set(value, text)
  }
  return lossy
}

/** Serialises a value; numbers that were kept by their text are written as they came. */
export function writeJson(value: unknown, lossy?: ReadonlyMap<number, string>): string {
  if (lossy === undefined) return JSON.stringify(value) ?? 'null'
  const text = JSON.stringify(value, (_, inner: unknown) => {
    const original = typeof inner === 'number' ? lossy.get(inner) : undefined
    return original === undefined ? inner : rawJson(original)
  })
  return text ?? 'null'
}

function rawJson(text: string): unknown {
  // In every supported Node, not yet in the ES2024 library that this is compiled against.
  const json = JSON as typeof JSON & { rawJSON(text: string): unknown }
  return json.rawJSON(text)
}
