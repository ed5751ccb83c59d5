import type { Limit } from '../contract/extension.ts'
import type { Contract, Operation } from '../contract/model.ts'
import { isObject, member } from '../core/json.ts'
import { wordsOf } from '../core/words.ts'
import type { FactSource } from './fact.ts'
import { type Field, type OperationFields, successFields } from './fields.ts'

/** A parameter that steers how many records come back. */
export interface PageParameter {
  readonly field: Field
  readonly maximum?: number
  readonly source: FactSource
}

export interface LimitFact {
  /** From the overlay: what the guard enforces. */
  readonly rates: readonly Limit[]
  /** The contract tells clients about limits: a 429 answer or a rate-limit header. */
  readonly documented: boolean
  readonly pages: readonly PageParameter[]
  /** True when a successful answer is, or holds at its top, a list of objects. */
  readonly list: boolean
  /** Inputs that may be of any size: strings, arrays, and numbers that count records. */
  readonly unbounded: readonly Field[]
  /** Body media types that carry files. */
  readonly uploads: readonly string[]
}

const rateHeader = /^(?:x-)?rate-?limit/i
const pageWords = new Set(['limit', 'size', 'count', 'take', 'top', 'first', 'last', 'rows', 'max'])
const pagePhrase =
  /^(?:page|result|results|item|items|record|records|rows|entries|list|fetch|batch|chunk|max|per|query)(?: per)? (?:size|limit|page|count|length|max|results|items|records|rows|entries)$|^(?:max|num|number of|how many|no of) (?:results|items|rows|records|entries|hits)$|^(?:limit|size|count|take|max) (?:per page|of results|results|items)$|^(?:pagesize|perpage|maxresults|maxitems|pagelimit|pagelength|numresults|amount|length|n|num|quantity|hits)$/

/** Which limits hold for an operation, and which inputs have none. */
export function limitsOf(contract: Contract, operation: Operation, fields: OperationFields): LimitFact {
  const list = answersList(operation, fields)
  return {
    rates: operation.extension.limits ?? [],
    documented: operation.responses.some(
      response => response.status === '429' || [...response.headers.keys()].some(name => rateHeader.test(name)),
    ),
    pages: list ? fields.in.flatMap(field => pageParameter(contract, field)) : [],
    list,
    unbounded: fields.in.filter(isUnbounded),
    uploads: (operation.body?.content ?? []).map(media => media.type).filter(carriesFiles),
  }
}

const listNames = new Set([
  'data',
  'items',
  'results',
  'records',
  'content',
  'values',
  'value',
  'list',
  'entries',
  'rows',
  'hits',
])
const envelopes = new Set(['data', 'result', 'response', '_embedded', 'payload', 'page', 'body'])

/**
 * True when the answer is a list, or an object around one. An article with its tags is no list: behind an id only the
 * names that mean *the list* count, elsewhere any list of objects at the top.
 */
function answersList(operation: Operation, fields: OperationFields): boolean {
  const single = operation.path.endsWith('}')
  return successFields(operation, fields).some(({ path }) => {
    const at = path.indexOf('[]')
    const name = path[at - 1]?.toLowerCase() ?? ''
    if (at === 0) return true
    if (at === 2 && !envelopes.has(path[0]?.toLowerCase() ?? '')) return false
    if (at < 1 || at > 2) return false
    return listNames.has(name) || (!single && path.length > at + 1)
  })
}

function pageParameter(_contract: Contract, field: Field): readonly PageParameter[] {
  if (field.place !== 'query' && field.place !== 'body') return []
  if (!field.types.includes('integer') && !field.types.includes('number')) return []
  const words = wordsOf(field.name)
  const named = pagePhrase.test(words.join(' ')) || (words.length === 1 && pageWords.has(words[0] ?? ''))
  if (!named) return []
  const maximum = upperBound(field)
  return [{ field, source: 'guessed', ...(maximum === undefined ? {} : { maximum }) }]
}

function upperBound(field: Field): number | undefined {
  const schema = field.schema?.value
  const maximum = member(schema, 'maximum')
  const exclusive = member(schema, 'exclusiveMaximum')
  const options = member(schema, 'enum')
  const bounds = [maximum, exclusive].filter(bound => typeof bound === 'number')
  if (Array.isArray(options)) bounds.push(...options.filter(option => typeof option === 'number'))
  return bounds.length === 0 ? undefined : Math.max(...bounds)
}

function isUnbounded(field: Field): boolean {
  const schema = field.schema?.value
  if (!isObject(schema) || field.readOnly) return false
  if (field.types.includes('array')) return schema['maxItems'] === undefined
  if (!field.types.includes('string')) return false
  // An enumeration, a constant or a format of fixed form bounds a string as well as a maximum does.
  const bounded = ['maxLength', 'enum', 'const'].some(keyword => schema[keyword] !== undefined)
  if (typeof schema['pattern'] === 'string' && hasEnd(schema['pattern'])) return false
  return !bounded && !['date', 'date-time', 'time', 'uuid', 'ipv4', 'ipv6', 'binary'].includes(String(schema['format']))
}

/** True for an anchored pattern in which nothing repeats without an end. */
function hasEnd(pattern: string): boolean {
  if (!pattern.startsWith('^') || !pattern.endsWith('$') || pattern.includes('|')) return false
  const repeats = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x')
  return !/[*+]|\{\d+,\}/.test(repeats)
}

function carriesFiles(type: string): boolean {
  return type === 'multipart/form-data' || type === 'application/octet-stream' || /^(?:image|audio|video)\//.test(type)
}
