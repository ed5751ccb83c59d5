import { escapePointerToken, isObject, type JsonObject, type JsonValue } from '../core/json.ts'

/** The objects of OpenAPI that can stand in a document; `other` is what we do not look into. */
export type NodeKind =
  | 'document'
  | 'server'
  | 'path-item'
  | 'operation'
  | 'parameter'
  | 'header'
  | 'request-body'
  | 'media-type'
  | 'encoding'
  | 'response'
  | 'callback'
  | 'components'
  | 'schema'
  | 'security-scheme'
  | 'other'

export interface DocumentNode {
  readonly kind: NodeKind
  readonly value: JsonObject
  readonly pointer: string
}

type Children = Readonly<Record<string, readonly [holds: 'one' | 'list' | 'map', kind: NodeKind]>>

const one = (kind: NodeKind) => ['one', kind] as const
const list = (kind: NodeKind) => ['list', kind] as const
const map = (kind: NodeKind) => ['map', kind] as const

export const methodKeys = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const

const pathItem: Children = {
  ...Object.fromEntries(methodKeys.map(method => [method, one('operation')])),
  parameters: list('parameter'),
  servers: list('server'),
}
const parameter: Children = { schema: one('schema'), content: map('media-type') }

/** Which member of which object holds what: OpenAPI 3.0.4 and 3.1.1 section 4, JSON Schema 2020-12. */
const grammar: Readonly<Record<NodeKind, Children>> = {
  document: {
    servers: list('server'),
    paths: map('path-item'),
    webhooks: map('path-item'),
    components: one('components'),
    info: one('other'),
    tags: list('other'),
    externalDocs: one('other'),
  },
  'path-item': pathItem,
  operation: {
    parameters: list('parameter'),
    requestBody: one('request-body'),
    responses: map('response'),
    callbacks: map('callback'),
    servers: list('server'),
    externalDocs: one('other'),
  },
  components: {
    schemas: map('schema'),
    responses: map('response'),
    parameters: map('parameter'),
    requestBodies: map('request-body'),
    headers: map('header'),
    callbacks: map('callback'),
    pathItems: map('path-item'),
    securitySchemes: map('security-scheme'),
    links: map('other'),
    examples: map('other'),
  },
  parameter,
  header: parameter,
  'request-body': { content: map('media-type') },
  'media-type': { schema: one('schema'), itemSchema: one('schema'), encoding: map('encoding'), examples: map('other') },
  encoding: { headers: map('header') },
  response: { headers: map('header'), content: map('media-type'), links: map('other') },
  schema: {
    properties: map('schema'),
    patternProperties: map('schema'),
    dependentSchemas: map('schema'),
    $defs: map('schema'),
    definitions: map('schema'),
    items: one('schema'),
    prefixItems: list('schema'),
    contains: one('schema'),
    additionalProperties: one('schema'),
    additionalItems: one('schema'),
    unevaluatedProperties: one('schema'),
    unevaluatedItems: one('schema'),
    propertyNames: one('schema'),
    contentSchema: one('schema'),
    allOf: list('schema'),
    anyOf: list('schema'),
    oneOf: list('schema'),
    not: one('schema'),
    if: one('schema'),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; nobody awaits this table
    then: one('schema'),
    else: one('schema'),
    externalDocs: one('other'),
    xml: one('other'),
    discriminator: one('other'),
  },
  // Their members are expressions to path items.
  callback: {},
  server: {},
  'security-scheme': {},
  other: {},
}

/**
 * Every object of a document that OpenAPI gives a meaning to, each before what it holds. Examples, defaults, enumerated
 * values and extensions are not entered: what stands there is data, whatever it looks like. Needs no stack however deep.
 */
export function* walkDocument(root: JsonObject): Generator<DocumentNode> {
  const open: DocumentNode[] = [{ kind: 'document', value: root, pointer: '' }]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node
    const found = [...childrenOf(node)]
    for (let index = found.length - 1; index >= 0; index--) {
      const child = found[index]
      if (child !== undefined) open.push(child)
    }
  }
}

function* childrenOf({ kind, value, pointer }: DocumentNode): Generator<DocumentNode> {
  if (kind === 'callback') {
    yield* members(value, pointer, 'path-item')
    return
  }
  const children = grammar[kind]
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(children, key)) continue
    const [holds, childKind] = children[key] ?? ['one', 'other']
    const child = value[key]
    const at = `${pointer}/${escapePointerToken(key)}`
    if (Array.isArray(child)) {
      // Draft 4 has lists of schemas under `items`; elsewhere a list is a mistake, but what it holds is still looked at.
      for (const [index, element] of child.entries()) yield* node(childKind, element, `${at}/${index}`)
    } else if (holds === 'map') {
      if (isObject(child)) yield* members(child, at, childKind)
    } else {
      yield* node(childKind, child, at)
    }
  }
}

function* members(value: JsonObject, pointer: string, kind: NodeKind): Generator<DocumentNode> {
  for (const key of Object.keys(value)) yield* node(kind, value[key], `${pointer}/${escapePointerToken(key)}`)
}

function* node(kind: NodeKind, value: JsonValue | undefined, pointer: string): Generator<DocumentNode> {
  if (isObject(value)) yield { kind, value, pointer }
}
