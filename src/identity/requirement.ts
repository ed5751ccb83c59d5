import type { AccessRequirement } from '../exposure/auth.ts'
import type { Authentication, AuthenticationFailure, Credentials } from './authenticator.ts'
import type { Caller } from './caller.ts'
import { authorization, type Presented, presentedBearer, presentedKey } from './presented.ts'
import type { Pseudonym } from './pseudonym.ts'
import type { TokenVerifier } from './token-verifier.ts'

/** What requirements are checked with. */
export interface Means {
  readonly pseudonym: Pseudonym
  /** Undefined without issuers: then nobody here can verify a token. */
  readonly tokens: TokenVerifier | undefined
  /** Undefined without configured keys. */
  readonly keys: ((key: string) => Extract<Caller, { readonly kind: 'key' }> | undefined) | undefined
}

/** One requirement of an alternative, compiled from its scheme. */
export type Requirement = (credentials: Credentials) => Authentication | Promise<Authentication>

const missing: Authentication = { failure: { kind: 'missing' } }

/** Compiles one requirement; a scheme that cannot be met here lets nobody in. */
export function compileRequirement({ scheme, scopes, definition }: AccessRequirement, means: Means): Requirement {
  const unmeetable = () => invalid(`nobody here can check the scheme ${scheme}`)
  if (definition === undefined) return unmeetable
  switch (definition.type) {
    case 'apiKey':
      return credentials => byKey(presentedKey(definition, credentials), scopes, means)
    case 'oauth2':
    case 'openIdConnect':
      return credentials => byToken(presentedBearer(credentials), scopes, means)
    case 'mutualTLS':
      return unmeetable
    case 'http': {
      const name = definition.scheme.toLowerCase()
      if (name === 'bearer') return credentials => byToken(presentedBearer(credentials), scopes, means)
      // A proof of possession that is not checked proves nothing (RFC 9449 section 4.3).
      if (name === 'dpop' && means.tokens !== undefined) return unmeetable
      return credentials => byPresence(authorization(credentials, name), means)
    }
  }
}

function byPresence(presented: Presented, { pseudonym }: Means): Authentication {
  if (presented.kind === 'none') return missing
  if (presented.kind === 'unclear') return invalid(presented.log)
  return { caller: { kind: 'credential', id: pseudonym('credential', presented.value) } }
}

function byKey(presented: Presented, scopes: readonly string[], means: Means): Authentication {
  if (means.keys === undefined || presented.kind !== 'value') return byPresence(presented, means)
  const caller = means.keys(presented.value)
  if (caller === undefined) return invalid('the key is not known')
  return withScopes(caller, caller.scopes, scopes)
}

function byToken(
  presented: Presented,
  scopes: readonly string[],
  means: Means,
): Authentication | Promise<Authentication> {
  if (means.tokens === undefined || presented.kind !== 'value') return byPresence(presented, means)
  const verdict = means.tokens.verify(presented.value)
  return verdict instanceof Promise ? verdict.then(found => judge(found, scopes)) : judge(verdict, scopes)
}

function judge(verdict: Awaited<ReturnType<TokenVerifier['verify']>>, scopes: readonly string[]): Authentication {
  if ('flaw' in verdict) return { failure: { kind: 'invalid', flaw: verdict.flaw, log: verdict.log } }
  const { caller } = verdict
  return withScopes(caller, caller.kind === 'subject' ? caller.scopes : [], scopes)
}

function withScopes(caller: Caller, held: readonly string[], needed: readonly string[]): Authentication {
  return needed.every(scope => held.includes(scope))
    ? { caller }
    : { failure: { kind: 'insufficient-scope', scopes: needed } }
}

function invalid(log: string): { readonly failure: AuthenticationFailure } {
  return { failure: { kind: 'invalid', flaw: 'unverified', log } }
}
