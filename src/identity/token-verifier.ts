import { hash } from 'node:crypto'
import type { Clock, Instant } from '../core/clock.ts'
import type { CredentialFlaw } from './authenticator.ts'
import type { Caller } from './caller.ts'
import { claimedIssuer, type Issuer, leeway, type Rejected, type Verified } from './issuer.ts'
import { Lru } from './lru.ts'

export type TokenVerdict = { readonly caller: Caller } | { readonly flaw: CredentialFlaw; readonly log: string }

interface Accepted extends Verified {
  readonly issuer: Issuer
}

interface Refused {
  readonly verdict: TokenVerdict
  readonly until: Instant
}

const remembered = 10_000
/** Long enough to make a flood of one bad token cheap, short enough that no mistake of ours lasts. */
const refusedFor = 10_000
const largestToken = 8192
const compactJws = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/

/**
 * Verifies access tokens and remembers which were good, by their hash: an ES256 signature costs a hundred times a look
 * into the memory. Expiry, not-before and the issuer's keys are checked at each hit all the same.
 */
export class TokenVerifier {
  readonly #issuers: ReadonlyMap<string, Issuer>
  readonly #clock: Clock
  readonly #accepted = new Lru<Accepted>(remembered)
  // Apart from the good ones, so that a flood of garbage pushes none of them out.
  readonly #refused = new Lru<Refused>(remembered)

  constructor(issuers: readonly Issuer[], clock: Clock) {
    this.#issuers = new Map(issuers.map(issuer => [issuer.name, issuer]))
    this.#clock = clock
  }

  verify(token: string): TokenVerdict | Promise<TokenVerdict> {
    if (token.length > largestToken) return { flaw: 'malformed', log: 'the token is too long' }
    if (!compactJws.test(token)) return { flaw: 'malformed', log: 'the token is not a signed JWT' }
    const key = hash('sha256', token, 'base64')
    const accepted = this.#accepted.get(key)
    if (accepted !== undefined && accepted.generation === accepted.issuer.keys.generation) {
      return this.#recheck(accepted)
    }
    const now = this.#clock.now()
    const refused = this.#refused.get(key)
    if (refused !== undefined && now < refused.until) return refused.verdict
    const name = claimedIssuer(token)
    const issuer = name === undefined ? undefined : this.#issuers.get(name)
    if (issuer === undefined)
      return this.#refuse(key, { flaw: 'unverified', log: 'iss is no known issuer', final: true })
    return issuer.verify(token).then(result => {
      if ('flaw' in result) return this.#refuse(key, result)
      this.#accepted.set(key, { ...result, issuer })
      return { caller: result.caller }
    })
  }

  #recheck({ expires, notBefore, caller }: Accepted): TokenVerdict {
    const seconds = this.#clock.now() / 1000
    if (expires <= seconds - leeway) return { flaw: 'expired', log: 'the token has expired' }
    if (notBefore > seconds + leeway) return { flaw: 'unverified', log: 'the token is not valid yet' }
    return { caller }
  }

  #refuse(key: string, { flaw, log, final }: Rejected): TokenVerdict {
    const verdict = { flaw, log }
    if (final) this.#refused.set(key, { verdict, until: this.#clock.now() + refusedFor })
    return verdict
  }
}
