import type { ApiExposure } from '../exposure/exposure.ts'
import type { Exchange } from './exchange.ts'
import { objectKey } from './object-id.ts'
import { type Producers, producersOf } from './producers.ts'

/**
 * The parameters that an id needs beside itself to name one object: the orders of `/shops/{shop}/orders/{order}` may
 * count from 1 in every shop. None where some operation reads the object by its id alone.
 */
export function scopeKeys({ items }: Producers): readonly string[] {
  if (items.some(item => item.otherKeys.length === 0)) return []
  return items[0]?.otherKeys ?? []
}

/**
 * The name of an object in the ledger, with what it stands in. Undefined where the request does not say that: then
 * nothing that is known of such an id may be trusted, and nothing is learnt.
 */
export function scopedKey(exchange: Exchange, keys: readonly string[], type: string, id: string): string | undefined {
  if (keys.length === 0) return objectKey(type, id)
  const within = keys.map(key => exchange.input.parameters.get(key))
  return within.includes(undefined) ? undefined : objectKey(type, `${JSON.stringify(within)}\n${id}`)
}

const known = new WeakMap<ApiExposure, ReadonlyMap<string, readonly string[]>>()

/** The scope of every type that has an owner or a tenant; found once for an API, however many operations ask. */
export function scopesOf(api: ApiExposure): ReadonlyMap<string, readonly string[]> {
  let scopes = known.get(api)
  if (scopes === undefined) {
    const ruled = [...api.objects.types].filter(([, type]) => type.owner !== undefined || type.tenant !== undefined)
    scopes = new Map(ruled.map(([name, type]) => [name, scopeKeys(producersOf(api, type))]))
    known.set(api, scopes)
  }
  return scopes
}
