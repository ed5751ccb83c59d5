import { singular, wordsOf } from '../core/words.ts'

/** Words that say *this is an identifier* at the end of a name. */
const idWords = new Set(['id', 'ids', 'uuid', 'uuids', 'guid', 'guids', 'identifier', 'identifiers'])

// Millions of names are asked, and hardly any is an id: look before taking the name apart.
const ownId = /^[^a-z0-9]*(?:id|uuid|guid|identifier)s?[^a-z0-9]*$/i
const idEnding = /(?:id|uuid|guid|identifier)s?[^a-z0-9]*$/i

/** In a path, right behind a collection, these name an object too: `/parcels/{parcelCode}`. */
const pathIdWords = new Set([
  ...idWords,
  'key',
  'code',
  'number',
  'no',
  'ref',
  'reference',
  'slug',
  'handle',
  'name',
  'login',
])

/** Ids of messages and machinery: never of objects that somebody owns. */
const technical =
  /^(?:x )*(?:request|correlation|trace|parent span|span|idempotency|client request|nonce|csrf|session|api|kid|locale|language|currency|country|time ?zone|schema|version|build)$/

/** Machinery in one API, objects in the next: ids of these only where some response hands out such an object. */
const ambiguous =
  /^(?:message|event|client|app|application|key|batch|device|external|public|unique|global|parent|root)$/

/** What stands in a path behind a collection and selects, but names no object of it. */
const selector =
  /^(?:version|locale|lang|language|format|year|month|week|day|date|quarter|hour|from|to|start|end|page|offset|cursor|type|kind|category|status|state|action|method|currency|country|region|unit|ext|extension|lat|lon|lng|latitude|longitude|x|y|z|path|filename|query|term|q)$/

/** Endings of schema names that say how an object is shown, not what it is. */
const schemaSuffixes = new Set([
  'request',
  'response',
  'dto',
  'model',
  'view',
  'summary',
  'detail',
  'details',
  'item',
  'list',
  'page',
  'result',
  'results',
  'resource',
  'object',
  'entity',
  'data',
  'input',
  'output',
  'payload',
  'body',
  'public',
  'full',
  'created',
  'create',
  'update',
  'new',
  'base',
  'ref',
  'reference',
  'collection',
  'info',
  'read',
  'write',
  'out',
  'in',
  'envelope',
])

/** Paths end with these behind the collection that they work on. */
const pathVerbs = new Set([
  'search',
  'lookup',
  'find',
  'query',
  'filter',
  'list',
  'all',
  'mine',
  'bulk',
  'batch',
  'recent',
  'latest',
  'count',
  'export',
  'get',
  'fetch',
  'create',
  'update',
  'delete',
  'remove',
  'add',
])

/** Paths carry these in front of what they are about. */
const pathPrefixes = /^(?:api|rest|v\d+(?:\.\d+)*|public|private|internal|external|admin|me|my|self)$/i

export interface NamedType {
  /** Kebab-case singular: `account`, `bank-account`. */
  readonly type: string
  /** What the object is here: `source` of `source_account_id`. */
  readonly role?: string
}

/** The type in a name such as `source_account_id`, or undefined where the name is not that of an object's id. */
export function typeFromIdName(name: string, known: ReadonlySet<string>): NamedType | undefined {
  if (!idEnding.test(name)) return undefined
  const words = wordsOf(name).filter((word, index) => word !== 'x' || index > 0)
  if (words.length < 2 || !idWords.has(words.at(-1) ?? '')) return undefined
  return typeFromWords(words.slice(0, -1), known)
}

/** Splits words into role and type; the longest ending that is a known type wins, else the last word is the type. */
export function typeFromWords(words: readonly string[], known: ReadonlySet<string>): NamedType | undefined {
  if (words.length === 0 || technical.test(words.join(' '))) return undefined
  for (let start = 0; start < words.length; start++) {
    const type = kebab(words.slice(start))
    if (known.has(type)) return withRole(type, words.slice(0, start))
  }
  if (ambiguous.test(words.at(-1) ?? '')) return undefined
  return withRole(kebab(words.slice(-1)), words.slice(0, -1))
}

/** True for `id`, `uuid` …: the own id of the object that it stands in. */
export function isOwnId(name: string): boolean {
  return ownId.test(name)
}

/** The type that a component's name speaks of: `AccountResponse` gives `account`. */
export function typeFromSchemaName(name: string): string | undefined {
  // Generators put the package before the name: `api.v1.Account`.
  let words = wordsOf(name.split('.').at(-1) || name)
  while (words.length > 1 && schemaSuffixes.has(words.at(-1) ?? '')) words = words.slice(0, -1)
  while (
    words.length > 1 &&
    ['create', 'update', 'new', 'get', 'list', 'public', 'private', 'my'].includes(words[0] ?? '')
  ) {
    words = words.slice(1)
  }
  return words.length === 0 ? undefined : kebab(words)
}

/** The type that the last fixed segment of a path speaks of: `/v1/accounts` gives `account`. */
export function typeFromPath(path: string): string | undefined {
  const segments = path.split('/').filter(segment => segment !== '' && !segment.includes('{'))
  const named = segments.filter(segment => !pathPrefixes.test(segment))
  const last = named.findLast((segment, index) => index === 0 || !pathVerbs.has(segment.toLowerCase()))
  return last === undefined ? undefined : kebab(wordsOf(last))
}

/** The type of a path parameter: by its own name, else by the collection before it. */
export function typeFromPathParameter(path: string, name: string, known: ReadonlySet<string>): NamedType | undefined {
  const words = wordsOf(name)
  const front = path.slice(0, Math.max(0, path.indexOf(`{${name}}`)))
  const before = typeFromPath(front)
  if (pathPrefixes.test(name) || selector.test(words.join(' '))) return undefined
  const own = typeFromIdName(name, known)
  if (own !== undefined && (known.has(own.type) || before === undefined || !known.has(before))) return own
  if (before === undefined) return own
  // Behind a collection that is known for its objects, whatever the parameter is called, it names one of them.
  // Of two in a row the last is the object; the first is a part of its name, as in /repos/{owner}/{repo}.
  const alone = !/\}[^/]*\/$/.test(front) && !path.slice(front.length + name.length + 2).startsWith('/{')
  const namesIt = (alone && pathIdWords.has(words.at(-1) ?? '')) || kebab(words) === before
  return namesIt || (alone && known.has(before)) ? { type: before } : undefined
}

function withRole(type: string, role: readonly string[]): NamedType {
  return role.length === 0 ? { type } : { type, role: role.join('-') }
}

function kebab(words: readonly string[]): string {
  return words.map((word, index) => (index === words.length - 1 ? singular(word) : word)).join('-')
}
