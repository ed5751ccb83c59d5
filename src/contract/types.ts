import { isObject } from '../core/json.ts'
import type { Schema } from './model.ts'

const known = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'])

/**
 * The types that a schema allows by itself, references not followed: `type` as text or list, `null` for `nullable: true`
 * (3.0). Without `type` they follow from keywords that only one type has; empty when nothing says.
 */
export function typesOf(schema: Schema | undefined): readonly string[] {
  if (!isObject(schema)) return []
  const declared = schema['type']
  const list: readonly unknown[] = Array.isArray(declared) ? declared : [declared]
  const types = list.filter(type => typeof type === 'string').filter(type => known.has(type))
  if (types.length === 0) types.push(...impliedTypes(schema))
  if (schema['nullable'] === true && types.length > 0 && !types.includes('null')) types.push('null')
  return types
}

function impliedTypes(schema: Exclude<Schema, boolean>): string[] {
  const has = (...keys: string[]) => keys.some(key => Object.hasOwn(schema, key))
  if (has('properties', 'additionalProperties', 'patternProperties', 'propertyNames')) return ['object']
  if (has('items', 'prefixItems')) return ['array']
  const listed = Array.isArray(schema['enum']) ? schema['enum'] : has('const') ? [schema['const']] : []
  return [...new Set(listed.map(jsonType))]
}

/** The JSON Schema type of a value; whole numbers are `integer`. */
export function jsonType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}
