import type { Operation } from '../contract/model.ts'
import { isString, type JsonValue, member } from '../core/json.ts'
import { singular, wordsOf } from '../core/words.ts'
import type { ApiExposure, OperationExposure } from '../exposure/exposure.ts'
import type { Field } from '../exposure/fields.ts'
import { isOwnId, typeFromIdName, typeFromPath } from '../exposure/object-names.ts'
import { type Actor, claimsOf } from './actor.ts'
import { speaksOfPeople } from './person.ts'
import type { KnownId, ValuePool } from './pool.ts'
import { flattenSchema } from './schema.ts'
import { dotted } from './sensitive.ts'

/** A place in a request that names an object, or may do so. */
export interface Reference {
  /** Where only the form of the value suggests that it names something, the name of the field itself. */
  readonly type: string
  readonly guessed: boolean
  readonly role?: string
  readonly field: Field
}

/** The references that the fact table knows, and the inputs that look like one although nothing names their type. */
export function referencesOf(
  { operation, uses, fields, urls }: OperationExposure,
  api: ApiExposure,
): readonly Reference[] {
  const known = new Set(uses.map(({ field }) => `${field.place} ${dotted(field.path)}`))
  const isKnown = ({ place, path }: Field) =>
    known.has(`${place} ${dotted(path)}`) || known.has(`${place} ${dotted(path)}[]`)
  const addresses = new Set(urls.map(url => url.field))
  const types = [...api.objects.types.keys()]
  const guessed = fields.in.flatMap((field): Reference[] => {
    if (isKnown(field) || addresses.has(field) || field.readOnly) return []
    const listed = field.types.includes('array') ? listOfIds(field, operation, new Set(types), api) : undefined
    if (listed !== undefined) return [listed]
    if (!mayHoldId(field)) return []
    const words = wordsOf(field.name === '[]' ? (field.path.at(-2) ?? '') : field.name)
    const type = types.find(name => {
      const wanted = name.split('-')
      return wanted.length <= words.length && wanted.join(' ') === words.slice(-wanted.length).join(' ')
    })
    if (type !== undefined) return [{ type, field, guessed: false }]
    if (choice.test(words.join(' '))) return []
    const patterned = patternOf(field, api)
    const shaped = patterned === undefined ? undefined : idPatternsOf(api).get(patterned)
    if (shaped !== undefined) return [{ type: shaped, field, guessed: false, role: words.join('-') }]
    if (saysWho(field, words, api)) return [{ type: singularName(words), field, guessed: true }]
    const looksLikeId = member(field.schema?.value, 'format') === 'uuid' || field.place === 'path'
    return looksLikeId ? [{ type: words.join('-'), field, guessed: true }] : []
  })
  return [...uses.map(use => ({ ...use, guessed: false })), ...guessed]
}

// These choose among a few, and belong to nobody.
const choice =
  /^(?:version|api version|locale|lang|language|format|date|day|year|month|week|currency|country|region|category|tag|status|state|type|kind|action|step|page|field|metric|unit|path|file ?name|extension)$/

/** Names of fields that stand for a type of their own: what answers hold under such a name is an id of that type. */
export function guessedTypesOf(api: ApiExposure): ReadonlySet<string> {
  const references = api.operations.flatMap(exposure => referencesOf(exposure, api))
  return new Set(references.flatMap(({ type, guessed }) => (guessed ? [type] : [])))
}

/** A batch, `ids: [...]` or `accountIds: [...]`: its first item stands for all. */
function listOfIds(
  field: Field,
  operation: Operation,
  types: ReadonlySet<string>,
  api: ApiExposure,
): Reference | undefined {
  const items = member(field.schema?.value, 'items')
  if (field.place !== 'body' || member(items, 'properties') !== undefined || member(items, 'enum') !== undefined)
    return undefined
  const type = isOwnId(field.name) ? typeFromPath(operation.path) : typeFromIdName(field.name, types)?.type
  const words = wordsOf(field.name)
  const who = type === undefined && saysWho({ ...field, schema: undefined }, words, api)
  if (type === undefined && !who) return undefined
  const itemType = member(items, 'type')
  return {
    type: type ?? singularName(words),
    guessed: type === undefined,
    field: { ...field, path: [...field.path, '[]'], name: field.name, types: isString(itemType) ? [itemType] : [] },
  }
}

// Of a person or an organisation, but not the name of one of its objects.
const organisation =
  /^(?:accounts?|orgs?|organi[sz]ations?|compan(?:y|ies)|teams?|workspaces?|households?|famil(?:y|ies)|wallets?|cards?|polic(?:y|ies)|memberships?|subscriptions?|firms?|branch|branches)$/
const said = /^(?:name|login|handle|mail|email|phone|title|address|role|type|status|plan|tier|level|count|number)$/

/**
 * An input that is called like something an operation without parameters says of its caller (`customer` of `/me`): who
 * the caller is, or works for. Whether it names anything is seen when the answers of two actors differ in it.
 */
function saysWho(field: Field, words: readonly string[], api: ApiExposure): boolean {
  const last = words.at(-1) ?? ''
  if (said.test(last) || !(speaksOfPeople(...words) || organisation.test(last))) return false
  return field.place !== 'header' && selfNamesOf(api).has(singularName(words))
}

function singularName(words: readonly string[]): string {
  return words.map((word, index) => (index === words.length - 1 ? singular(word) : word)).join('-')
}

const selfNames = new WeakMap<ApiExposure, ReadonlySet<string>>()

/** Names in what an operation that takes nothing says of its caller: one object, and no list. */
function selfNamesOf(api: ApiExposure): ReadonlySet<string> {
  const known = selfNames.get(api)
  if (known !== undefined) return known
  const rows = api.operations.filter(
    ({ effect, limits, operation, access }) =>
      effect === 'reads' &&
      !limits.list &&
      !access.anonymous &&
      operation.parameters.every(({ required }) => !required),
  )
  const names = new Set(
    rows.flatMap(({ fields }) =>
      fields.out
        .filter(({ status, path, name }) => status?.startsWith('2') === true && path.length <= 2 && name !== '[]')
        .map(({ name }) => singularName(wordsOf(name))),
    ),
  )
  selfNames.set(api, names)
  return names
}

const idPatterns = new WeakMap<ApiExposure, ReadonlyMap<string, string>>()

/** Patterns that ids of exactly one type have: what has the same is one of them, whatever it is called. */
function idPatternsOf(api: ApiExposure): ReadonlyMap<string, string> {
  const known = idPatterns.get(api)
  if (known !== undefined) return known
  const types = new Map<string, Set<string>>()
  for (const { uses } of api.operations) {
    for (const { type, field } of uses) {
      const pattern = field.place === 'path' ? patternOf(field, api) : undefined
      if (pattern !== undefined) types.set(pattern, (types.get(pattern) ?? new Set()).add(type))
    }
  }
  const single = [...types].flatMap(([pattern, [type, ...others]]) =>
    type === undefined || others.length > 0 ? [] : [[pattern, type] as const],
  )
  idPatterns.set(api, new Map(single))
  return new Map(single)
}

/** A pattern that tells something: with a digit in it that counts, as ids have and words have not. */
function patternOf(field: Field, { contract }: ApiExposure): string | undefined {
  const { pattern } = flattenSchema(contract, field.schema).keywords
  return isString(pattern) && /\d|\\d/.test(pattern) ? pattern : undefined
}

function mayHoldId(field: Field): boolean {
  if (field.place === 'header' || field.place === 'cookie') return false
  const schema = field.schema?.value
  if (['enum', 'const', 'properties', 'items'].some(keyword => member(schema, keyword) !== undefined)) return false
  const format = member(schema, 'format')
  if (isString(format) && !/^(?:uuid|int32|int64|objectid)$/.test(format)) return false
  return field.types.length === 0 || field.types.includes('string') || field.types.includes('integer')
}

/** Values that an actor may name here, the best first: own fresh, own listed, seen under the same name, own claims. */
export function candidatesFor(reference: Reference, actor: Actor, pool: ValuePool): readonly JsonValue[] {
  const { type, field, guessed } = reference
  const typed = pool.ids(type, actor.name)
  const ids: readonly KnownId[] = guessed && typed.length === 0 ? pool.allIds(actor.name) : typed
  const fitting = ids.filter(id => fits(field, id.value)).map(id => cast(field, id.value))
  const named = [...new Set(namesOf(reference))]
    .flatMap(name => pool.named(name, actor.name))
    .filter(value => fits(field, value))
  const claims = isPerson(type) ? claimValues(actor).filter(value => fits(field, value)) : []
  return [...new Set([...fitting, ...claims.slice(0, 1), ...named, ...claims.slice(1)])]
}

/** What may stand for a reference in answers: its own name, the same without its id word, the type. */
export function namesOf({ field, type }: Reference): readonly string[] {
  const words = wordsOf(field.name === '[]' ? (field.path.at(-2) ?? '') : field.name)
  const isId = words.length > 1 && /^(?:id|ids|uuid|guid|key|code|ref|identifier)$/.test(words.at(-1) ?? '')
  return [words.join(' '), ...(isId ? [words.slice(0, -1).join(' ')] : []), type.replaceAll('-', ' ')]
}

/** Whether the value could stand there by its type alone. */
export function fits(field: Field, value: JsonValue): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false
  const numeric = field.types.length > 0 && field.types.every(type => type === 'integer' || type === 'number')
  return !numeric || Number.isFinite(Number(value))
}

/** Ids in a path are texts, the same ids in a body may be numbers. */
export function cast(field: Field, value: JsonValue): JsonValue {
  const numeric = field.types.length > 0 && field.types.every(type => type === 'integer' || type === 'number')
  if (numeric) return Number(value)
  return field.types.includes('string') && !field.types.includes('integer') ? String(value) : value
}

// An account or a profile often has its owner's own id.
function isPerson(name: string): boolean {
  return speaksOfPeople(name) || /(?:^|-)(?:account|me)$/.test(name)
}

function claimValues(actor: Actor): readonly JsonValue[] {
  const claims = claimsOf(actor)
  const names = ['sub', 'uid', 'user_id', 'userId', 'id', 'preferred_username', 'username', 'email']
  return names.flatMap(name => {
    const value = claims[name]
    return typeof value === 'string' || typeof value === 'number' ? [value] : []
  })
}
