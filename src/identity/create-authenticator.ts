import type { Clock } from '../core/clock.ts'
import type { OperationExposure } from '../exposure/exposure.ts'
import type { Authentication, AuthenticationFailure, Authenticator, Credentials } from './authenticator.ts'
import { anonymous, type Caller } from './caller.ts'
import { challengeFor } from './challenge.ts'
import { Issuer, type IssuerOptions } from './issuer.ts'
import { presentedBearer } from './presented.ts'
import type { Pseudonym } from './pseudonym.ts'
import { compileRequirement, type Means, type Requirement } from './requirement.ts'
import { openStaticKeys, type StaticKeyOptions } from './static-keys.ts'
import { TokenVerifier } from './token-verifier.ts'

export interface AuthenticatorOptions {
  readonly issuers?: readonly IssuerOptions[]
  readonly keys?: readonly StaticKeyOptions[]
  readonly clock: Clock
  readonly pseudonym: Pseudonym
}

interface Access {
  /** The contract lets in who presents nothing. */
  readonly open: boolean
  readonly alternatives: readonly (readonly Requirement[])[]
}

/**
 * Decides who is calling by the contract's `security` and what is configured: tokens of the issuers, keys by their
 * hash; without either, that a credential is there. One authenticator serves any contract.
 *
 * @throws Fault `configuration`, `file-unreadable`
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { clock, pseudonym, issuers = [], keys = [] } = options
  const opened = issuers.map(issuer => new Issuer(issuer, clock, pseudonym))
  const means: Means = {
    pseudonym,
    tokens: opened.length === 0 ? undefined : new TokenVerifier(opened, clock),
    keys: keys.length === 0 ? undefined : openStaticKeys(keys, pseudonym),
  }
  const compiled = new WeakMap<OperationExposure, Access>()
  return {
    verifiesTokens: means.tokens !== undefined,
    authenticate(exposure, credentials) {
      let access = compiled.get(exposure)
      if (access === undefined) {
        access = compileAccess(exposure, means)
        compiled.set(exposure, access)
      }
      const found = firstMet(access.alternatives, credentials, 0, { kind: 'missing' })
      if (!access.open) return found
      return found instanceof Promise ? found.then(letIn) : letIn(found)
    },
    challenge: challengeFor,
  }
}

/** Whoever may come in without a credential may come in with a bad one; what it claims is ignored. */
function letIn(found: Authentication): Authentication {
  return 'caller' in found ? found : { caller: anonymous }
}

function compileAccess({ access }: OperationExposure, means: Means): Access {
  const alternatives = access.alternatives
    .filter(({ requirements }) => requirements.length > 0)
    .map(({ requirements }) => requirements.map(requirement => compileRequirement(requirement, means)))
  // A public operation knows its caller all the same when a token that we can verify comes along. One that nobody can
  // verify does not count: whoever makes up a new one for each request would be a new caller each time.
  if (access.anonymous && means.tokens !== undefined && alternatives.length === 0) {
    const { tokens } = means
    alternatives.push([
      credentials => {
        const presented = presentedBearer(credentials)
        if (presented.kind !== 'value') return { failure: { kind: 'missing' } }
        const verdict = tokens.verify(presented.value)
        return verdict instanceof Promise ? verdict.then(toAuthentication) : toAuthentication(verdict)
      },
    ])
  }
  return { open: access.anonymous, alternatives }
}

function toAuthentication(verdict: Awaited<ReturnType<TokenVerifier['verify']>>): Authentication {
  return 'caller' in verdict ? verdict : { failure: { kind: 'invalid', flaw: verdict.flaw, log: verdict.log } }
}

/** The alternatives in turn: the first of which all requirements are met wins, else the failure that says most. */
function firstMet(
  alternatives: readonly (readonly Requirement[])[],
  credentials: Credentials,
  from: number,
  worst: AuthenticationFailure,
): Authentication | Promise<Authentication> {
  let failure = worst
  for (let index = from; index < alternatives.length; index++) {
    const result = allMet(alternatives[index] ?? [], credentials, 0, undefined)
    if (result instanceof Promise) {
      return result.then(found =>
        'caller' in found ? found : firstMet(alternatives, credentials, index + 1, moreTelling(failure, found.failure)),
      )
    }
    if ('caller' in result) return result
    failure = moreTelling(failure, result.failure)
  }
  return { failure }
}

function allMet(
  requirements: readonly Requirement[],
  credentials: Credentials,
  from: number,
  known: Caller | undefined,
): Authentication | Promise<Authentication> {
  let caller = known
  for (let index = from; index < requirements.length; index++) {
    const result = requirements[index]?.(credentials) ?? { failure: { kind: 'missing' } }
    if (result instanceof Promise) {
      return result.then(found =>
        'caller' in found ? allMet(requirements, credentials, index + 1, better(caller, found.caller)) : found,
      )
    }
    if ('failure' in result) return result
    caller = better(caller, result.caller)
  }
  return { caller: caller ?? anonymous }
}

const strength: Readonly<Record<Caller['kind'], number>> = { anonymous: 0, credential: 1, key: 2, subject: 3 }

/** Of an application's key and a user's token in one alternative, the user is who calls. */
function better(a: Caller | undefined, b: Caller): Caller {
  return a === undefined || strength[b.kind] > strength[a.kind] ? b : a
}

const telling: Readonly<Record<AuthenticationFailure['kind'], number>> = {
  missing: 0,
  invalid: 1,
  'insufficient-scope': 2,
}

function moreTelling(a: AuthenticationFailure, b: AuthenticationFailure): AuthenticationFailure {
  return telling[b.kind] > telling[a.kind] ? b : a
}
