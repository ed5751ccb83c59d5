import type { Operation } from '../contract/model.ts'
import type { Field } from './fields.ts'
import { isOwnId, typeFromIdName, typeFromPath, typeFromPathParameter, typeFromSchemaName } from './object-names.ts'

/** Knows by which property an object tells its own id, besides one that is simply called `id`. */
export interface OwnIds {
  /** The type whose own id the field of an answer is; undefined when it is something else. */
  typeOf(operation: Operation, field: Field): string | undefined
}

/** From the path parameters of all operations: `/parcels/{parcelCode}` makes `parcelCode` the id of parcels everywhere. */
export function ownIdsOf(operations: readonly Operation[]): OwnIds {
  const names = new Map<string, Set<string>>()
  const byOperation = new Map<Operation, ReadonlyMap<string, string>>()
  for (const operation of operations) {
    const own = new Map<string, string>()
    for (const { in: place, name } of operation.parameters) {
      const type = place === 'path' ? typeFromPathParameter(operation.path, name, nothingKnown)?.type : undefined
      if (type === undefined) continue
      own.set(plain(name), type)
      names.set(plain(name), (names.get(plain(name)) ?? new Set<string>()).add(type))
    }
    byOperation.set(operation, own)
  }
  // A contract has a few thousand pairs of names, and asks for each a hundred times.
  const judged = new Map<string, string | undefined>()
  const byName = (field: Field): string | undefined => {
    if (field.parentType === undefined) return undefined
    const key = `${field.parentType}\n${field.name}`
    if (!judged.has(key)) judged.set(key, typeByParent(field.name, field.parentType, names))
    return judged.get(key)
  }
  return {
    typeOf(operation, field) {
      if (field.name === '[]') return undefined
      if (isOwnId(field.name)) return ownType(operation, field)
      // What the path asked for and the answer repeats at its top counts as well.
      return byName(field) ?? (depth(field) <= 2 ? byOperation.get(operation)?.get(plain(field.name)) : undefined)
    },
  }
}

/** `parcel_id` in a `Parcel` is its own id, and so is what some path calls a parcel by. */
function typeByParent(
  name: string,
  parentType: string,
  names: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  const parent = typeFromSchemaName(parentType)
  if (parent === undefined) return undefined
  const named = typeFromIdName(name, new Set([parent]))
  if (named !== undefined && named.type === parent && named.role === undefined) return parent
  return names.get(plain(name))?.has(parent) === true ? parent : undefined
}

const wrapper = new Set([
  'data',
  'items',
  'results',
  'result',
  'records',
  'content',
  'value',
  'values',
  'list',
  'entries',
])
const nothingKnown: ReadonlySet<string> = new Set()

/**
 * The type of a property called `id`: of the component it stands in, else of the property or path around it. What is
 * known as a type goes before: the `ids` of a `LookupRequest` to `/users/lookup` are those of users.
 */
export function ownType(
  operation: Operation,
  field: Field,
  known: ReadonlySet<string> = nothingKnown,
): string | undefined {
  // What is left of `accounts.[].id` and of `accounts.[].ids.[]` alike.
  const named = field.path.filter(part => part !== '[]' && part !== '*')
  const nearest = named.at(-2)
  const candidates = [
    field.parentType === undefined ? undefined : typeFromSchemaName(field.parentType),
    nearest === undefined || wrapper.has(nearest.toLowerCase()) ? undefined : typeFromPath(nearest),
    typeFromPath(operation.path),
  ].filter(candidate => candidate !== undefined)
  return candidates.find(candidate => known.has(candidate)) ?? candidates[0]
}

/** `parcel_code` and `parcelCode` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

function depth({ path }: Field): number {
  return path.filter(part => part !== '[]' && part !== '*').length
}
