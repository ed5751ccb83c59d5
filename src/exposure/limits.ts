import type { Limit } from '../contract/extension.ts'
import type { Contract, Operation } from '../contract/model.ts'
import { walkSchema } from '../contract/walk.ts'
import { isObject, type JsonObject, member } from '../core/json.ts'
import { wordsOf } from '../core/words.ts'
import type { FactSource } from './fact.ts'
import { type Field, type OperationFields, successFields } from './fields.ts'
import { isOwnId } from './object-names.ts'

/** A parameter that steers how many records come back. */
export interface PageParameter {
  readonly field: Field
  /** True for names that mean nothing else (`limit`, `pageSize`): only these are held to a maximum by the guard. */
  readonly wellKnown: boolean
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
  /^(?:page|result|results|item|items|record|records|rows|entries|list|fetch|batch|chunk|max|per|query)(?: per)? (?:size|limit|page|count|length|max|results|items|records|rows|entries)$|^(?:max|num|number of|how many|no of) (?:results|items|rows|records|entries|hits)$|^(?:limit|size|count|take|max) (?:per page|of results|results|items)$|^(?:pagesize|perpage|maxresults|maxitems|pagelimit|pagelength|numresults)$/
/** In the query of a list these are page sizes as often as something else, in a body hardly ever. */
const doubtfulWords = new Set(['length', 'n', 'num', 'hits'])
/** `count` of a body is as well how many of something are wanted: seats, copies. */
const goods = /^(?:count|size|max|first|last|top|take|(?:item|items|batch) (?:size|count|length|max))$/
/** A search may keep its page together: `{ text, page: { limit } }`. */
const pageHolder = /^(?:page|paging|pagination|pager)$/i

/** Which limits hold for an operation, and which inputs have none. */
export function limitsOf(contract: Contract, operation: Operation, fields: OperationFields): LimitFact {
  const reads = isRead(operation)
  const list = answersList(operation, fields, reads)
  return {
    rates: operation.extension.limits ?? [],
    documented: operation.responses.some(
      response => response.status === '429' || [...response.headers.keys()].some(name => rateHeader.test(name)),
    ),
    pages: list && reads ? fields.in.flatMap(pageParameter) : [],
    list,
    unbounded: fields.in.filter(field => isUnbounded(contract, field)),
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

/** A method that only reads (RFC 9110 section 9.2.1), or a POST that says it searches. */
function isRead(operation: Operation): boolean {
  return reading.has(operation.method) || (operation.method === 'POST' && saysRead(operation))
}
const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'QUERY'])

const readVerbs = new Set(['search', 'query', 'lookup', 'find', 'filter', 'browse', 'list'])

/** `/orders/search`, `/orders:query`, `listOrders`, `orders.find`; not `/shopping-list`, nor `createFilter`. */
function saysRead({ path, id }: Operation): boolean {
  const last = path.split(/[/:]/).findLast(part => part !== '' && !part.includes('{')) ?? ''
  const segment = wordsOf(last)
  const [verb = '', ...rest] = id === undefined ? [] : wordsOf(id.split(/[./:]/).at(-1) ?? '')
  if (/^(?:create|add|new|make|save|store|update|put|set|place|post)$/.test(verb)) return false
  const ends = [segment.at(-1), rest.at(-1)].some(word => word !== undefined && word !== 'list' && readVerbs.has(word))
  return ends || readVerbs.has(segment[0] ?? '') || readVerbs.has(verb)
}

/**
 * True when the answer is a list, or an object around one. An article with its tags is no list: behind an id only the
 * names that mean *the list* count, elsewhere any list of objects at the top. What a write answers with (an order and
 * its lines) is a list only when it is nothing else, and so is what has an id of its own beside the list.
 */
function answersList(operation: Operation, fields: OperationFields, reads: boolean): boolean {
  const single = operation.path.endsWith('}')
  const answered = successFields(operation, fields)
  const records = new Set(answered.filter(field => isOwnId(field.name)).map(field => field.path.slice(0, -1).join('/')))
  return answered.some(({ path }) => {
    const at = path.indexOf('[]')
    const name = path[at - 1]?.toLowerCase() ?? ''
    if (at === 0) return true
    if (!reads) return false
    if (at === 2 && !envelopes.has(path[0]?.toLowerCase() ?? '')) return false
    if (at < 1 || at > 2) return false
    return listNames.has(name) || (!single && path.length > at + 1 && !records.has(path.slice(0, at - 1).join('/')))
  })
}

/** A number in the query, or at the top of the body of a search; what stands in items is data, never a page size. */
function pageParameter(field: Field): readonly PageParameter[] {
  const inBody = field.place === 'body'
  if (inBody ? !isAtTop(field) : field.place !== 'query') return []
  if (!field.types.includes('integer') && !field.types.includes('number')) return []
  const words = wordsOf(field.name)
  const phrase = words.join(' ')
  const named = pagePhrase.test(phrase) || pageWords.has(phrase)
  if (!named && (inBody || !doubtfulWords.has(phrase))) return []
  const maximum = upperBound(field)
  const wellKnown = named && !(inBody && field.path.length === 1 && goods.test(phrase))
  return [{ field, wellKnown, source: 'guessed', ...(maximum === undefined ? {} : { maximum }) }]
}

function isAtTop({ path }: Field): boolean {
  return path.length === 1 || (path.length === 2 && pageHolder.test(path[0] ?? ''))
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

function isUnbounded(contract: Contract, field: Field): boolean {
  if (field.schema === undefined || !isObject(field.schema.value) || field.readOnly) return false
  // One part of a composition that holds for every value bounds the whole.
  const parts = walkSchema(contract, field.schema).flatMap(part => (part.always ? [part.schema.value] : []))
  return parts.every(part => leavesOpen(field, part))
}

function leavesOpen(field: Field, schema: JsonObject): boolean {
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
