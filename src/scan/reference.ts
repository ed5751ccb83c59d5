import type { Operation } from '../contract/model.ts'
import { isString, type JsonValue, member } from '../core/json.ts'
import { wordsOf } from '../core/words.ts'
import type { ApiExposure, OperationExposure } from '../exposure/exposure.ts'
import type { Field } from '../exposure/fields.ts'
import { isOwnId, typeFromIdName, typeFromPath } from '../exposure/object-names.ts'
import { type Actor, claimsOf } from './actor.ts'
import { speaksOfPeople } from './person.ts'
import type { KnownId, ValuePool } from './pool.ts'
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
    const listed = field.types.includes('array') ? listOfIds(field, operation, new Set(types)) : undefined
    if (listed !== undefined) return [listed]
    if (!mayHoldId(field)) return []
    const words = wordsOf(field.name === '[]' ? (field.path.at(-2) ?? '') : field.name)
    const type = types.find(name => {
      const wanted = name.split('-')
      return wanted.length <= words.length && wanted.join(' ') === words.slice(-wanted.length).join(' ')
    })
    if (type !== undefined) return [{ type, field, guessed: false }]
    if (choice.test(words.join(' '))) return []
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
function listOfIds(field: Field, operation: Operation, types: ReadonlySet<string>): Reference | undefined {
  const items = member(field.schema?.value, 'items')
  if (field.place !== 'body' || member(items, 'properties') !== undefined || member(items, 'enum') !== undefined)
    return undefined
  const type = isOwnId(field.name) ? typeFromPath(operation.path) : typeFromIdName(field.name, types)?.type
  if (type === undefined) return undefined
  const itemType = member(items, 'type')
  return {
    type,
    guessed: false,
    field: { ...field, path: [...field.path, '[]'], name: field.name, types: isString(itemType) ? [itemType] : [] },
  }
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
  const named = pool.named(field.name, actor.name).filter(value => fits(field, value))
  const claims = isPerson(type) ? claimValues(actor).filter(value => fits(field, value)) : []
  return [...new Set([...fitting, ...claims.slice(0, 1), ...named, ...claims.slice(1)])]
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
