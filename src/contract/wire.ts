import { isObject } from '../core/json.ts'
import type { Located, Schema, Wire } from './model.ts'
import type { Reader } from './reader.ts'
import { typesOf } from './types.ts'

export type { Wire } from './model.ts'

/** A parameter is flat: its items or members may be lists or objects only in `deepObject`, and hardly ever are. */
const deepest = 6
const mostWires = 2000

export function wireOf(reader: Reader, schema: Located<Schema>): Wire {
  return build(reader, schema, 0, { left: mostWires })
}

function build(reader: Reader, schema: Located<Schema>, depth: number, budget: { left: number }): Wire {
  budget.left--
  const types = new Set<string>()
  const properties = new Map<string, Wire>()
  let items: Wire | undefined
  let rest: Wire | undefined
  for (const { value, pointer } of alternatives(reader, schema)) {
    for (const type of typesOf(value)) types.add(type)
    if (!isObject(value) || depth >= deepest || budget.left <= 0) continue
    const inner = (key: string) => {
      const child = value[key]
      return isObject(child)
        ? build(reader, { value: child, pointer: `${pointer}/${key}` }, depth + 1, budget)
        : undefined
    }
    items ??= inner('items')
    rest ??= inner('additionalProperties')
    const declared = value['properties']
    for (const name of isObject(declared) ? Object.keys(declared) : []) {
      const property = isObject(declared) ? declared[name] : undefined
      if (!isObject(property) || properties.has(name)) continue
      properties.set(
        name,
        build(reader, { value: property, pointer: `${pointer}/properties/${name}` }, depth + 1, budget),
      )
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
