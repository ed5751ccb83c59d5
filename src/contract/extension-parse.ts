import { isObject, type JsonObject, type JsonValue } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'
import type { Place } from '../risk/finding.ts'
import { Entry } from './entry.ts'
import type { DocumentExtension, ObjectExtension, OperationExtension, ValueExtension } from './extension.ts'
import {
  readBudget,
  readConfirm,
  readDate,
  readFlow,
  readLimit,
  readOwner,
  readTenant,
  readUrlRule,
  readView,
} from './extension-value.ts'
import { type NodeKind, walkDocument } from './structure.ts'

export const extensionKey = 'x-rugged'

const documentKeys = ['environment', 'audience', 'owner', 'egress'] as const
const operationKeys = ['roles', 'flow', 'limits', 'confirm', 'sunset', 'successor', 'cache', 'budget'] as const
const valueKeys = ['id', 'seal', 'sensitive', 'visible', 'view', 'url'] as const
const objectKeys = ['owner', 'tenant', 'relation', 'shared', 'budget'] as const
const schemaKeys = [...valueKeys, ...objectKeys] as const
const serverKeys = ['egress'] as const

const places: readonly (readonly [string, readonly string[]])[] = [
  ['the document', documentKeys],
  ['an operation', operationKeys],
  ['a parameter or a schema', valueKeys],
  ['an object schema', objectKeys],
  ['a server', serverKeys],
]

/** Where a key belongs that is known, but not where it was written. */
function elsewhere(key: string): string | undefined {
  const at = places.filter(([, keys]) => keys.includes(key)).map(([place]) => place)
  return at.length === 0 ? undefined : `"${key}" belongs at ${at.join(' or ')}.`
}

/** What an `x-rugged` entry says once parsed; schemas may carry both kinds. */
export interface SchemaExtension {
  readonly value: ValueExtension
  readonly object: ObjectExtension
}

export interface Extensions {
  readonly document: DocumentExtension
  operation(operation: JsonObject): OperationExtension
  /** The entry of a parameter, header or schema; both parts empty where there is none. */
  schema(node: JsonValue | undefined): SchemaExtension
}

const nothing: SchemaExtension = { value: {}, object: {} }

/**
 * Parses every `x-rugged` entry of a document at once, so that a mistake is found even where nobody would look.
 *
 * @throws Fault `extension-invalid` with file, line, column and the nearest known key
 */
export function parseExtensions(root: JsonObject, locate: (pointer: string) => Place): Extensions {
  let document: DocumentExtension = {}
  const operations = new Map<JsonValue, OperationExtension>()
  const schemas = new Map<JsonValue, SchemaExtension>()
  for (const { kind, value, pointer } of walkDocument(root)) {
    if ((kind === 'path-item' || kind === 'response') && pointer.endsWith(`/${extensionKey}`)) {
      // It stands among paths or statuses, where it would be taken for one of them and never be read.
      throw new Entry(value, extensionKey, pointer, locate).wrong(`${extensionKey} is not read here.`, wayOut(value))
    }
    const written = value[extensionKey]
    if (written === undefined) {
      mistypedKey(value, pointer, locate)
      continue
    }
    const entry = new Entry(written, extensionKey, `${pointer}/${extensionKey}`, locate)
    if (kind === 'document') document = readDocument(entry)
    else if (kind === 'operation') operations.set(written, readOperation(entry))
    else if (kind === 'parameter' || kind === 'header')
      schemas.set(written, { ...nothing, value: readValue(entry, valueKeys) })
    else if (kind === 'schema') schemas.set(written, readSchema(entry))
    else if (kind === 'server') entry.members(serverKeys, elsewhere)
    else throw entry.wrong(`${extensionKey} is not read at ${names[kind] ?? 'this place'}.`, wayOut(written))
  }
  return {
    document,
    operation: operation => operations.get(operation[extensionKey] ?? null) ?? {},
    schema: node => (isObject(node) ? (schemas.get(node[extensionKey] ?? null) ?? nothing) : nothing),
  }
}

const names: Partial<Record<NodeKind, string>> = {
  'path-item': 'a path',
  'request-body': 'a request body',
  'media-type': 'a media type',
  response: 'a response',
  components: 'the components',
  'security-scheme': 'a security scheme',
}

function wayOut(written: JsonValue): string {
  const hint = Object.keys(isObject(written) ? written : {})
    .map(elsewhere)
    .find(found => found !== undefined)
  return hint ?? 'Put it at the document, an operation, a parameter or a schema.'
}

function mistypedKey(value: JsonObject, pointer: string, locate: (pointer: string) => Place): void {
  for (const key in value) {
    // Cheap first: a document has many keys and hardly any extensions.
    if (key.charCodeAt(0) !== 0x78 || !/^x-?_?rug/i.test(key) || nearest(key, [extensionKey]) === undefined) continue
    const entry = new Entry(value[key], key, `${pointer}/${key}`, locate)
    throw entry.wrong(`"${key}" is not known.`, `Did you mean "${extensionKey}"?`)
  }
}

function readDocument(entry: Entry): DocumentExtension {
  const found = entry.members(documentKeys, elsewhere)
  const [environment, owner] = [found.get('environment')?.text(), found.get('owner')?.text()]
  const audience = found.get('audience')?.word(['public', 'partner', 'internal'])
  return {
    ...(environment === undefined ? {} : { environment }),
    ...(audience === undefined ? {} : { audience }),
    ...(owner === undefined ? {} : { owner }),
  }
}

function readOperation(entry: Entry): OperationExtension {
  const found = entry.members(operationKeys, elsewhere)
  const get = <T>(key: (typeof operationKeys)[number], read: (member: Entry) => T): T | undefined => {
    const member = found.get(key)
    return member === undefined ? undefined : read(member)
  }
  return defined<OperationExtension>({
    roles: get('roles', member => member.texts()),
    flow: get('flow', readFlow),
    limits: get('limits', member => member.elements().map(readLimit)),
    confirm: get('confirm', readConfirm),
    sunset: get('sunset', readDate),
    successor: get('successor', member => member.text()),
    cache: get('cache', member => member.value),
    budget: get('budget', readBudget),
  })
}

function readSchema(entry: Entry): SchemaExtension {
  return { value: readValue(entry, schemaKeys), object: readObject(entry) }
}

function readValue(entry: Entry, known: typeof valueKeys | typeof schemaKeys): ValueExtension {
  const found = entry.members<(typeof schemaKeys)[number]>(known, elsewhere)
  const view = found.get('view')
  const url = found.get('url')
  return defined<ValueExtension>({
    id: found.get('id')?.text(),
    seal: found.get('seal')?.word(['caller', 'everyone']),
    sensitive: found.get('sensitive')?.text(),
    visible: found.get('visible')?.texts(),
    view: view === undefined ? undefined : readView(view),
    url: url === undefined ? undefined : readUrlRule(url),
  })
}

function readObject(entry: Entry): ObjectExtension {
  const found = entry.members(schemaKeys, elsewhere)
  const [owner, tenant, budget] = [found.get('owner'), found.get('tenant'), found.get('budget')]
  return defined<ObjectExtension>({
    owner: owner === undefined ? undefined : readOwner(owner),
    tenant: tenant === undefined ? undefined : readTenant(tenant),
    relation: found.get('relation')?.value,
    shared: found.get('shared')?.value,
    budget: budget === undefined ? undefined : readBudget(budget),
  })
}

/** Without the members that are undefined. */
function defined<T>(members: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T // as: only what is there
}
