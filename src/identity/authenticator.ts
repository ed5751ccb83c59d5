import type { IncomingHttpHeaders } from 'node:http'
import type { OperationExposure } from '../exposure/exposure.ts'
import type { Caller } from './caller.ts'

/** Why a credential was not accepted; the client learns no more than this (RFC 6750 section 3.1). */
export type AuthenticationFailure =
  | { readonly kind: 'missing' }
  | { readonly kind: 'invalid'; readonly flaw: CredentialFlaw; readonly log: string }
  | { readonly kind: 'insufficient-scope'; readonly scopes: readonly string[] }

/** What was wrong with a credential, as far as it says something about an attack. */
export type CredentialFlaw = 'unverified' | 'weak-signature' | 'no-expiry' | 'expired' | 'malformed'

export interface Credentials {
  readonly headers: IncomingHttpHeaders
  /** Where present, header lines that were repeated can be told; `headers` keeps only the first of them. */
  readonly rawHeaders?: readonly string[]
  /** The raw query, without the question mark. */
  readonly query: string
}

export type Authentication = { readonly caller: Caller } | { readonly failure: AuthenticationFailure }

/** Decides who is calling an operation, by the alternatives of its contract. */
export interface Authenticator {
  /** True when tokens are verified here; without issuers the guard only checks that a credential is there. */
  readonly verifiesTokens: boolean
  /** At once where the answer is known: a static key, a token verified before. */
  authenticate(exposure: OperationExposure, credentials: Credentials): Authentication | Promise<Authentication>
  /** For a `WWW-Authenticate` header (RFC 9110 section 11.6.1) that fits the operation and the failure. */
  challenge(exposure: OperationExposure, failure: AuthenticationFailure): string
}
