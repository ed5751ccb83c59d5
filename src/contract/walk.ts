import { escapePointerToken, isObject, type JsonObject, type JsonValue } from '../core/json.ts'
import type { ValueExtension } from './extension.ts'
import type { Contract, Located, Schema } from './model.ts'
import { typesOf } from './types.ts'

export { typesOf } from './types.ts'

/** One of the schemas that speak about the same value. */
export interface SchemaPart {
  readonly schema: Located<JsonObject>
  /** False below `anyOf`, `oneOf`, `if`, `then` and `else`: it may not apply. */
  readonly always: boolean
}

const allOf = ['allOf'] as const
const some = ['anyOf', 'oneOf'] as const
const conditional = ['if', 'then', 'else'] as const

/**
 * Every schema that speaks about the same value as `schema`: itself, what it refers to, and the branches of what it is
 * composed of. In 3.0 what stands beside a `$ref` does not count.
 */
export function* walkSchema(
  contract: Contract,
  schema: Located<Schema>,
  always = true,
  seen: Set<JsonValue> = new Set(),
): Generator<SchemaPart> {
  const { value, pointer } = schema
  if (!isObject(value) || seen.has(value) || seen.size > mostVisits) return
  seen.add(value)
  const { $ref } = value
  if (typeof $ref === 'string') {
    const target = contract.resolve({ value: { $ref }, pointer })
    if (target !== undefined && isObject(target.value)) {
      yield* walkSchema(contract, { value: target.value, pointer: target.pointer }, always, seen)
    }
    if (contract.version === '3.0') return
  }
  // as: `value` is an object, which the union of the parameter's type has lost
  yield { schema: { value, pointer }, always }
  for (const key of allOf) yield* walkList(contract, value[key], `${pointer}/${key}`, always, seen)
  for (const key of some) yield* walkList(contract, value[key], `${pointer}/${key}`, false, seen)
  for (const key of conditional) {
    const branch = value[key]
    if (isObject(branch)) yield* walkSchema(contract, { value: branch, pointer: `${pointer}/${key}` }, false, seen)
  }
}

function* walkList(
  contract: Contract,
  list: JsonValue | undefined,
  pointer: string,
  always: boolean,
  seen: Set<JsonValue>,
): Generator<SchemaPart> {
  if (!Array.isArray(list)) return
  for (const [index, entry] of list.entries()) {
    if (isObject(entry)) yield* walkSchema(contract, { value: entry, pointer: `${pointer}/${index}` }, always, seen)
  }
}

/** A property that a schema declares, with what is said about it there and where it refers to. */
export interface PropertyVisit {
  /** Names from the root, `[]` for the items of a list, `*` for the values of a map. */
  readonly path: readonly string[]
  /** Where the property is declared. */
  readonly pointer: string
  readonly name: string
  /** Of the property, references followed. */
  readonly schema: Located<Schema>
  /** The object schema that declares the property. */
  readonly parent: Located<Schema>
  /** The component that the parent is, if it is one. */
  readonly parentType?: string
  /** Site and target merged; the site wins. */
  readonly extension: ValueExtension
  readonly required: boolean
  readonly readOnly: boolean
  readonly writeOnly: boolean
  readonly types: readonly string[]
}

/** Contracts nest a dozen levels; a mesh of schemas that refer to each other has no end but this. */
const deepest = 32
const mostVisits = 20_000

/**
 * Every property that can be reached from a schema, through lists, maps, compositions and references. A schema that is
 * being walked is not entered again. At most 20,000 properties, 32 levels deep.
 *
 * @example for (const { path, extension } of walkProperties(contract, media.schema)) …
 */
export function* walkProperties(contract: Contract, schema: Located<Schema>): Generator<PropertyVisit> {
  let visits = 0
  for (const visit of properties(contract, schema, [], new Set())) {
    yield visit
    if (++visits >= mostVisits) return
  }
}

function* properties(
  contract: Contract,
  schema: Located<Schema>,
  path: readonly string[],
  entered: Set<JsonValue>,
): Generator<PropertyVisit> {
  if (path.length >= deepest) return
  const parts = [...walkSchema(contract, schema)].filter(part => !entered.has(part.schema.value))
  const required = new Set(parts.filter(part => part.always).flatMap(part => requiredOf(part.schema.value)))
  for (const { schema: part } of parts) entered.add(part.value)
  for (const { schema: parent } of parts) {
    const { value, pointer } = parent
    const own = new Set([...required, ...requiredOf(value)])
    for (const [name, child] of entries(value['properties'])) {
      const at = { value: child, pointer: `${pointer}/properties/${escapePointerToken(name)}` }
      const visit = visitOf(contract, at, parent, name, [...path, name], own.has(name))
      yield visit
      yield* properties(contract, at, visit.path, entered)
    }
    yield* below(contract, value['items'], `${pointer}/items`, [...path, '[]'], entered)
    yield* below(contract, value['additionalProperties'], `${pointer}/additionalProperties`, [...path, '*'], entered)
    const { prefixItems } = value
    for (const [index, item] of Array.isArray(prefixItems) ? prefixItems.entries() : []) {
      yield* below(contract, item, `${pointer}/prefixItems/${index}`, [...path, '[]'], entered)
    }
    for (const [name, child] of entries(value['patternProperties'])) {
      yield* below(contract, child, `${pointer}/patternProperties/${escapePointerToken(name)}`, [...path, '*'], entered)
    }
  }
  for (const { schema: part } of parts) entered.delete(part.value)
}

function* below(
  contract: Contract,
  value: JsonValue | undefined,
  pointer: string,
  path: readonly string[],
  entered: Set<JsonValue>,
): Generator<PropertyVisit> {
  if (isObject(value)) yield* properties(contract, { value, pointer }, path, entered)
}

function visitOf(
  contract: Contract,
  site: Located<Schema>,
  parent: Located<JsonObject>,
  name: string,
  path: readonly string[],
  required: boolean,
): PropertyVisit {
  const target = contract.resolve(site)
  const schema =
    target !== undefined && isSchema(target.value) ? { value: target.value, pointer: target.pointer } : site
  // Beside a $ref, 3.0 ignores readOnly; people write it there all the same and mean it.
  const said = [site.value, ...always(contract, site)].filter(isObject)
  const parentType = schemaTypeName(parent.pointer)
  return {
    path,
    pointer: site.pointer,
    name,
    schema,
    parent,
    ...(parentType === undefined ? {} : { parentType }),
    extension: contract.valueExtension(site),
    required,
    readOnly: said.some(part => part['readOnly'] === true),
    writeOnly: said.some(part => part['writeOnly'] === true),
    types: schemaTypes(contract, site),
  }
}

function always(contract: Contract, schema: Located<Schema>): JsonObject[] {
  return [...walkSchema(contract, schema)].filter(part => part.always).map(part => part.schema.value)
}

/**
 * The types that a schema allows, references and compositions followed: of the first part that says so, else of any
 * alternative. Empty when nothing says.
 */
export function schemaTypes(contract: Contract, schema: Located<Schema>): readonly string[] {
  const parts = [...walkSchema(contract, schema)]
  for (const part of parts) {
    const types = part.always ? typesOf(part.schema.value) : []
    if (types.length > 0) return types
  }
  return [...new Set(parts.flatMap(part => typesOf(part.schema.value)))]
}

/**
 * The name of the component that a schema is, from where it stands: also of a branch of its composition, not of what is
 * nested in its properties.
 */
export function schemaTypeName(pointer: string): string | undefined {
  const match = /^\/components\/schemas\/([^/]+)(?:\/(?:allOf|anyOf|oneOf)\/\d+|\/(?:if|then|else))*$/.exec(pointer)
  return match?.[1]?.replaceAll('~1', '/').replaceAll('~0', '~')
}

function requiredOf(schema: JsonObject): string[] {
  const { required } = schema
  return Array.isArray(required) ? required.filter(name => typeof name === 'string') : []
}

function entries(value: JsonValue | undefined): [string, Schema][] {
  if (!isObject(value)) return []
  return Object.entries(value).filter((entry): entry is [string, Schema] => isSchema(entry[1]))
}

function isSchema(value: JsonValue | undefined): value is Schema {
  return isObject(value) || typeof value === 'boolean'
}
