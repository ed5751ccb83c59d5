import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '../core/clock.ts'
import { Fault } from '../core/fault.ts'
import { isObject, type JsonObject } from '../core/json.ts'
import type { CredentialFlaw } from './authenticator.ts'
import type { Caller } from './caller.ts'
import { readRoles, readScopes } from './claims.ts'
import { type KeySource, openKeySource } from './key-source.ts'
import type { Pseudonym } from './pseudonym.ts'
import { knownAlgorithms } from './verification-key.ts'

/** One entry of `issuers` in the configuration. */
export interface IssuerOptions {
  /** Compared with `iss` character by character. */
  readonly issuer: string
  readonly audience: string | readonly string[]
  /** A file, an `https:` URL (or `http:` on loopback), or the JWK set itself. */
  readonly jwks: unknown
  readonly algorithms: readonly string[]
  /** Where the roles stand: a claim or a path of claims with dots; `roles` when absent. */
  readonly rolesClaim?: string
  /** `scope`, then `scp`, when absent. */
  readonly scopesClaim?: string
}

export interface Verified {
  readonly caller: Extract<Caller, { readonly kind: 'subject' }>
  /** Seconds since 1970, as the token says. */
  readonly expires: number
  readonly notBefore: number
  readonly generation: number
}

export interface Rejected {
  readonly flaw: CredentialFlaw
  readonly log: string
  /** False when the next attempt may end otherwise: the issuer's keys could not be had. */
  readonly final: boolean
}

/** Seconds by which the clocks of issuer and guard may differ. */
export const leeway = 5

// RFC 9068 section 2.1 asks for at+jwt; most issuers still write JWT or nothing. Anything else is some other kind of
// token, and taking it for an access token is the confusion that `typ` is there to prevent (RFC 8725 section 3.11).
const accessTokenTypes = new Set(['jwt', 'at+jwt', 'application/at+jwt'])

export class Issuer {
  readonly name: string
  readonly keys: KeySource
  readonly #options: IssuerOptions
  readonly #clock: Clock
  readonly #pseudonym: Pseudonym

  /** @throws Fault `configuration`, `file-unreadable` */
  constructor(options: IssuerOptions, clock: Clock, pseudonym: Pseudonym) {
    const { issuer, audience, algorithms, jwks } = options
    const wrong = algorithms.find(algorithm => !knownAlgorithms.includes(algorithm))
    if (wrong !== undefined || algorithms.length === 0) {
      const hint = `Use some of ${knownAlgorithms.join(', ')}.`
      throw new Fault('configuration', `The issuer ${issuer} needs algorithms; "${wrong ?? ''}" is none.`, { hint })
    }
    if (issuer === '' || audience.length === 0) {
      throw new Fault('configuration', 'An issuer needs its name and an audience.', {
        hint: 'Set issuer and audience to what the tokens carry as iss and aud.',
      })
    }
    this.name = issuer
    this.keys = openKeySource({ jwks, algorithms, clock })
    this.#options = options
    this.#clock = clock
    this.#pseudonym = pseudonym
  }

  /** Verifies a token whose `iss` names this issuer and whose form was checked. */
  async verify(token: string): Promise<Verified | Rejected> {
    const { algorithms, audience, issuer } = this.#options
    try {
      const header = decodeProtectedHeader(token)
      const { alg, kid, typ } = header
      if (alg === undefined || !algorithms.includes(alg)) {
        return reject('weak-signature', `alg ${String(alg).slice(0, 20)} is not allowed for this issuer`)
      }
      // RFC 7515 section 4.1.11: what is critical must be understood; we understand nothing beyond the basics.
      if (header.crit !== undefined) return reject('unverified', 'the header has critical extensions')
      if (typ !== undefined && !(typeof typ === 'string' && accessTokenTypes.has(typ.toLowerCase()))) {
        return reject('unverified', 'typ is not that of an access token')
      }
      if (kid !== undefined && typeof kid !== 'string') return reject('malformed', 'kid is not a string')
      const { generation } = this.keys
      const key = await this.keys.find(alg, kid)
      // Keys may have been fetched just now; what was looked up before counts under the older generation and is redone.
      if (key === undefined) return { ...reject('unverified', 'no key of the issuer fits kid and alg'), final: false }
      const { payload } = await jwtVerify(token, await key.key(alg), {
        algorithms: [alg],
        issuer,
        audience: typeof audience === 'string' ? audience : [...audience],
        clockTolerance: leeway,
        currentDate: new Date(this.#clock.now()),
        requiredClaims: ['exp', 'sub'],
      })
      return this.#accept(payload, generation)
    } catch (error) {
      return rejection(error)
    }
  }

  #accept(payload: JWTPayload, generation: number): Verified | Rejected {
    const { sub, exp, nbf } = payload
    if (typeof sub !== 'string' || sub === '' || exp === undefined) return reject('malformed', 'sub is empty')
    // A payload that jose has verified is a JSON object.
    const claims = payload as JsonObject
    const { issuer, rolesClaim, scopesClaim } = this.#options
    const caller = {
      kind: 'subject',
      id: this.#pseudonym('subject', `${issuer}\n${sub}`),
      subject: sub,
      issuer,
      claims,
      scopes: readScopes(claims, scopesClaim),
      roles: readRoles(claims, rolesClaim),
    } as const
    return { caller, expires: exp, notBefore: nbf ?? Number.NEGATIVE_INFINITY, generation }
  }
}

function reject(flaw: CredentialFlaw, log: string): Rejected {
  return { flaw, log, final: true }
}

function rejection(error: unknown): Rejected {
  if (error instanceof errors.JWTExpired) return reject('expired', 'the token has expired')
  if (error instanceof errors.JWTClaimValidationFailed) {
    return reject(error.claim === 'exp' ? 'no-expiry' : 'unverified', `${error.claim}: ${error.reason}`)
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return reject('weak-signature', 'alg is not allowed')
  const log = error instanceof errors.JOSEError ? error.code : 'the token cannot be read'
  return reject(error instanceof errors.JWSSignatureVerificationFailed ? 'unverified' : 'malformed', log)
}

/** The `iss` of a token that nobody has verified yet: good for choosing the issuer that will, and for nothing else. */
export function claimedIssuer(token: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.', 2)[1] ?? '', 'base64url').toString('utf8'))
    const issuer = isObject(payload) ? payload['iss'] : undefined
    return typeof issuer === 'string' ? issuer : undefined
  } catch {
    return undefined
  }
}
