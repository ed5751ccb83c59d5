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
export function opennessOf(contract: Contract, schema: Located<Schema>, holder: Holder): Openness {
  return find({ contract, holder, known: new Map() }, schema, 0) ?? 'closed'
}

interface Search {
  readonly contract: Contract
  readonly holder: Holder
  /** Undefined for schemas that are being looked at: a circle adds nothing to what they say. */
  readonly known: Map<JsonValue, Openness | undefined>
}

/** How many schemas may refer to each other in a row; what lies behind is not known to be open. */
const deepest = 200

function find(search: Search, { value, pointer }: Located, depth: number): Openness | undefined {
  if (typeof value === 'boolean') return value ? 'silent' : 'closed'
  if (!isObject(value) || search.known.has(value)) return search.known.get(value)
  if (depth > deepest) return 'closed'
  search.known.set(value, undefined)
  const openness = combine(search, value, pointer, depth + 1)
  search.known.set(value, openness)
  return openness
}

function combine(search: Search, value: JsonObject, pointer: string, depth: number): Openness {
  const { contract, holder } = search
  const branches = (list: readonly JsonValue[]) =>
    list.flatMap(child => find(search, { value: child, pointer }, depth) ?? [])
  const { $ref, then: yes, else: no } = value
  const binding: Openness[] = []
  if (typeof $ref === 'string') {
    const target = contract.resolve({ value: { $ref }, pointer })
    // What leads nowhere has been reported; it says nothing.
    binding.push(...(target === undefined ? ['silent' as const] : branches([target.value])))
    if (contract.version === '3.0') return binding[0] ?? 'closed'
  }
  binding.push(ownOpenness(value, holder), ...branches(listOf(value['allOf'])))
  const outcomes = [yes, no].filter(child => child !== undefined)
  for (const list of [listOf(value['anyOf']), listOf(value['oneOf']), outcomes]) {
    const found = branches(list)
    if (found.length > 0) binding.push(widest(found))
  }
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
