import type { JsonObject } from '../core/json.ts'

/** Who is calling. `claims` and `scopes` were verified; a `credential` is only known to be present. */
export type Caller =
  | { readonly kind: 'anonymous' }
  /** A credential that nobody here can verify; the upstream does. `id` is its keyed hash. */
  | { readonly kind: 'credential'; readonly id: string }
  /** An application, known by a static key. It is never a user. */
  | { readonly kind: 'key'; readonly id: string; readonly name: string; readonly scopes: readonly string[] }
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

export const anonymous: Caller = { kind: 'anonymous' }
