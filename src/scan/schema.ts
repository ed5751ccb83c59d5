import type { Contract, Located, Schema } from '../contract/model.ts'
import { isObject, isString, type JsonObject, type JsonValue } from '../core/json.ts'

/** A schema with its references followed and its `allOf` merged: what a value is generated from. */
export interface FlatSchema {
  readonly keywords: JsonObject
  readonly types: readonly string[]
  readonly properties: ReadonlyMap<string, Located<Schema>>
  readonly required: ReadonlySet<string>
  readonly items: Located<Schema> | undefined
  readonly pointer: string
}

const deepest = 12

/** Flattens a schema. Of `oneOf` and `anyOf` the branch that `choice` points at, counted round. */
export function flattenSchema(contract: Contract, schema: Located<Schema> | undefined, choice = 0): FlatSchema {
  const keywords: Record<string, JsonValue> = {}
  const properties = new Map<string, Located<Schema>>()
  const required = new Set<string>()
  let items: Located<Schema> | undefined
  const seen = new Set<string>()
  const merge = (at: Located | undefined, depth: number): void => {
    if (at === undefined || depth > deepest || seen.has(at.pointer)) return
    const node = contract.resolve(at)
    if (node === undefined || !isObject(node.value)) return
    seen.add(at.pointer)
    const { value, pointer } = node
    // With siblings of `$ref` the resolved node still carries it (JSON Schema 2020-12 section 8.2.3.1).
    if (isString(value['$ref'])) merge({ value: { $ref: value['$ref'] }, pointer: `${pointer}/$ref` }, depth + 1)
    for (const [key, inner] of Object.entries(value)) {
      if (inner !== undefined && keywords[key] === undefined) keywords[key] = inner
    }
    if (isObject(value['properties'])) {
      for (const [name, inner] of Object.entries(value['properties'])) {
        if (isSchema(inner)) properties.set(name, { value: inner, pointer: child(pointer, 'properties', name) })
      }
    }
    if (Array.isArray(value['required'])) for (const name of value['required']) if (isString(name)) required.add(name)
    if (isSchema(value['items'])) items ??= { value: value['items'], pointer: child(pointer, 'items') }
    if (Array.isArray(value['allOf'])) {
      for (const [index, inner] of value['allOf'].entries()) {
        merge({ value: inner, pointer: child(pointer, 'allOf', String(index)) }, depth + 1)
      }
    }
    for (const keyword of ['oneOf', 'anyOf']) {
      const branches = value[keyword]
      if (!Array.isArray(branches) || branches.length === 0) continue
      const useful = branches.flatMap((inner, index) => (isNull(inner) ? [] : [index]))
      const index = useful[choice % Math.max(1, useful.length)] ?? 0
      const inner = branches[index]
      if (inner !== undefined) merge({ value: inner, pointer: child(pointer, keyword, String(index)) }, depth + 1)
    }
  }
  merge(schema, 0)
  const types = typeNames(keywords, properties, items)
  return { keywords, types, properties, required, items, pointer: schema?.pointer ?? '' }
}

function typeNames(keywords: JsonObject, properties: ReadonlyMap<string, unknown>, items: unknown): readonly string[] {
  const { type } = keywords
  if (isString(type)) return [type]
  if (Array.isArray(type)) return type.filter(isString).filter(name => name !== 'null')
  if (properties.size > 0) return ['object']
  if (items !== undefined) return ['array']
  if (['pattern', 'format', 'minLength', 'maxLength'].some(keyword => keywords[keyword] !== undefined))
    return ['string']
  return keywords['minimum'] === undefined && keywords['maximum'] === undefined ? [] : ['number']
}

function isSchema(value: unknown): value is Schema {
  return isObject(value) || typeof value === 'boolean'
}

function isNull(value: unknown): boolean {
  return isObject(value) && value['type'] === 'null'
}

function child(pointer: string, ...tokens: readonly string[]): string {
  return `${pointer}${tokens.map(token => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`
}
