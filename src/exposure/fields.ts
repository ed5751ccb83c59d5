import type { ValueExtension } from '../contract/extension.ts'
import type { Contract, Located, MediaType, Operation, Parameter, Schema } from '../contract/model.ts'
import { schemaTypeName, schemaTypes } from '../contract/walk.ts'
import { isObject, isString, member } from '../core/json.ts'
import { follow, type Property, propertiesOf } from './properties.ts'
import { guessSensitivity, type Sensitivity } from './sensitivity.ts'
import { guessServerSet, type ServerSetKind } from './server-set.ts'

/** One value that goes in or comes out: a parameter or a property of a body. */
export interface Field {
  readonly name: string
  readonly place: 'path' | 'query' | 'header' | 'cookie' | 'body'
  /** Property names from the body's root, `[]` for the items of an array, `*` for the values of a map. */
  readonly path: readonly string[]
  readonly pointer: string
  /** Of the response; absent for requests. */
  readonly status?: string
  readonly mediaType?: string
  readonly schema: Located<Schema> | undefined
  readonly types: readonly string[]
  readonly required: boolean
  readonly readOnly: boolean
  readonly writeOnly: boolean
  /** The component that holds the property, when it has a name. */
  readonly parentType?: string
  /** The object schema that holds the property. */
  readonly parent?: Located<Schema>
  readonly extension: ValueExtension
  readonly sensitive?: Sensitivity
  readonly serverSet?: ServerSetKind
}

export interface OperationFields {
  readonly in: readonly Field[]
  /** Of every declared response, errors included; `status` tells them apart. */
  readonly out: readonly Field[]
}

/** Every field of an operation, in both directions. */
export function fieldsOf(contract: Contract, operation: Operation): OperationFields {
  const fieldsIn = operation.parameters.flatMap(parameter => parameterFields(contract, parameter))
  for (const media of operation.body?.content ?? []) fieldsIn.push(...bodyFields(contract, media))
  const fieldsOut = operation.responses.flatMap(({ content, status }) =>
    content.flatMap(media => bodyFields(contract, media, status)),
  )
  return { in: fieldsIn, out: fieldsOut }
}

/** A parameter, and what is inside it where it is a list or an object (`?ids=1&ids=2`, `?filter[owner]=7`). */
function parameterFields(contract: Contract, parameter: Parameter): Field[] {
  const { name, in: place, required, extension, pointer } = parameter
  const schema = parameter.schema === undefined ? undefined : follow(contract, parameter.schema)
  const types = parameter.schema === undefined ? [] : schemaTypes(contract, parameter.schema)
  const itself: Field = {
    name,
    place,
    path: [name],
    pointer,
    schema,
    types,
    required,
    readOnly: false,
    writeOnly: false,
    extension,
    ...sensitivityOf(contract, name, [], extension, schema, types),
  }
  if (parameter.schema === undefined || !types.some(type => type === 'array' || type === 'object')) return [itself]
  const inside = propertiesOf(contract, parameter.schema).map(property =>
    toField(contract, { ...property, path: [name, ...property.path] }, place, undefined),
  )
  return shareWithItems([itself, ...inside])
}

/** What is declared of a list of ids, addresses or URLs is meant of each of them. */
function shareWithItems(fields: readonly Field[]): Field[] {
  const lists = new Map<string, ValueExtension>()
  for (const { types, path, extension } of fields) {
    if (types.includes('array') && Object.keys(extension).length > 0) lists.set(path.join('/'), extension)
  }
  if (lists.size === 0) return [...fields]
  return fields.map(field => {
    const list = field.name === '[]' ? lists.get(field.path.slice(0, -1).join('/')) : undefined
    if (list === undefined) return field
    const extension = { ...list, ...field.extension }
    const declared = extension.sensitive
    return {
      ...field,
      extension,
      ...(declared === undefined ? {} : { sensitive: { class: declared, source: 'declared' } }),
    }
  })
}

/** The fields of answers that mean success: `2XX`, `200` …, or `default` where nothing else is declared. */
export function successFields(operation: Operation, fields: OperationFields): readonly Field[] {
  const declared = operation.responses.some(response => response.status.startsWith('2'))
  return fields.out.filter(field => field.status?.startsWith('2') === true || (!declared && field.status === 'default'))
}

const bodies = new WeakMap<Contract, Map<string, readonly Field[]>>()

/** Of one media type; the answers that many operations share are read once. */
function bodyFields(contract: Contract, media: MediaType, status?: string): readonly Field[] {
  if (media.schema === undefined) return []
  const known = bodies.get(contract) ?? new Map<string, readonly Field[]>()
  bodies.set(contract, known)
  const root = follow(contract, media.schema)
  const key = `${status ?? ''} ${media.type} ${root.pointer}`
  const before = known.get(key)
  if (before !== undefined) return before
  const extra = { mediaType: media.type, ...(status === undefined ? {} : { status }) }
  const rootType = schemaTypeName(root.pointer)
  const found = shareWithItems(
    propertiesOf(contract, media.schema).map(property => ({
      ...toField(contract, property, 'body', rootType),
      ...extra,
    })),
  )
  known.set(key, found)
  return found
}

function toField(contract: Contract, property: Property, place: Field['place'], rootType: string | undefined): Field {
  const { name, path, types, parentType, extension, schema } = property
  // The nearest names only: an order of a customer has products, and their names are nobody's.
  const around = path.slice(0, -1).findLast(part => part !== '[]' && part !== '*')
  const surroundings = [around ?? rootType, parentType].filter(isString)
  const own = name === '[]' ? (around ?? name) : name
  const serverSet = serverSetOnce(contract, name, types)
  return {
    ...property,
    place,
    ...sensitivityOf(contract, own, surroundings, extension, schema, types),
    ...(serverSet === undefined ? {} : { serverSet }),
  }
}

function sensitivityOf(
  contract: Contract,
  name: string,
  surroundings: readonly string[],
  extension: ValueExtension,
  schema: Located<Schema> | undefined,
  types: readonly string[],
): { readonly sensitive?: Sensitivity } {
  if (extension.sensitive !== undefined) return { sensitive: { class: extension.sensitive, source: 'declared' } }
  const format = member(schema?.value, 'format')
  // Objects and lists are looked into; only what holds a value itself can be sensitive.
  if (types.some(type => type === 'object' || type === 'array') || isObject(member(schema?.value, 'properties')))
    return {}
  // Whether there is one, or which of a few it is, gives nothing away; a constant neither.
  if (types.length > 0 && types.every(type => type === 'boolean' || type === 'null')) return {}
  if (Array.isArray(member(schema?.value, 'enum'))) return {}
  return guessOnce(contract, name, surroundings, isString(format) ? format : undefined, types)
}

type Guess = { readonly sensitive?: Sensitivity }
const guesses = new WeakMap<Contract, Map<string, Guess>>()

/** A contract says the same few hundred names a hundred thousand times. */
function guessOnce(
  contract: Contract,
  name: string,
  surroundings: readonly string[],
  format: string | undefined,
  types: readonly string[],
): Guess {
  const known = guesses.get(contract) ?? new Map<string, Guess>()
  guesses.set(contract, known)
  const key = [name, format ?? '', types.join(' '), ...surroundings].join('\n')
  const before = known.get(key)
  if (before !== undefined) return before
  const sensitive = guessSensitivity(name, surroundings, format, types)
  const guess: Guess = sensitive === undefined ? {} : { sensitive }
  known.set(key, guess)
  return guess
}

const serverSets = new WeakMap<Contract, Map<string, ServerSetKind | undefined>>()

function serverSetOnce(contract: Contract, name: string, types: readonly string[]): ServerSetKind | undefined {
  const known = serverSets.get(contract) ?? new Map<string, ServerSetKind | undefined>()
  serverSets.set(contract, known)
  const key = `${name}\n${types.join(' ')}`
  if (!known.has(key)) known.set(key, guessServerSet(name, types))
  return known.get(key)
}
