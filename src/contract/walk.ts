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

/** How many schemas may speak about one value; a mesh of schemas would have all of them do so. */
const mostParts = 1000

/**
 * Every schema that speaks about the same value as `schema`: what it refers to, itself, and the branches of what it is
 * composed of, each once; those that always apply come first. In 3.0 what stands beside a `$ref` does not count.
 */
export function walkSchema(contract: Contract, schema: Located<Schema>): readonly SchemaPart[] {
  const found: SchemaPart[] = []
  const seen = new Set<JsonValue>()
  const branches: Located[] = []
  collect(contract, schema, true, found, seen, branches)
  // Branches may have branches: the list grows while it is worked off.
  for (const branch of branches) collect(contract, branch, false, found, seen, branches)
  return found
}

/** Follows `$ref` and `allOf`; leaves other branches for later. Needs no stack, however long the chain. */
function collect(
  contract: Contract,
  start: Located,
  always: boolean,
  found: SchemaPart[],
  seen: Set<JsonValue>,
  branches: Located[],
): void {
  const open: { readonly node: Located; readonly expanded: boolean }[] = [{ node: start, expanded: false }]
  for (let next = open.pop(); next !== undefined && seen.size < mostParts; next = open.pop()) {
    const { value, pointer } = next.node
    if (!isObject(value)) continue
    if (next.expanded) found.push({ schema: { value, pointer }, always })
    if (next.expanded || seen.has(value)) continue
    seen.add(value)
    const { $ref } = value
    const target = typeof $ref === 'string' ? contract.resolve({ value: { $ref }, pointer }) : undefined
    const alone = typeof $ref === 'string' && contract.version === '3.0'
    if (!alone) {
      open.push(...childrenAt(value['allOf'], `${pointer}/allOf`).reverse(), { node: next.node, expanded: true })
      for (const key of ['anyOf', 'oneOf']) {
        branches.push(...childrenAt(value[key], `${pointer}/${key}`).map(child => child.node))
      }
      for (const key of ['if', 'then', 'else']) {
        const child = value[key]
        if (child !== undefined) branches.push({ value: child, pointer: `${pointer}/${key}` })
      }
    }
    if (target !== undefined) open.push({ node: target, expanded: false })
  }
}

function childrenAt(list: JsonValue | undefined, pointer: string): { node: Located; expanded: false }[] {
  if (!Array.isArray(list)) return []
  return list.map((value: JsonValue, index) => ({ node: { value, pointer: `${pointer}/${index}` }, expanded: false }))
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

/** Contracts nest a dozen levels; a mesh of schemas that refer to each other has no end but these. */
const deepest = 32
const mostVisits = 20_000
const mostEntered = 50_000

interface Walk {
  readonly contract: Contract
  /** Schemas on the way to where the walk is. */
  readonly entered: Set<JsonValue>
  left: number
}

/**
 * Every property that can be reached from a schema, through lists, maps, compositions and references. A schema that is
 * being walked is not entered again. At most 20,000 properties, 32 levels deep.
 *
 * @example for (const { path, extension } of walkProperties(contract, media.schema)) …
 */
export function* walkProperties(contract: Contract, schema: Located<Schema>): Generator<PropertyVisit> {
  const walk: Walk = { contract, entered: new Set(), left: mostEntered }
  let visits = 0
  for (const visit of properties(walk, schema, [])) {
    yield visit
    if (++visits >= mostVisits) return
  }
}

function* properties(walk: Walk, schema: Located<Schema>, path: readonly string[]): Generator<PropertyVisit> {
  const { contract, entered } = walk
  if (path.length >= deepest || walk.left-- <= 0) return
  const found = walkSchema(contract, schema).filter(part => !entered.has(part.schema.value))
  const required = new Set(found.filter(part => part.always).flatMap(part => requiredOf(part.schema.value)))
  for (const { schema: part } of found) entered.add(part.value)
  for (const { schema: parent } of found) {
    const { value, pointer } = parent
    const own = new Set([...required, ...requiredOf(value)])
    for (const [name, child] of entries(value['properties'])) {
      const at = { value: child, pointer: `${pointer}/properties/${escapePointerToken(name)}` }
      const visit = visitOf(contract, at, parent, name, [...path, name], own.has(name))
      yield visit
      yield* properties(walk, at, visit.path)
    }
    const { prefixItems } = value
    for (const keyword of ['items', 'unevaluatedItems']) {
      yield* below(walk, value[keyword], `${pointer}/${keyword}`, [...path, '[]'])
    }
    for (const keyword of ['additionalProperties', 'unevaluatedProperties']) {
      yield* below(walk, value[keyword], `${pointer}/${keyword}`, [...path, '*'])
    }
    for (const [index, item] of Array.isArray(prefixItems) ? prefixItems.entries() : []) {
      yield* below(walk, item, `${pointer}/prefixItems/${index}`, [...path, '[]'])
    }
    for (const [name, child] of entries(value['patternProperties'])) {
      yield* below(walk, child, `${pointer}/patternProperties/${escapePointerToken(name)}`, [...path, '*'])
    }
  }
  for (const { schema: part } of found) entered.delete(part.value)
}

function* below(
  walk: Walk,
  value: JsonValue | undefined,
  pointer: string,
  path: readonly string[],
): Generator<PropertyVisit> {
  if (isObject(value)) yield* properties(walk, { value, pointer }, path)
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
  return walkSchema(contract, schema).flatMap(part => (part.always ? [part.schema.value] : []))
}

/**
 * The types that a schema allows, references and compositions followed: of the first part that says so, else of any
 * alternative. Empty when nothing says.
 */
export function schemaTypes(contract: Contract, schema: Located<Schema>): readonly string[] {
  const found = walkSchema(contract, schema)
  for (const part of found) {
    const types = part.always ? typesOf(part.schema.value) : []
    if (types.length > 0) return types
  }
  return [...new Set(found.flatMap(part => typesOf(part.schema.value)))]
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
