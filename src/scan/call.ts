import type { Operation, ParameterPlace } from '../contract/model.ts'
import { isObject, type JsonValue } from '../core/json.ts'
import type { Field } from '../exposure/fields.ts'

/** An operation with values for its inputs: what is sent, before it is written out as HTTP. */
export interface Call {
  readonly operation: Operation
  /** Keyed `path.orderId`, `query.limit`, `header.x-tenant`, `cookie.sid`. */
  readonly parameters: ReadonlyMap<string, JsonValue>
  readonly body?: JsonValue
  /** Of the body, as the contract writes it. */
  readonly mediaType?: string
}

type Place = Pick<Field, 'place' | 'path' | 'name'>

/** The key of a parameter in {@link Call.parameters}. Header names do not depend on case (RFC 9110 section 5.1). */
export function parameterKey(place: ParameterPlace, name: string): string {
  return `${place}.${place === 'header' ? name.toLowerCase() : name}`
}

/** The value that stands at a field of the call; of an array's items the first. */
export function inputAt(call: Call, field: Place): JsonValue | undefined {
  if (field.place !== 'body') return call.parameters.get(parameterKey(field.place, field.path[0] ?? field.name))
  return [...valuesAt(call.body, field.path)][0]
}

/** The same call with one value exchanged. In a body the objects on the way are made where they are missing. */
export function withValue(call: Call, field: Place, value: JsonValue): Call {
  if (field.place !== 'body') {
    const key = parameterKey(field.place, field.path[0] ?? field.name)
    return { ...call, parameters: new Map(call.parameters).set(key, value) }
  }
  return { ...call, body: replaceAt(call.body, field.path, value) }
}

/** The same call without an optional value. */
export function withoutParameter(call: Call, field: Place): Call {
  if (field.place === 'body') return call
  const parameters = new Map(call.parameters)
  parameters.delete(parameterKey(field.place, field.path[0] ?? field.name))
  return { ...call, parameters }
}

function replaceAt(target: JsonValue | undefined, path: readonly string[], value: JsonValue): JsonValue {
  const [head, ...rest] = path
  if (head === undefined) return value
  if (head === '[]') {
    const items: readonly JsonValue[] = Array.isArray(target) ? target : []
    return [replaceAt(items[0], rest, value), ...items.slice(1)]
  }
  const members = isObject(target) ? target : {}
  const key = head === '*' ? (Object.keys(members)[0] ?? 'key') : head
  const inner = Object.hasOwn(members, key) ? members[key] : undefined
  return { ...members, [key]: replaceAt(inner, rest, value) }
}

/** Every value at a path of property names, `[]` for all items and `*` for all members. */
export function* valuesAt(value: unknown, path: readonly string[]): Generator<JsonValue> {
  const [head, ...rest] = path
  if (head === undefined) {
    // What was parsed from JSON, or made of JSON values, is one.
    if (value !== undefined) yield value as JsonValue
  } else if (head === '[]') {
    if (Array.isArray(value)) for (const item of value) yield* valuesAt(item, rest)
  } else if (isObject(value)) {
    if (head === '*') for (const item of Object.values(value)) yield* valuesAt(item, rest)
    else if (Object.hasOwn(value, head)) yield* valuesAt(value[head], rest)
  }
}
