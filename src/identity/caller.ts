import type { JsonObject } from '../core/json.ts'

/** Who is calling. `claims` and `scopes` were verified; a `credential` is only known to be present. */
export type Caller =
  | { readonly kind: 'anonymous' }
  /** A credential that nobody here can verify; the upstream does. `id` is its keyed hash. */
  | { readonly kind: 'credential'; readonly id: string }
  /** An application, known by a static key. It is never a user. */
  | {
      readonly kind: 'key'
      readonly id: string
      readonly name: string
      readonly scopes: readonly string[]
      /** What the operator says of the application, to be compared like the claims of a token. */
      readonly claims?: JsonObject
    }
  /** The subject of a verified token. `id` is the keyed hash of issuer and subject. */
  | {
      readonly kind: 'subject'
      readonly id: string
      readonly subject: string
      readonly issuer: string
      readonly claims: JsonObject
      readonly scopes: readonly string[]
      readonly roles: readonly string[]
    }

/** What is verified of the caller beyond a name; undefined where there is nothing that could be compared. */
export function claimsOf(caller: Caller): JsonObject | undefined {
  return caller.kind === 'subject' || caller.kind === 'key' ? caller.claims : undefined
}

export const anonymous: Caller = { kind: 'anonymous' }
