import type { Contract, Operation } from '../contract/model.ts'
import type { Validators } from '../contract/validate.ts'
import type { Clock } from '../core/clock.ts'
import type { Authenticator } from '../identity/authenticator.ts'
import type { Pseudonym } from '../identity/pseudonym.ts'
import type { Exchange } from './exchange.ts'

export type { Pseudonym } from '../identity/pseudonym.ts'

/** Sends a read to the upstream with the caller's own credentials, outside the client's request. */
export type AskUpstream = (
  exchange: Exchange,
  operation: Operation,
  parameters: ReadonlyMap<string, unknown>,
) => Promise<{ readonly status: number; readonly value: unknown } | undefined>

/** Looks a host name up; every address it has. Rejects when it has none. */
export type LookUp = (host: string) => Promise<readonly string[]>

/**
 * Gives what is kept under a name, made at its first use. It outlives a reload of the contract: a new version of the
 * contract must not forgive what callers have used up. Names begin with the policy's id.
 */
export type Keep = <T>(name: string, create: () => T) => T

/** What policies may use of the world around them; tests pass their own. */
export interface Ports {
  readonly clock: Clock
  readonly contract: Contract
  readonly validators: Validators
  readonly authenticator: Authenticator
  readonly pseudonym: Pseudonym
  readonly ask: AskUpstream
  readonly lookUp: LookUp
  readonly keep: Keep
}
