import type { JsonObject, JsonValue } from '../core/json.ts'
import { mediaTypeEssence } from './media-type.ts'
import type { DeclaredResponse, Located, MediaType, RequestBody } from './model.ts'
import { entriesOf, objectAt, type Reader, schemaAt } from './reader.ts'

/** Reads a request body; undefined when there is none, or none that can be read. */
export function readRequestBody(
  reader: Reader,
  value: JsonValue | undefined,
  pointer: string,
): RequestBody | undefined {
  const target = objectAt(reader, value, pointer)
  if (target === undefined) return undefined
  const content = readContent(reader, target.value['content'], `${target.pointer}/content`)
  return { required: target.value['required'] === true, content, pointer: target.pointer }
}

/** Reads the responses of an operation, in the order of the document as far as JavaScript keeps it. */
export function readResponses(
  reader: Reader,
  value: JsonValue | undefined,
  pointer: string,
): readonly DeclaredResponse[] {
  const responses: DeclaredResponse[] = []
  for (const [key, entry, at] of entriesOf(reader, value, pointer)) {
    const status = key === 'default' ? key : key.toUpperCase()
    if (!/^(?:default|[1-5](?:\d\d|XX))$/.test(status)) {
      reader.report(at, `"${key}" is no status: write 200, 4XX or default. It is left out.`)
      continue
    }
    const target = objectAt(reader, entry, at)
    if (target !== undefined) responses.push(readResponse(reader, status, target))
  }
  return responses
}

function readResponse(reader: Reader, status: string, { value, pointer }: Located<JsonObject>): DeclaredResponse {
  const headers = new Map<string, Located<JsonObject>>()
  for (const [name, entry, at] of entriesOf(reader, value['headers'], `${pointer}/headers`)) {
    const header = objectAt(reader, entry, at)
    // Section 4.8.17: a Content-Type among the headers is ignored.
    if (header !== undefined && name.toLowerCase() !== 'content-type') headers.set(name, header)
  }
  return { status, content: readContent(reader, value['content'], `${pointer}/content`), headers, pointer }
}

function readContent(reader: Reader, value: JsonValue | undefined, pointer: string): readonly MediaType[] {
  const content = new Map<string, MediaType>()
  for (const [key, entry, at] of entriesOf(reader, value, pointer)) {
    const type = mediaTypeEssence(key)
    const target = objectAt(reader, entry, at)
    if (type === undefined) reader.report(at, `"${key}" is no media type; it is left out.`)
    if (type === undefined || target === undefined || content.has(type)) continue
    const schema = schemaAt(reader, target.value['schema'], `${target.pointer}/schema`)
    content.set(type, { type, ...(schema === undefined ? {} : { schema }), pointer: target.pointer })
  }
  return [...content.values()]
}
