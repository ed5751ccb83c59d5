import { hash, randomBytes } from 'node:crypto'
import { Lru } from './lru.ts'

/** The same few objects are named in every page of a list. Ids are no secrets; credentials are never remembered here. */
const rememberedObjects = 20_000

/** A keyed one-way name for a value, so that events and ledgers can compare without holding it. */
export type Pseudonym = (kind: string, value: string) => string

/**
 * Names made with one secret: equal for equal values, of no use to anybody without the secret. SHA-512/256 does not
 * allow length extension, so that the secret may simply stand in front; `crypto.hash` takes a fifth of an HMAC's time.
 *
 * @param secret at least 16 bytes; drawn at random when absent, so that names last as long as the process
 */
export function createPseudonym(secret: string | Uint8Array = randomBytes(32)): Pseudonym {
  const key = hash('sha512-256', typeof secret === 'string' ? Buffer.from(secret) : secret, 'base64url')
  // 132 bits: two values in a trillion trillion would have to be tried before two share a name.
  const make = (kind: string, value: string) =>
    hash('sha512-256', `${key}\n${kind}\n${value}`, 'base64url').slice(0, 22)
  const objects = new Lru<string>(rememberedObjects)
  return (kind, value) => {
    if (kind !== 'object') return make(kind, value)
    let name = objects.get(value)
    if (name === undefined) {
      name = make(kind, value)
      objects.set(value, name)
    }
    return name
  }
}
