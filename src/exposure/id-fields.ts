import { isObject, member } from '../core/json.ts'
import type { Field } from './fields.ts'

/** A list is not an id; its items are, and carry what is declared of it. */
export function isListOfValues(field: Field): boolean {
  return field.types.includes('array') && isObject(member(field.schema?.value, 'items'))
}

/** An id is a scalar, and one of a few known values is a choice, not an object. */
export function holdsId(field: Field): boolean {
  const schema = field.schema?.value
  if (isObject(schema) && (Array.isArray(schema['enum']) || schema['const'] !== undefined)) return false
  const scalar = field.types.length === 0 || field.types.some(type => ['string', 'integer', 'number'].includes(type))
  const structured = field.types.includes('object') || field.types.includes('array')
  return scalar && !structured && !(isObject(schema) && isObject(schema['properties']))
}
