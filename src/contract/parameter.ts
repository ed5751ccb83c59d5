import { isObject, isString, type JsonObject, type JsonValue } from '../core/json.ts'
import { mediaTypeEssence } from './media-type.ts'
import type { Located, Parameter, ParameterPlace, Schema } from './model.ts'
import { entriesOf, objectAt, type Reader, schemaAt } from './reader.ts'
import { wireOf } from './wire.ts'

const places = ['path', 'query', 'header', 'cookie'] as const

/** The styles of each place, its default first (OpenAPI 3.1 section 4.8.12.3). */
const styles: Readonly<Record<ParameterPlace, readonly string[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
}

/** Header parameters of these names are ignored (section 4.8.12.2): media types and `security` describe them. */
const ignoredHeaders = new Set(['accept', 'content-type', 'authorization'])

/**
 * Reads a list of parameters. Of two with one name and place the first counts; those that cannot be understood are
 * reported and left out.
 */
export function readParameters(reader: Reader, value: JsonValue | undefined, pointer: string): readonly Parameter[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) {
    reader.report(pointer, '"parameters" must be a list; it is left out.')
    return []
  }
  const found = new Map<string, Parameter>()
  for (const [index, entry] of value.entries()) {
    const target = objectAt(reader, entry, `${pointer}/${index}`)
    const parameter = target === undefined ? undefined : readParameter(reader, target)
    if (parameter === undefined) continue
    const key = parameterKey(parameter)
    if (found.has(key))
      reader.report(`${pointer}/${index}`, `The ${key.replace('.', ' parameter ')} stands twice in one list.`)
    else found.set(key, parameter)
  }
  return [...found.values()]
}

/** `query.limit`: what tells two parameters of an operation apart. Header names know no case. */
export function parameterKey({ in: place, name }: { readonly in: ParameterPlace; readonly name: string }): string {
  return `${place}.${place === 'header' ? name.toLowerCase() : name}`
}

/** A path parameter that the template names and nobody declares: any text may stand there. */
export function undeclaredPathParameter(name: string, pointer: string): Parameter {
  return {
    name,
    in: 'path',
    required: true,
    deprecated: false,
    style: 'simple',
    explode: false,
    allowReserved: false,
    extension: {},
    pointer,
  }
}

const cache = new WeakMap<Reader, Map<JsonObject, Parameter | undefined>>()

function readParameter(reader: Reader, located: Located<JsonObject>): Parameter | undefined {
  // A parameter of the components is used by many operations and read once.
  const known = cache.get(reader) ?? new Map<JsonObject, Parameter | undefined>()
  cache.set(reader, known)
  if (known.has(located.value)) return known.get(located.value)
  const parameter = readFresh(reader, located)
  known.set(located.value, parameter)
  return parameter
}

function readFresh(reader: Reader, { value, pointer }: Located<JsonObject>): Parameter | undefined {
  const { name } = value
  const place = places.find(known => known === value['in'])
  if (!isString(name) || name === '' || place === undefined) {
    reader.report(
      pointer,
      'A parameter needs a "name", and "in" as one of path, query, header, cookie; it is left out.',
    )
    return undefined
  }
  if (place === 'header' && ignoredHeaders.has(name.toLowerCase())) return undefined
  if (place === 'path' && value['required'] !== true) {
    reader.report(pointer, `The path parameter "${name}" must say "required: true"; it is taken as required.`)
  }
  const style = readStyle(reader, value, place, pointer)
  const shape = readShape(reader, value, pointer)
  if (shape.schema === undefined)
    reader.report(pointer, `The ${place} parameter "${name}" has no schema: any value passes.`)
  return {
    name,
    in: place,
    required: place === 'path' || value['required'] === true,
    deprecated: value['deprecated'] === true,
    ...shape,
    style,
    // Section 4.8.12.3: form explodes unless told otherwise. What deepObject does without is not defined.
    explode: typeof value['explode'] === 'boolean' ? value['explode'] : style === 'form' || style === 'deepObject',
    allowReserved: value['allowReserved'] === true,
    extension: reader.extension({ value, pointer }).value,
    pointer,
  }
}

function readStyle(reader: Reader, value: JsonObject, place: ParameterPlace, pointer: string): string {
  const { style } = value
  const [byDefault = 'simple'] = styles[place]
  if (style === undefined) return byDefault
  if (isString(style) && styles[place].includes(style)) return style
  reader.report(
    pointer,
    `The style must be one of ${styles[place].join(', ')} in a ${place} parameter; ${byDefault} is used.`,
  )
  return byDefault
}

function readShape(
  reader: Reader,
  value: JsonObject,
  pointer: string,
): Pick<Parameter, 'schema' | 'mediaType' | 'wire'> {
  const schema = schemaAt(reader, value['schema'], `${pointer}/schema`)
  if (schema !== undefined) return withWire(reader, schema)
  for (const [type, media, at] of entriesOf(reader, value['content'], `${pointer}/content`)) {
    const mediaType = mediaTypeEssence(type)
    const target = objectAt(reader, media, at)
    if (mediaType === undefined || target === undefined) continue
    const inner = isObject(target.value)
      ? schemaAt(reader, target.value['schema'], `${target.pointer}/schema`)
      : undefined
    return { mediaType, ...(inner === undefined ? {} : withWire(reader, inner)) }
  }
  return {}
}

function withWire(reader: Reader, schema: Located<Schema>): Pick<Parameter, 'schema' | 'wire'> {
  return { schema, wire: wireOf(reader, schema) }
}
