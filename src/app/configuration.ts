import { dirname, resolve } from 'node:path'
import { compose } from '../contract/compose.ts'
import { Entry } from '../contract/entry.ts'
import { locatePointer, Positions, type Source } from '../contract/position.ts'
import { readSource } from '../contract/source.ts'
import { Fault } from '../core/fault.ts'
import { isObject, type JsonObject } from '../core/json.ts'
import type { PolicyMode } from '../guard/policy.ts'
import { substitute } from './substitute.ts'

export interface IssuerEntry {
  readonly issuer: string
  readonly audience: readonly string[]
  /** A file, a URL, or the set itself. */
  readonly jwks: string | object
  readonly algorithms: readonly string[]
  readonly scopesClaim?: string
  readonly rolesClaim?: string
}

export interface KeyEntry {
  readonly name: string
  /** `sha256:` and the hexadecimal digest of the key. */
  readonly hash: string
  readonly scopes: readonly string[]
  /** Compared by owner and tenant rules, as the claims of a token are. */
  readonly claims?: JsonObject
}

/** One policy's entry: its mode, and whatever options the policy itself understands. */
export type PolicyEntry = { readonly mode?: PolicyMode } & JsonObject

/** `rugged.yaml`, with paths made absolute. */
export interface Configuration {
  readonly contract?: string
  readonly overlays: readonly string[]
  readonly upstream?: string
  readonly listen?: string
  readonly observe: boolean
  readonly trustedHops: number
  readonly events?: string
  readonly issuers: readonly IssuerEntry[]
  readonly keys: readonly KeyEntry[]
  readonly policies: Readonly<Record<string, PolicyEntry>>
  /** By operation (`GET /v1/accounts`), then by policy. */
  readonly operations: Readonly<Record<string, Readonly<Record<string, PolicyMode>>>>
}

export const emptyConfiguration: Configuration = {
  overlays: [],
  observe: false,
  trustedHops: 0,
  issuers: [],
  keys: [],
  policies: {},
  operations: {},
}

const keysOfFile = [
  'contract',
  'overlays',
  'upstream',
  'listen',
  'observe',
  'trustedHops',
  'events',
  'issuers',
  'keys',
  'policies',
  'operations',
] as const
const modes = ['block', 'alert', 'off'] as const

/** What a configuration may name, so that a typo is found when it is read and not when it matters. */
export interface Vocabulary {
  readonly policies: readonly string[]
}

/**
 * Reads `rugged.yaml`. Every mistake is named with its line and the nearest thing that is known.
 * @throws Fault `configuration`, `file-unreadable`
 */
export async function loadConfiguration(
  file: string,
  vocabulary: Vocabulary,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Configuration> {
  return parseConfiguration(await readSource(file), vocabulary, environment)
}

/** The same for a text that was read already; relative paths are taken from the file's folder. */
export function parseConfiguration(
  source: Source,
  vocabulary: Vocabulary,
  environment: Readonly<Record<string, string | undefined>>,
): Configuration {
  const positions = new Positions()
  const composed = composeConfiguration(source, positions)
  const root = new Entry(
    composed,
    'the file',
    '',
    pointer => locatePointer(positions, composed, pointer),
    'configuration',
  )
  const members = root.members(keysOfFile)
  const folder = dirname(resolve(source.file))
  const text = (entry: Entry) => substitute(entry, environment)
  const path = (entry: Entry) => resolve(folder, text(entry))
  const optional = <Key extends (typeof keysOfFile)[number], Value>(key: Key, read: (entry: Entry) => Value) => {
    const entry = members.get(key)
    return entry === undefined ? {} : ({ [key]: read(entry) } as { readonly [name in Key]: Value }) // as: a computed key widens to string
  }
  return {
    ...emptyConfiguration,
    ...optional('contract', path),
    ...optional('overlays', entry => entry.elements().map(path)),
    ...optional('upstream', text),
    ...optional('listen', text),
    ...optional('observe', readFlag),
    ...optional('trustedHops', entry => entry.count()),
    ...optional('events', path),
    ...optional('issuers', entry => entry.elements().map(issuer => readIssuer(issuer, text, folder))),
    ...optional('keys', entry => entry.elements().map(key => readKey(key, text))),
    ...optional('policies', entry => readPolicies(entry, vocabulary)),
    ...optional('operations', entry => readOperations(entry, vocabulary)),
  }
}

function composeConfiguration(source: Source, positions: Positions) {
  try {
    return compose(source, positions)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    throw new Fault('configuration', error.message, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.place === undefined ? {} : { place: error.place }),
      cause: error,
    })
  }
}

function readFlag(entry: Entry): boolean {
  if (typeof entry.value === 'boolean') return entry.value
  throw entry.wrong(`${entry.name} must be true or false.`, 'Write it without quotes.')
}

function readIssuer(entry: Entry, text: (entry: Entry) => string, folder: string): IssuerEntry {
  const members = entry.members(['issuer', 'audience', 'jwks', 'algorithms', 'scopesClaim', 'rolesClaim'])
  const needed = (key: 'issuer' | 'audience' | 'jwks') => {
    const found = members.get(key)
    if (found === undefined) throw entry.wrong(`${entry.name} has no "${key}".`, 'Add it.')
    return found
  }
  const jwks = needed('jwks')
  const place = isObject(jwks.value) ? jwks.value : text(jwks)
  const scopesClaim = members.get('scopesClaim')
  const rolesClaim = members.get('rolesClaim')
  return {
    issuer: text(needed('issuer')),
    audience: needed('audience').texts(),
    jwks: typeof place === 'string' && !/^https?:\/\//.test(place) ? resolve(folder, place) : place,
    algorithms: members.get('algorithms')?.texts() ?? ['ES256'],
    ...(scopesClaim === undefined ? {} : { scopesClaim: text(scopesClaim) }),
    ...(rolesClaim === undefined ? {} : { rolesClaim: text(rolesClaim) }),
  }
}

function readKey(entry: Entry, text: (entry: Entry) => string): KeyEntry {
  const members = entry.members(['name', 'hash', 'scopes', 'claims'])
  const name = members.get('name')
  const hash = members.get('hash')
  if (name === undefined || hash === undefined) throw entry.wrong(`${entry.name} needs a name and a hash.`, 'Add them.')
  const digest = text(hash)
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw hash.wrong(
      `${hash.name} must be sha256: and 64 hexadecimal digits.`,
      'Make it with: printf %s "$KEY" | sha256sum',
    )
  }
  const claims = members.get('claims')
  if (claims !== undefined && !isObject(claims.value)) {
    throw claims.wrong(`${claims.name} must be an object.`, 'Write { tenant: acme }.')
  }
  return {
    name: text(name),
    hash: digest,
    scopes: members.get('scopes')?.texts() ?? [],
    ...(isObject(claims?.value) ? { claims: claims.value } : {}),
  }
}

function readPolicies(entry: Entry, vocabulary: Vocabulary): Record<string, PolicyEntry> {
  const policies: Record<string, PolicyEntry> = {}
  for (const [id, policy] of entry.members(vocabulary.policies)) {
    if (typeof policy.value === 'string') {
      policies[id] = { mode: policy.word(modes) }
      continue
    }
    if (!isObject(policy.value))
      throw policy.wrong(`${policy.name} must be a mode or an object.`, 'Modes: block, alert, off.')
    const mode = policy.members(Object.keys(policy.value)).get('mode')
    policies[id] = { ...policy.value, ...(mode === undefined ? {} : { mode: mode.word(modes) }) }
  }
  return policies
}

function readOperations(entry: Entry, vocabulary: Vocabulary): Record<string, Record<string, PolicyMode>> {
  const operations: Record<string, Record<string, PolicyMode>> = {}
  const keys = isObject(entry.value) ? Object.keys(entry.value) : []
  for (const [key, operation] of entry.members(keys)) {
    const byPolicy = [...operation.members(vocabulary.policies)].map(([id, mode]) => [id, mode.word(modes)] as const)
    operations[key] = Object.fromEntries(byPolicy)
  }
  return operations
}
