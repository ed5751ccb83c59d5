import { hash } from 'node:crypto'
import type { Caller } from '../identity/caller.ts'
import type { Exchange } from './exchange.ts'

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** What a path could not carry as one segment of its own, whatever it is encoded as. */
const pathTricks = /^\.{0,2}$|[\p{Cc}\p{Zl}\p{Zp}]/u

/**
 * The one text by which an id is compared: `7` and `"7"` are the same object, a UUID has no case (RFC 9562 section 4),
 * and nothing else is taken for the same: ` 7`, `07` and `7.0` are other ids until the API says what they name.
 * Undefined for what nobody can vouch for: numbers beyond 2^53 (readers round them differently), objects, truth values,
 * empty text, dot segments, control characters.
 */
export function canonicalId(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined
  if (typeof value !== 'string' || pathTricks.test(value)) return undefined
  return value.length === 36 && uuid.test(value) ? value.toLowerCase() : value
}

/** The name of an object in a bounded structure: short, whatever length an id has. */
export function objectKey(type: string, id: string): string {
  return id.length <= 48 ? `${type}\n${id}` : `${type}\n\n${hash('sha256', id, 'base64url')}`
}

/** The name of a caller in a bounded structure; undefined for one that nobody can tell from another. */
export function callerKey(caller: Caller): string | undefined {
  return caller.kind === 'anonymous' ? undefined : `${caller.kind}\n${caller.id}`
}

/**
 * Who has a share of something: the caller, or its network where anybody may call. A credential that nobody verified
 * counts only where the API demands one: where it does not, an attacker would make up a new one for each request.
 */
export function shareholder(exchange: Exchange): string {
  const { caller, exposure, network } = exchange
  const madeUp = caller.kind === 'credential' && exposure?.access.anonymous !== false
  return (madeUp ? undefined : callerKey(caller)) ?? `network\n${network}`
}
