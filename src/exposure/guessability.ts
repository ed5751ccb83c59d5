import { isObject } from '../core/json.ts'
import { choicesOf } from './choices.ts'

/** How hard an id is to guess, as far as its schema tells. */
export type Guessability = 'integer' | 'short' | 'time-ordered' | 'random' | 'unknown'

/** Bits of choice below which counting through all values over a network is practical. */
const practicalBits = 48

/** From here on nobody counts through, however many values are taken: half of a UUID's bits. */
const randomBits = 64

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const objectId = /^[0-9a-f]{24}$/
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/

/** Judges the schema of an id; `unknown` is a string without any bound, unless its examples tell more. */
export function guessabilityOf(schema: unknown, types: readonly string[]): Guessability {
  if (types.includes('integer') || types.includes('number')) return 'integer'
  if (!isObject(schema)) return 'unknown'
  const { format, pattern, maxLength } = schema
  const examples = examplesOf(schema)
  // Protocols without 64-bit numbers put them into strings.
  if (format === 'int32' || format === 'int64' || format === 'uint64') return 'integer'
  if (format === 'ulid' || format === 'objectid' || format === 'object-id') return 'time-ordered'
  if (format === 'uuid') return examples.some(isTimeOrdered) ? 'time-ordered' : 'random'
  if (typeof pattern === 'string') {
    const judged = judgePattern(pattern)
    if (judged !== undefined) return judged
  }
  if (typeof maxLength === 'number' && maxLength * Math.log2(36) < practicalBits) return 'short'
  return judgeExamples(examples)
}

function judgePattern(pattern: string): Guessability | undefined {
  const uuidVersion = /-\[?([1-8])\]?\[[0-9a-fA-F-]*a-f/i.exec(pattern)?.[1]
  if (uuidVersion !== undefined) return ['1', '6', '7'].includes(uuidVersion) ? 'time-ordered' : 'random'
  if (/^\^(?:\[0-9a-f(?:A-F)?\]|\[a-f0-9\]|\[a-fA-F0-9\])\{24\}\$$/.test(pattern)) return 'time-ordered'
  const choices = choicesOf(pattern)
  if (choices === undefined) return undefined
  if (choices.counted) return choices.digitsOnly ? 'integer' : 'short'
  if (choices.bits < practicalBits) return 'short'
  return choices.bits >= randomBits ? 'random' : undefined
}

function judgeExamples(examples: readonly string[]): Guessability {
  if (examples.length === 0) return 'unknown'
  if (examples.every(example => /^\d{1,12}$/.test(example))) return 'integer'
  if (examples.every(isTimeOrdered)) return 'time-ordered'
  return examples.every(example => uuid.test(example)) ? 'random' : 'unknown'
}

/** RFC 9562: versions 1, 6 and 7 begin with a clock, 4 is random; MongoDB's ids and ULIDs begin with a clock too. */
function isTimeOrdered(example: string): boolean {
  const version = uuid.exec(example)?.[1]
  if (version !== undefined) return ['1', '6', '7'].includes(version)
  return objectId.test(example) || ulid.test(example)
}

function examplesOf(schema: Readonly<Record<string, unknown>>): readonly string[] {
  const { example, examples } = schema
  return [example, ...(Array.isArray(examples) ? examples : [])].filter(value => typeof value === 'string')
}
