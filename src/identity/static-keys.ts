import { hash } from 'node:crypto'
import { Fault } from '../core/fault.ts'
import type { JsonObject } from '../core/json.ts'
import type { Caller } from './caller.ts'
import type { Pseudonym } from './pseudonym.ts'

/** One entry of `keys` in the configuration. The key itself is kept nowhere. */
export interface StaticKeyOptions {
  readonly name: string
  /** `sha256:` and 64 hexadecimal digits. */
  readonly hash: string
  readonly scopes?: readonly string[]
  /** Compared with owner and tenant like the claims of a token: `{ tenant: acme }`. */
  readonly claims?: JsonObject
}

type KeyCaller = Extract<Caller, { readonly kind: 'key' }>

/**
 * Looks a key up by its hash. The map's timing tells at most something about hashes, of which nobody can choose the
 * digits; keys of an attacker's choice are never compared with real ones.
 *
 * @throws Fault `configuration`
 */
export function openStaticKeys(
  keys: readonly StaticKeyOptions[],
  pseudonym: Pseudonym,
): (key: string) => KeyCaller | undefined {
  const known = new Map<string, KeyCaller>()
  for (const { name, hash: text, scopes = [], claims } of keys) {
    const digest = /^sha256:([0-9a-f]{64})$/i.exec(text)?.[1]?.toLowerCase()
    if (digest === undefined) {
      const hint = 'Write "sha256:" and the 64 hexadecimal digits of the hash, never the key itself.'
      throw new Fault('configuration', `The hash of the key "${name}" is not understood.`, { hint })
    }
    const other = known.get(digest)
    if (other !== undefined) {
      const hint = 'Give every application a key of its own.'
      throw new Fault('configuration', `The keys "${other.name}" and "${name}" are the same.`, { hint })
    }
    known.set(digest, {
      kind: 'key',
      id: pseudonym('key', digest),
      name,
      scopes,
      ...(claims === undefined ? {} : { claims }),
    })
  }
  return key => (key.length > 512 ? undefined : known.get(hash('sha256', key, 'hex')))
}
