import type { Contract, DeclaredResponse, Located, MediaType, Schema } from '../contract/model.ts'
import { walkSchema } from '../contract/walk.ts'
import { escapePointerToken, isObject, type JsonObject, type JsonValue } from '../core/json.ts'

/** What a policy has to say about places of a body, by where the contract declares them. */
export interface Marks<P, O> {
  /** By the pointer of the property, or of the `items` of a list. */
  property?(pointer: string): P | undefined
  /** For the parts of a schema: itself, what it refers to and is composed of. */
  object?(parts: readonly Located<JsonObject>[]): O | undefined
}

export interface Branch<P, O> {
  readonly marks: readonly P[]
  readonly tree: SchemaTree<P, O>
}

/**
 * The places of a body that a policy cares for, as deep as the value goes: a recursive schema makes a circle here, so
 * that a comment's answer's answer is found as well. `live` is false where nothing marked can be reached any more.
 */
export interface SchemaTree<P, O> {
  readonly live: boolean
  readonly object: O | undefined
  readonly properties: ReadonlyMap<string, Branch<P, O>>
  readonly items: Branch<P, O> | undefined
  /** Of `additionalProperties` and `patternProperties`: names that are not declared themselves. */
  readonly values: Branch<P, O> | undefined
}

interface Growing<P, O> {
  live: boolean
  object: O | undefined
  readonly properties: Map<string, Branch<P, O>>
  items: Branch<P, O> | undefined
  values: Branch<P, O> | undefined
}

/** Compiles a schema; undefined when it holds nothing that is marked. */
export function compileTree<P, O>(
  contract: Contract,
  schemas: readonly Located<Schema>[],
  marks: Marks<P, O>,
): SchemaTree<P, O> | undefined {
  const known = new Map<string, Growing<P, O>>()
  const numbers = new Map<JsonValue, number>()
  const number = (value: JsonValue): number => {
    const found = numbers.get(value) ?? numbers.size
    numbers.set(value, found)
    return found
  }
  const grow = (located: readonly Located<Schema>[]): Growing<P, O> => {
    const objects = located.filter(schema => isObject(schema.value))
    const key = [...new Set(objects.map(schema => number(schema.value)))].sort((a, b) => a - b).join()
    const grown = known.get(key)
    if (grown !== undefined) return grown
    const tree: Growing<P, O> = {
      live: false,
      object: undefined,
      properties: new Map(),
      items: undefined,
      values: undefined,
    }
    known.set(key, tree)
    const parts = objects.flatMap(schema => [...walkSchema(contract, schema)].map(part => part.schema))
    tree.object = marks.object?.(parts)
    const children = childrenOf(parts)
    for (const [name, found] of children.properties) tree.properties.set(name, branch(found))
    if (children.items.length > 0) tree.items = branch(children.items)
    if (children.values.length > 0) tree.values = branch(children.values)
    return tree
  }
  const branch = (found: readonly Located<Schema>[]): Branch<P, O> => ({
    marks: found.flatMap(({ pointer }) => marks.property?.(pointer) ?? []),
    tree: grow(found),
  })
  const root = grow(schemas)
  enliven([...known.values()])
  return root.live ? root : undefined
}

/** Marks every tree from which something marked can be reached; circles make it take several rounds. */
function enliven<P, O>(trees: readonly Growing<P, O>[]): void {
  const leads = (branch: Branch<P, O> | undefined) =>
    branch !== undefined && (branch.marks.length > 0 || branch.tree.live)
  for (let changed = true; changed; ) {
    changed = false
    for (const tree of trees) {
      if (tree.live) continue
      const below = leads(tree.items) || leads(tree.values) || [...tree.properties.values()].some(leads)
      tree.live = tree.object !== undefined || below
      changed ||= tree.live
    }
  }
}

interface Children {
  readonly properties: ReadonlyMap<string, readonly Located<Schema>[]>
  readonly items: readonly Located<Schema>[]
  readonly values: readonly Located<Schema>[]
}

function childrenOf(parts: readonly Located<JsonObject>[]): Children {
  const properties = new Map<string, Located<Schema>[]>()
  const items: Located<Schema>[] = []
  const values: Located<Schema>[] = []
  const add = (into: Located<Schema>[], value: JsonValue | undefined, pointer: string) => {
    if (isObject(value)) into.push({ value, pointer })
  }
  for (const { value, pointer } of parts) {
    for (const [name, child] of Object.entries(objectOf(value['properties']))) {
      const found = properties.get(name) ?? []
      add(found, child, `${pointer}/properties/${escapePointerToken(name)}`)
      if (found.length > 0) properties.set(name, found)
    }
    for (const keyword of ['items', 'unevaluatedItems']) add(items, value[keyword], `${pointer}/${keyword}`)
    const { prefixItems } = value
    for (const [index, item] of (Array.isArray(prefixItems) ? prefixItems : []).entries()) {
      add(items, item, `${pointer}/prefixItems/${index}`)
    }
    for (const keyword of ['additionalProperties', 'unevaluatedProperties']) {
      add(values, value[keyword], `${pointer}/${keyword}`)
    }
    for (const [name, child] of Object.entries(objectOf(value['patternProperties']))) {
      add(values, child, `${pointer}/patternProperties/${escapePointerToken(name)}`)
    }
  }
  return { properties, items, values }
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {}
}

/** The schemas of all media types of a body: which of them a client sends is its choice. */
export function bodySchemas(content: readonly MediaType[]): readonly Located<Schema>[] {
  return content.flatMap(media => media.schema ?? [])
}

/**
 * Compiles the answers of an operation, one tree for each declared status. An answer of a status that the contract does
 * not declare may hold whatever the others do.
 */
export function compileAnswers<P, O>(
  contract: Contract,
  responses: readonly DeclaredResponse[],
  marks: Marks<P, O>,
): ((status: number) => SchemaTree<P, O> | undefined) | undefined {
  const compile = (content: readonly MediaType[]) => compileTree(contract, bodySchemas(content), marks)
  const any = compile(responses.flatMap(response => response.content))
  if (any === undefined) return undefined
  const byStatus = new Map(responses.map(({ status, content }) => [status.toUpperCase(), compile(content)]))
  return status => {
    const name = [String(status), `${Math.floor(status / 100)}XX`, 'DEFAULT'].find(each => byStatus.has(each))
    return name === undefined ? any : byStatus.get(name)
  }
}

/** Indexes things by the pointer at which the contract declares them. */
export function byPointer<T>(things: Iterable<T>, pointerOf: (thing: T) => string): (pointer: string) => T | undefined {
  const index = new Map<string, T>()
  for (const thing of things) if (!index.has(pointerOf(thing))) index.set(pointerOf(thing), thing)
  return pointer => index.get(pointer)
}
