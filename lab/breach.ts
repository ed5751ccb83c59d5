/** What every case of the lab exports. The product imports none of this: it speaks HTTP to what these start. */

/** Who signed the actors' tokens, in the words of a guard's `issuers` entry. */
export interface LabIssuer {
  readonly issuer: string
  readonly audience: string
  readonly algorithms: readonly string[]
  readonly jwks: { readonly keys: readonly object[] }
}

/** One running twin: a broken API (`vulnerable.ts`) or its repaired sibling (`fixed.ts`), on loopback. */
export interface RunningApi {
  /** Origin without a trailing slash, for example `http://127.0.0.1:40213`. */
  readonly url: string
  /** Bearer tokens by actor name. Empty where the API has no users. At least `userA` and `userB` where it has. */
  readonly tokens: Readonly<Record<string, string>>
  /** Absent where the API has no users. */
  readonly issuer?: LabIssuer
  /** What only the lab knows, so that an attack is judged by its effect (the stand-in's secret, a seeded name …). */
  readonly witness: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Starts a twin with fresh state on a free port of 127.0.0.1. */
export type Start = () => Promise<RunningApi>

/** What an attack or an honest user talks to: the naked twin, or a guard before it (then only `url` differs). */
export type Target = Pick<RunningApi, 'url' | 'tokens' | 'witness'>

export interface AttackResult {
  readonly succeeded: boolean
  /** One sentence with the numbers: what the attacker has now, or what stopped it. */
  readonly effect: string
}

/** Runs the attack and judges it by its effect on the victim or by the secret obtained, never by a status code. */
export type Attack = (target: Target) => Promise<AttackResult>

export interface HonestResult {
  /** What real users would complain about. Empty when everything worked. */
  readonly complaints: readonly string[]
  /** `METHOD /template` of every operation that was exercised. */
  readonly operations: readonly string[]
}

/** Does what real users do, at least two at once, covering every operation of the contract. */
export type Honest = (target: Target) => Promise<HonestResult>

/** `breach.json` of each case: which weaknesses each answer has to name, and at which operation (`METHOD /template`). */
export interface Breach {
  readonly id: string
  readonly name: string
  readonly attack: string
  readonly operations: readonly string[]
  readonly answers: Readonly<Record<'audit' | 'scan' | 'guard' | 'watch', readonly string[]>>
}
