import type { OutgoingHttpHeaders } from 'node:http'
import type { JsonObject } from '../core/json.ts'
import type { ApiExposure, OperationExposure } from '../exposure/exposure.ts'
import type { Card } from '../risk/card.ts'
import type { WeaknessId } from '../risk/catalogue.ts'
import type { Exchange } from './exchange.ts'
import type { Ports } from './ports.ts'

/**
 * The moments of a request, in order. A policy that spans both directions keeps both ends in one file.
 * `route` sees requests that matched nothing; all later moments have an operation.
 */
export const moments = [
  'connection',
  'route',
  'early',
  'identity',
  'request',
  'access',
  'limits',
  'forward',
  'response',
] as const
export type Moment = (typeof moments)[number]

export type RefusalStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 406
  | 410
  | 411
  | 413
  | 414
  | 415
  | 422
  | 429
  | 431
  | 502
  | 503
  | 504

export interface Because {
  readonly weakness: WeaknessId
  /** The kind of problem: the last part of the problem's `type`, stable and documented. */
  readonly problem: string
  /** For the client: helps an honest one, tells an attacker nothing. */
  readonly detail: string
  /** For the operator's log: which rule, which fact; names and pointers, never values. */
  readonly log?: string
  readonly headers?: OutgoingHttpHeaders
  /** Leaves out the headers that count requests, where refusals must not be told from one another. */
  readonly uncounted?: true
  /** Members of the problem beside the standard ones (RFC 9457 section 3.2); never a value that the client sent. */
  readonly extra?: JsonObject
}

/** What a rewrite replaces; absent parts stay. */
export interface Change {
  /** In a request moment the canonical body; in `response` the answer's value, which the pipeline serialises. */
  readonly body?: unknown
  readonly parameters?: ReadonlyMap<string, unknown>
  readonly status?: number
  /** Response headers to set; undefined removes one. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
  /**
   * In `response`: replaces the whole answer by the problem that a refusal of this status and kind would be, headers
   * and bytes alike but for the incident id.
   */
  readonly problem?: {
    readonly status: number
    readonly problem: string
    readonly detail: string
    readonly headers?: OutgoingHttpHeaders
    readonly uncounted?: true
  }
}

/**
 * A value, never a throw. In alert mode a refusal is only reported, and a rewrite is applied only when it is `safe`:
 * when no honest client can tell the difference.
 */
export type Verdict =
  | undefined
  | { readonly refuse: RefusalStatus; readonly because: Because }
  | { readonly rewrite: Change; readonly safe: boolean; readonly because?: Because }

export type Check = (exchange: Exchange) => Verdict | Promise<Verdict>

/** What a policy does at which moment, compiled for one operation or for the whole API. */
export type Hooks = { readonly [moment in Moment]?: Check } & {
  /** After the answer was sent (or refused); for learning. Never throws, never waits. */
  readonly record?: (exchange: Exchange) => void
}

export type PolicyMode = 'block' | 'alert' | 'off'

/** May this request, this response pass? Slow once, at compile time; quick always. */
export interface Policy<Options = undefined> extends Card {
  readonly kind: 'policy'
  /** The mode where nothing is configured; block when absent. */
  readonly defaultMode?: PolicyMode
  /** Parses the policy's entry in the configuration; called once with undefined where there is none. */
  readonly options?: (configured: unknown) => Options
  api?(api: ApiExposure, options: Options, ports: Ports): Hooks | undefined
  operation?(exposure: OperationExposure, api: ApiExposure, options: Options, ports: Ports): Hooks | undefined
}

export function definePolicy<Options = undefined>(policy: Policy<Options>): Policy<Options> {
  return policy
}
