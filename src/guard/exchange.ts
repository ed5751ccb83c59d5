import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { Instant } from '../core/clock.ts'
import type { ApiExposure, OperationExposure } from '../exposure/exposure.ts'
import type { Authentication } from '../identity/authenticator.ts'
import type { Caller } from '../identity/caller.ts'
import type { WeaknessId } from '../risk/catalogue.ts'
import type { EventReason, ObjectSighting, UrlSighting } from '../risk/event.ts'

/** How the target fits the contract; the pipeline finds out, `documented-operations` judges. */
export type Route =
  | { readonly kind: 'operation' }
  /** A HEAD where the contract declares the GET alone; the exchange goes on as that GET (RFC 9110 section 9.3.2). */
  | { readonly kind: 'head-of-get'; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown-path' }
  | { readonly kind: 'unknown-method'; readonly allowed: readonly string[] }
  /** Spelled in a way that servers are known to read differently. */
  | { readonly kind: 'hostile'; readonly why: string }

/** The request body after the one parse: what was validated here is what is forwarded. */
export interface Input {
  /** Keyed `path.orderId`, `query.limit`, `header.x-tenant`, `cookie.sid`; typed as the contract's schemas say. */
  readonly parameters: ReadonlyMap<string, unknown>
  /** Parsed JSON or form body; undefined without one, or where the media type is passed through unparsed. */
  readonly body: unknown
  /** Lower case, without parameters. */
  readonly mediaType: string | undefined
}

/** Something in the request that two readers could read in two ways, or that cannot be read at all. */
export interface InputProblem {
  readonly status: 400 | 413 | 415
  readonly weakness: WeaknessId
  readonly in: 'path' | 'query' | 'header' | 'cookie' | 'body'
  /** The parameter; empty for a body. */
  readonly name: string
  /** JSON Pointer into the value. */
  readonly pointer: string
  /** Never holds a value that was sent. */
  readonly message: string
}

/** The upstream's answer, buffered. `value` is the parsed JSON of `body`; both are kept in step by the pipeline. */
export interface Answer {
  readonly status: number
  /** Lower-case names; hop-by-hop headers are gone. */
  readonly headers: OutgoingHttpHeaders
  readonly mediaType: string | undefined
  readonly body: Buffer
  /** Undefined where the media type is not JSON, where there is no body, and where it could not be parsed. */
  readonly value: unknown
  /** Why a body that says it is JSON is none. */
  readonly problem: string | undefined
}

/** What policies saw on the way, for the event; they may add, nobody takes away. */
export interface Sightings {
  readonly used: ObjectSighting[]
  readonly handed: ObjectSighting[]
  handedCount: number
  readonly urls: UrlSighting[]
  readonly sensitive: Set<string>
  readonly undeclared: Set<string>
}

/**
 * One request on its way through the guard, and its answer. The pipeline establishes facts (route, caller, input,
 * answer), policies judge them: they read the exchange and return verdicts; only the pipeline assigns to it. What a
 * moment may rely on is said beside each property.
 */
export interface Exchange {
  /** The incident id: in the event, in the log, and in the `instance` of a refusal. */
  readonly id: string
  readonly startedAt: Instant
  /** From *route* on GET for a HEAD that no operation declares: it is asked, judged and learnt from as a GET. */
  readonly method: string
  /** As received. */
  readonly sentMethod: string
  /** As received, before any decoding; in origin form. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  /** The caller's address, canonical, after trusted hops were taken into account. */
  readonly address: string
  /** The network that one customer is usually given: the address for IPv4, its /64 for IPv6. */
  readonly network: string
  /** True when the client's own hop is encrypted. */
  readonly secure: boolean
  readonly api: ApiExposure
  /** From *route* on. */
  readonly route: Route
  /** From *route* on; undefined when nothing of the contract matched. */
  readonly exposure: OperationExposure | undefined
  /** From *route* on; decoded once. */
  readonly pathParameters: ReadonlyMap<string, string>
  /** The raw query, without the question mark. */
  readonly query: string
  /** From *identity* on: how the credentials were judged; `authentication` turns a failure into a refusal. */
  readonly authentication: Authentication | undefined
  /** From *identity* on; anonymous before, and where the credentials were not accepted. Claims in it were verified. */
  readonly caller: Caller
  /** From *request* on: the bytes as received, within the cap. */
  readonly rawBody: Buffer | undefined
  /** From *request* on: parsed strictly; validated against the contract where `request-contract` is in block mode. */
  readonly input: Input
  /** From *request* on: why the request could be read in two ways. Empty in all later moments in block mode. */
  readonly inputProblems: readonly InputProblem[]
  /** From *response* on. */
  readonly answer: Answer | undefined
  readonly reasons: EventReason[]
  readonly sightings: Sightings
  /** Headers that policies want on whatever answer the client gets. */
  readonly extraHeaders: OutgoingHttpHeaders
}
