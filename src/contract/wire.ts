import { isObject } from '../core/json.ts'
import type { Located, Schema } from './model.ts'
import type { Reader } from './reader.ts'
import { typesOf } from './types.ts'

/**
 * What the text of a parameter may become: the types that its schema allows, references followed. Texts are turned into
 * values by this before the schema itself is asked.
 */
export interface Wire {
  /** `string`, `integer`, `number`, `boolean`, `null`, `array`, `object`; empty when the schema does not say. */
  readonly types: readonly string[]
  readonly items?: Wire
  readonly properties?: ReadonlyMap<string, Wire>
  /** Of members that are not declared; absent when the schema does not speak of them. */
  readonly rest?: Wire
}

/** A parameter is flat: its items or members may be lists or objects only in `deepObject`, and hardly ever are. */
const deepestWire = 6

export function wireOf(reader: Reader, schema: Located<Schema>, depth = 0): Wire {
  const types = new Set<string>()
  const properties = new Map<string, Wire>()
  let items: Wire | undefined
  let rest: Wire | undefined
  for (const { value, pointer } of alternatives(reader, schema)) {
    for (const type of typesOf(value)) types.add(type)
    if (!isObject(value) || depth >= deepestWire) continue
    const inner = (key: string) => {
      const child = value[key]
      return isObject(child) ? wireOf(reader, { value: child, pointer: `${pointer}/${key}` }, depth + 1) : undefined
    }
    items ??= inner('items')
    rest ??= inner('additionalProperties')
    const declared = value['properties']
    for (const name of isObject(declared) ? Object.keys(declared) : []) {
      const property = isObject(declared) ? declared[name] : undefined
      if (!isObject(property) || properties.has(name)) continue
      properties.set(name, wireOf(reader, { value: property, pointer: `${pointer}/properties/${name}` }, depth + 1))
    }
  }
  return {
    types: [...types],
    ...(items === undefined ? {} : { items }),
    ...(properties.size === 0 ? {} : { properties }),
    ...(rest === undefined ? {} : { rest }),
  }
}

/** The schema with all that it refers to or composes: whichever applies, the text may become any of their types. */
function* alternatives(reader: Reader, schema: Located<Schema>): Generator<Located<Schema>> {
  const seen = new Set<unknown>()
  const open = [schema]
  for (let current = open.pop(); current !== undefined && seen.size < 64; current = open.pop()) {
    if (seen.has(current.value)) continue
    seen.add(current.value)
    const { value, pointer } = current
    if (!isObject(value)) continue
    const reference = value['$ref']
    const target = typeof reference === 'string' ? reader.follow(reference) : undefined
    if (target !== undefined && isObject(target.value)) open.push({ value: target.value, pointer: target.pointer })
    if (typeof reference === 'string' && reader.version === '3.0') continue
    yield current
    for (const key of ['allOf', 'anyOf', 'oneOf']) {
      const list = value[key]
      if (!Array.isArray(list)) continue
      for (const [index, entry] of list.entries()) {
        if (isObject(entry)) open.push({ value: entry, pointer: `${pointer}/${key}/${index}` })
      }
    }
  }
}
