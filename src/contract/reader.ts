import { escapePointerToken, isObject, type JsonObject, type JsonValue } from '../core/json.ts'
import type { OperationExtension } from './extension.ts'
import type { SchemaExtension } from './extension-parse.ts'
import type { Located, Schema } from './model.ts'

/** What the readers of one document share: where references lead, what extensions say, and where to report. */
export interface Reader {
  readonly root: JsonObject
  readonly version: '3.0' | '3.1'
  /** Follows references of schemas. */
  resolve(located: Located): Located | undefined
  /** Follows references of everything else. */
  target(located: Located): Located | undefined
  /** Where the text of one `$ref` leads. */
  follow(reference: string): Located | undefined
  /** Site and targets of a schema, parameter or header merged; the site wins. */
  extension(located: Located): SchemaExtension
  operationExtension(operation: JsonObject): OperationExtension
  /** Notes what is wrong and was worked round; the place is that of the pointer. */
  report(pointer: string, message: string): void
}

/**
 * The object that a node stands for, references followed. Undefined for what is no object; a reference that leads
 * nowhere has been reported with all the others.
 */
export function objectAt(
  reader: Reader,
  value: JsonValue | undefined,
  pointer: string,
): Located<JsonObject> | undefined {
  if (value === undefined) return undefined
  const target = reader.target({ value, pointer })
  if (target === undefined) return undefined
  if (isObject(target.value)) return { value: target.value, pointer: target.pointer }
  reader.report(target.pointer, 'An object is expected here; the entry is left out.')
  return undefined
}

/** The members of a map, each with its pointer. What is no object is reported and has none; `x-` members are left out. */
export function* entriesOf(
  reader: Reader,
  value: JsonValue | undefined,
  pointer: string,
): Generator<readonly [key: string, value: JsonValue, pointer: string]> {
  if (value === undefined || value === null) return
  if (!isObject(value)) {
    reader.report(pointer, 'An object is expected here; it is left out.')
    return
  }
  for (const [key, entry] of Object.entries(value)) {
    if (key.startsWith('x-') || entry === undefined) continue
    yield [key, entry, `${pointer}/${escapePointerToken(key)}`]
  }
}

/** The schema that a node stands for, references followed. A reference that leads nowhere stays as it is written. */
export function schemaAt(reader: Reader, value: JsonValue | undefined, pointer: string): Located<Schema> | undefined {
  if (value === undefined) return undefined
  const target = reader.resolve({ value, pointer }) ?? { value, pointer }
  if (isObject(target.value) || typeof target.value === 'boolean')
    return { value: target.value, pointer: target.pointer }
  reader.report(target.pointer, 'A schema must be an object; it is left out.')
  return undefined
}
