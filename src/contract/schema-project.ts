import { escapePointerToken, isObject, type JsonObject, type JsonValue } from '../core/json.ts'
import { formats } from './format.ts'
import type { Contract, Located, Schema } from './model.ts'
import type { Direction } from './shape.ts'
import { walkSchema } from './walk.ts'

/** What Ajv compiles: JSON Schema 2020-12 of the keywords below, its references by the ids that `SchemaIds` gives. */
export type Projected = boolean | { [keyword: string]: unknown }

/** A keyword of ours: the value may not be there at all, because it is read-only or write-only. */
export const directionKeyword = 'ruggedDirection'

/** Gives every schema of a contract one id, and notes which are still to be projected. */
export interface SchemaIds {
  idOf(schema: Located<JsonObject>): string
}

const counts = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'] as const
const moreCounts = ['minContains', 'maxContains'] as const
const limits = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const
const schemaMaps = ['properties', 'patternProperties', 'dependentSchemas'] as const
const schemaLists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const
const schemaSingles = [
  'items',
  'additionalProperties',
  'contains',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
] as const
const unevaluated = ['unevaluatedProperties', 'unevaluatedItems'] as const
/** Branches that speak about the same value, to which the read-only names of the whole apply. */
const sameValue = new Set<string>(['allOf', 'anyOf', 'oneOf', 'if', 'then', 'else', 'not'])
const types = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'])

/**
 * Writes the schemas of a contract as Ajv wants them, for one direction. Keywords that are not known or not well-formed
 * are left out. `nullable` lets null pass whatever else the schema says: that is what everybody means who writes it next
 * to `allOf` or `enum`, although 3.0.3 does not say so.
 */
export class SchemaProjector {
  readonly #contract: Contract
  readonly #hidden: 'readOnly' | 'writeOnly'
  readonly #ids: SchemaIds
  readonly #hiddenProperties = new WeakMap<JsonObject, boolean>()

  constructor(contract: Contract, direction: Direction, ids: SchemaIds) {
    this.#contract = contract
    this.#hidden = direction === 'request' ? 'readOnly' : 'writeOnly'
    this.#ids = ids
  }

  project({ value, pointer }: Located<Schema>, inherited: ReadonlySet<string> = new Set()): Projected {
    if (!isObject(value)) return value === true
    const reference = this.#reference(value, pointer)
    if (reference !== undefined && this.#contract.version === '3.0') return reference
    const hidden = speaksOfNames(value) ? this.#hiddenNames({ value, pointer }, inherited) : inherited
    const result: { [keyword: string]: unknown } = { ...reference }
    this.#scalars(value, result)
    this.#numbers(value, result)
    this.#required(value, result, hidden)
    this.#children(value, pointer, result, hidden)
    return this.#withNull(value, result)
  }

  /** A reference that leads nowhere lets everything pass; the contract has reported it. */
  #reference({ $ref }: JsonObject, pointer: string): { $ref?: string } | undefined {
    if (typeof $ref !== 'string') return undefined
    const target = this.#contract.resolve({ value: { $ref }, pointer })
    if (target === undefined || !isObject(target.value)) return {}
    return { $ref: this.#ids.idOf({ value: target.value, pointer: target.pointer }) }
  }

  /** Names that may not be there in this direction, wherever in the composition they are declared. */
  #hiddenNames(schema: Located<Schema>, inherited: ReadonlySet<string>): ReadonlySet<string> {
    const hidden = new Set(inherited)
    for (const { schema: part, always } of walkSchema(this.#contract, schema)) {
      const { properties } = part.value
      if (!always || !isObject(properties)) continue
      for (const [name, property] of Object.entries(properties)) {
        if (isObject(property) && this.#isHidden({ value: property, pointer: part.pointer })) hidden.add(name)
      }
    }
    return hidden
  }

  #isHidden(property: Located<JsonObject>): boolean {
    const known = this.#hiddenProperties.get(property.value)
    if (known !== undefined) return known
    // Beside a $ref, 3.0 ignores it; people write it there and mean it.
    const parts = walkSchema(this.#contract, property).flatMap(part => (part.always ? [part.schema.value] : []))
    const hidden = [property.value, ...parts].some(part => part[this.#hidden] === true)
    this.#hiddenProperties.set(property.value, hidden)
    return hidden
  }

  #scalars(value: JsonObject, result: { [keyword: string]: unknown }): void {
    const { type, pattern, format, uniqueItems, dependentRequired } = value
    const named = (Array.isArray(type) ? type : [type]).filter(name => typeof name === 'string' && types.has(name))
    if (named.length > 0) result['type'] = named
    if (Array.isArray(value['enum']) && value['enum'].length > 0) result['enum'] = value['enum'].map(plain)
    if (value['const'] !== undefined) result['const'] = plain(value['const'])
    if (typeof pattern === 'string') result['pattern'] = pattern
    if (typeof format === 'string' && formats.has(format)) result['format'] = format
    if (uniqueItems === true) result['uniqueItems'] = true
    if (isObject(dependentRequired)) {
      const lists = Object.entries(dependentRequired).filter(([, names]) => isTextList(names))
      result['dependentRequired'] = Object.fromEntries(lists)
    }
  }

  #numbers(value: JsonObject, result: { [keyword: string]: unknown }): void {
    for (const key of [...counts, ...moreCounts]) {
      const count = value[key]
      if (typeof count === 'number' && Number.isInteger(count) && count >= 0) result[key] = count
    }
    for (const key of limits) if (typeof value[key] === 'number') result[key] = value[key]
    const { multipleOf, minimum, maximum } = value
    if (typeof multipleOf === 'number' && multipleOf > 0) result['multipleOf'] = multipleOf
    // Draft 4, and so 3.0, has it as a flag for the limit beside it.
    if (value['exclusiveMinimum'] === true && typeof minimum === 'number') {
      result['exclusiveMinimum'] = minimum
      delete result['minimum']
    }
    if (value['exclusiveMaximum'] === true && typeof maximum === 'number') {
      result['exclusiveMaximum'] = maximum
      delete result['maximum']
    }
  }

  #required({ required }: JsonObject, result: { [keyword: string]: unknown }, hidden: ReadonlySet<string>): void {
    if (!isTextList(required)) return
    const names = [...new Set(required)].filter(name => !hidden.has(name))
    if (names.length > 0) result['required'] = names
  }

  #children(
    value: JsonObject,
    pointer: string,
    result: { [keyword: string]: unknown },
    hidden: ReadonlySet<string>,
  ): void {
    const inner = (child: JsonValue | undefined, at: string, names?: ReadonlySet<string>): Projected | undefined =>
      isSchema(child) ? this.project({ value: child, pointer: at }, names) : undefined
    for (const key of schemaMaps) {
      const map = value[key]
      if (!isObject(map)) continue
      const entries = Object.entries(map).flatMap(([name, child]): [string, Projected][] => {
        const at = `${pointer}/${key}/${escapePointerToken(name)}`
        if (key === 'properties' && isObject(child) && this.#isHidden({ value: child, pointer: at })) {
          return [[name, { [directionKeyword]: this.#hidden }]]
        }
        const projected = inner(child, at)
        return projected === undefined ? [] : [[name, projected]]
      })
      result[key] = Object.fromEntries(entries)
    }
    for (const key of schemaLists) {
      const list = value[key]
      if (!Array.isArray(list)) continue
      const names = sameValue.has(key) ? hidden : undefined
      const projected = list.map((child: JsonValue, index) => inner(child, `${pointer}/${key}/${index}`, names) ?? true)
      if (projected.length > 0) result[key] = projected
    }
    for (const key of [...schemaSingles, ...unevaluated]) {
      const projected = inner(value[key], `${pointer}/${key}`, sameValue.has(key) ? hidden : undefined)
      if (projected !== undefined) result[key] = projected
    }
    if (result['if'] === undefined) for (const key of ['then', 'else']) delete result[key]
    if (result['contains'] === undefined) for (const key of moreCounts) delete result[key]
  }

  #withNull(value: JsonObject, result: { [keyword: string]: unknown }): Projected {
    if (this.#contract.version !== '3.0' || value['nullable'] !== true) return result
    const { type, enum: listed } = result
    const composed = [...sameValue, '$ref', 'const'].some(key => result[key] !== undefined)
    if (composed || !Array.isArray(type))
      return type === undefined && !composed && listed === undefined ? result : orNull(result)
    return { ...result, type: [...type, 'null'], ...(Array.isArray(listed) ? { enum: [...listed, null] } : {}) }
  }
}

/** Whether names that may not be there matter to a schema: it requires some, or its branches may. */
function speaksOfNames(schema: JsonObject): boolean {
  return Object.keys(schema).some(key => key === 'required' || sameValue.has(key))
}

function orNull(schema: { [keyword: string]: unknown }): Projected {
  return { anyOf: [{ type: 'null' }, schema] }
}

function isSchema(value: JsonValue | undefined): value is Schema {
  return isObject(value) || typeof value === 'boolean'
}

function isTextList(value: JsonValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}

/** A copy with the prototypes that `JSON.parse` gives: Ajv compares them too. */
function plain(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(plain)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member ?? null)]))
}
