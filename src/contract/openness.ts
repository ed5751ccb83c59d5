import { isObject, type JsonObject, type JsonValue } from '../core/json.ts'
import type { Contract, Located, Schema } from './model.ts'

/** The kinds of value that can hold other values. */
export type Holder = 'object' | 'array'

/**
 * What a schema says about members that it does not declare: it lets them in, it says nothing about this kind of value
 * at all, or it declares what may be there and by that nothing else.
 */
export type Openness = 'explicit' | 'silent' | 'closed'

const keywords: Readonly<Record<Holder, readonly string[]>> = {
  object: ['properties', 'additionalProperties', 'patternProperties', 'unevaluatedProperties'],
  array: ['items', 'prefixItems', 'unevaluatedItems'],
}

/**
 * How open a schema is for undeclared members. Silence next to a declaration (`allOf`, siblings) leaves the declaration
 * in force; a silent alternative (`anyOf`, `oneOf`) opens, since it may be the one that holds.
 */
export function opennessOf(
  contract: Contract,
  schema: Located<Schema>,
  holder: Holder,
  seen: ReadonlySet<JsonValue> = new Set(),
): Openness {
  const { value, pointer } = schema
  if (typeof value === 'boolean') return value ? 'silent' : 'closed'
  if (!isObject(value) || seen.has(value)) return 'closed'
  const inside = new Set(seen).add(value)
  const of = (child: JsonValue, at: string): Openness =>
    isObject(child) || typeof child === 'boolean'
      ? opennessOf(contract, { value: child, pointer: at }, holder, inside)
      : 'silent'
  const { $ref } = value
  const binding: Openness[] = []
  if (typeof $ref === 'string') {
    const target = contract.resolve({ value: { $ref }, pointer })
    // What leads nowhere has been reported; it says nothing.
    binding.push(target === undefined ? 'silent' : of(target.value, target.pointer))
    if (contract.version === '3.0') return binding[0] ?? 'silent'
  }
  binding.push(ownOpenness(value, holder))
  for (const [index, child] of listOf(value['allOf']).entries()) binding.push(of(child, `${pointer}/allOf/${index}`))
  for (const key of ['anyOf', 'oneOf']) {
    const branches = listOf(value[key]).map((child, index) => of(child, `${pointer}/${key}/${index}`))
    if (branches.length > 0) binding.push(widest(branches))
  }
  const outcomes = ['then', 'else'].flatMap(key => {
    const child = value[key]
    return child === undefined ? [] : [of(child, `${pointer}/${key}`)]
  })
  if (outcomes.length > 0) binding.push(widest(outcomes))
  if (binding.includes('explicit')) return 'explicit'
  return binding.includes('closed') ? 'closed' : 'silent'
}

function ownOpenness(schema: JsonObject, holder: Holder): Openness {
  const { type, additionalProperties, unevaluatedProperties, patternProperties } = schema
  const types: readonly unknown[] = Array.isArray(type) ? type : type === undefined ? [holder] : [type]
  if (!types.includes(holder)) return 'closed'
  // A value that is listed in full is declared in full.
  if (Object.hasOwn(schema, 'enum') || Object.hasOwn(schema, 'const')) return 'explicit'
  if (holder === 'object') {
    const opening = [additionalProperties, unevaluatedProperties].some(rest => rest === true || isObject(rest))
    if (opening || isObject(patternProperties)) return 'explicit'
  }
  if (keywords[holder].some(key => Object.hasOwn(schema, key))) return 'closed'
  const other = holder === 'object' ? 'array' : 'object'
  const speaksOfOther = type === undefined && keywords[other].some(key => Object.hasOwn(schema, key))
  return speaksOfOther ? 'closed' : 'silent'
}

function widest(branches: readonly Openness[]): Openness {
  if (branches.includes('explicit')) return 'explicit'
  return branches.includes('silent') ? 'silent' : 'closed'
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}
