import type { Instant } from '../core/clock.ts'
import type { CardName } from './card.ts'
import type { WeaknessId } from './catalogue.ts'
import type { OperationName } from './finding.ts'

/** Who called, as far as the guard could tell. `id` is a keyed hash, or the client network of an anonymous caller. */
export interface EventCaller {
  readonly kind: 'anonymous' | 'credential' | 'key' | 'subject'
  readonly id: string
  readonly address: string
}

/** An object that a request named or a response handed out; `id` is a keyed hash, equal for equal objects. */
export interface ObjectSighting {
  readonly type: string
  readonly id: string
  /** Where it stood: `path`, `query`, `header` or `body`, and the parameter or property. */
  readonly place: string
}

/** Why a request or response was refused, or would have been in block mode. */
export interface EventReason {
  readonly card: CardName
  readonly weakness: WeaknessId
  readonly mode: 'block' | 'alert'
}

/** A URL that a request asked the API to fetch: how far inside it leads, and its host. */
export interface UrlSighting {
  readonly scope: string
  readonly host: string
}

/** One request and its answer, as watch sees it. It never carries a secret, a value of a field, or a raw object id. */
export interface ApiEvent {
  readonly at: Instant
  /** The incident id; a refusal shows it to the client as `instance`. */
  readonly id: string
  readonly api: string
  /** Absent when no operation of the contract matched. */
  readonly operation?: OperationName
  readonly method: string
  /** The template where an operation matched; else the path as sent, at most 200 characters, without the query. */
  readonly path: string
  readonly caller: EventCaller
  readonly status: number
  readonly decision: 'passed' | 'alerted' | 'refused'
  readonly reasons: readonly EventReason[]
  readonly used: readonly ObjectSighting[]
  /** At most the first hundred; `handedCount` counts all. */
  readonly handed: readonly ObjectSighting[]
  readonly handedCount: number
  readonly urls: readonly UrlSighting[]
  /** Classes of personal or secret data that left in the response. */
  readonly sensitive: readonly string[]
  /** Property paths that were answered though the contract does not declare them. */
  readonly undeclared: readonly string[]
  readonly bytesIn: number
  readonly bytesOut: number
  readonly milliseconds: number
}
