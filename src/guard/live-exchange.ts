import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import type { Instant } from '../core/clock.ts'
import type { ApiExposure, OperationExposure } from '../exposure/exposure.ts'
import type { Authentication } from '../identity/authenticator.ts'
import { anonymous, type Caller } from '../identity/caller.ts'
import type { EventReason, ObjectSighting, UrlSighting } from '../risk/event.ts'
import type { Exchange, Input, InputProblem, Route, Sightings } from './exchange.ts'
import type { LiveAnswer } from './live-answer.ts'
import type { Origin } from './trusted-hops.ts'

const noParameters: ReadonlyMap<string, never> = new Map<string, never>()
const noInput: Input = { parameters: noParameters, body: undefined, mediaType: undefined }
const unrouted: Route = { kind: 'unknown-path' }
const noProblems: readonly InputProblem[] = []

/** The exchange as the pipeline writes it; everybody else sees it as a read-only {@link Exchange}. */
export class LiveExchange implements Exchange {
  readonly id: string
  readonly startedAt: Instant
  readonly sentMethod: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly address: string
  readonly network: string
  readonly secure: boolean
  readonly api: ApiExposure
  readonly query: string
  readonly reasons: EventReason[] = []
  readonly sightings: Sightings = new LiveSightings()
  readonly extraHeaders: OutgoingHttpHeaders = {}
  /** GET for a HEAD that goes by the rules of a GET; else what was sent. */
  method: string
  target: string
  route: Route = unrouted
  exposure: OperationExposure | undefined
  pathParameters: ReadonlyMap<string, string> = noParameters
  authentication: Authentication | undefined
  caller: Caller = anonymous
  rawBody: Buffer | undefined
  input: Input = noInput
  inputProblems: readonly InputProblem[] = noProblems
  answer: LiveAnswer | undefined
  /** True once something was found that was neither refused nor put right. */
  alerted = false
  /** True once a policy rewrote the body, which is then serialised from `input` instead of sent as received. */
  bodyRewritten = false
  /** Parameters that a policy rewrote, by their key; undefined when none was. */
  rewrittenParameters: Map<string, unknown> | undefined

  constructor(request: IncomingMessage, origin: Origin, api: ApiExposure, startedAt: Instant) {
    this.id = randomUUID()
    this.startedAt = startedAt
    this.sentMethod = request.method ?? ''
    this.method = this.sentMethod
    this.target = request.url ?? ''
    this.headers = request.headers
    this.rawHeaders = request.rawHeaders
    this.address = origin.address
    this.network = origin.network
    this.secure = false
    this.api = api
    const mark = this.target.indexOf('?')
    this.query = mark < 0 ? '' : this.target.slice(mark + 1)
  }
}

class LiveSightings implements Sightings {
  readonly used: ObjectSighting[] = []
  readonly handed: ObjectSighting[] = []
  handedCount = 0
  readonly urls: UrlSighting[] = []
  readonly sensitive = new Set<string>()
  readonly undeclared = new Set<string>()
}
