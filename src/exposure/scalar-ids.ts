import type { Contract, Operation } from '../contract/model.ts'
import { schemaTypeName, walkSchema } from '../contract/walk.ts'
import { member } from '../core/json.ts'
import { wordsOf } from '../core/words.ts'
import type { Field } from './fields.ts'

/** A place that is known to hold an object's own id. */
export interface KnownId {
  readonly field: Field
  readonly type: string
}

/** By the pointer of a component such as `AccountNumber`, the one type whose own id it is. */
export type ScalarIds = ReadonlyMap<string, string>

/** A name that any value may have says nothing: a `Uuid` is the id of whatever it stands in. */
const general =
  /^(?:(?:non empty|short|long|positive|unsigned|safe|plain|opaque|resource|object|entity|generic|global|unique|public|external|internal) )*(?:id|ids|uuid|uuid ?v?\d|ulid|guid|identifier|key|code|number|no|int|integer|int ?\d+|string|text|name|slug|ref|reference|token|value|hash)$/

/** Scalar components that are the own id of one type, wherever the contract says so; of two types, of neither. */
export function scalarIdsOf(contract: Contract, known: Iterable<KnownId>): ScalarIds {
  const found = new Map<string, string | undefined>()
  for (const { field, type } of known) {
    for (const pointer of componentsOf(contract, field)) {
      found.set(pointer, found.has(pointer) && found.get(pointer) !== type ? undefined : type)
    }
  }
  return new Map([...found].flatMap(([pointer, type]) => (type === undefined ? [] : [[pointer, type] as const])))
}

/** The type that a field names by the component that it is made of. */
export function typeFromScalar(contract: Contract, field: Field, ids: ScalarIds): string | undefined {
  if (ids.size === 0) return undefined
  const types = new Set(componentsOf(contract, field).flatMap(pointer => ids.get(pointer) ?? []))
  const [only] = types
  return types.size === 1 ? only : undefined
}

function componentsOf(contract: Contract, { schema }: Field): readonly string[] {
  if (schema === undefined) return []
  const pointers = walkSchema(contract, schema).flatMap(part => (part.always ? [part.schema.pointer] : []))
  return [...new Set([schema.pointer, ...pointers])].filter(pointer => {
    const name = /^\/components\/schemas\/[^/]+$/.test(pointer) ? schemaTypeName(pointer) : undefined
    return name !== undefined && !general.test(wordsOf(name).join(' '))
  })
}

/** What the object is here, as far as its name and that of what it stands in say: `to`, `recipient-number`. */
export function roleOf({ path }: Field): string {
  const names = path.filter(part => part !== '[]' && part !== '*').slice(-2)
  return names.flatMap(wordsOf).join('-')
}

/** True when the id is declared here rather than at a component that many places share. */
export function isDeclaredHere(contract: Contract, { pointer, schema, name }: Field): boolean {
  const list = name === '[]' ? pointer.replace(/\/items$/, '') : pointer
  const site = contract.at(list)
  const own = [site?.value, contract.at(pointer)?.value, member(site?.value, 'schema')]
  if (own.some(saysId)) return true
  if (schema === undefined) return true
  return walkSchema(contract, schema).some(
    part => part.schema.pointer.startsWith(`${list}/`) && saysId(part.schema.value),
  )
}

function saysId(value: unknown): boolean {
  return member(member(value, 'x-rugged'), 'id') !== undefined
}

/** The last parameter of a path is the own id of what the path ends with. */
export function isLastParameter({ path }: Operation, { name, place }: Field): boolean {
  return place === 'path' && path.endsWith(`{${name}}`)
}
