import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { CardName } from '../risk/card.ts'
import type { WeaknessId } from '../risk/catalogue.ts'
import { announcesBody, endWith } from './body.ts'
import type { Plan } from './compile.ts'
import type { Engine } from './engine.ts'
import { LiveExchange } from './live-exchange.ts'
import { internalError } from './pipeline.ts'
import { toEvent } from './record.ts'
import { type Refusal, writeRefusal } from './refusal.ts'
import { clientOf } from './trusted-hops.ts'

/** Bytes of an unread body for which a connection is worth keeping; more is drained for a moment, then cut. */
const worthReading = 64 * 1024
const lingerTime = 2_000

/** One step of a request's way; a promise only where something waits. */
export type Stage = (transit: Transit) => undefined | Promise<void>

/** What the client expects before it sends its body (RFC 9110 section 10.1.1). */
export type Expectation = 'none' | 'continue' | 'unknown'

/** Node's response with the request's transit at hand, for when the parser gives up in the midst of a body. */
export class GuardResponse extends ServerResponse {
  transit: Transit | undefined
}

/** One request between client and upstream: it walks through the stages and answers exactly once. */
export class Transit {
  readonly engine: Engine
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly exchange: LiveExchange
  readonly expectation: Expectation
  plan: Plan
  upstreamRequest: ClientRequest | undefined
  /** True once the body was taken in whole, or there was none. */
  bodyRead = false
  readonly #stages: readonly Stage[]
  #stage = 0
  #ended = false
  #recorded = false

  constructor(
    engine: Engine,
    stages: readonly Stage[],
    request: IncomingMessage,
    response: GuardResponse,
    expectation: Expectation,
  ) {
    this.engine = engine
    this.#stages = stages
    this.request = request
    this.response = response
    this.expectation = expectation
    this.plan = engine.plans.unmatched
    const origin = clientOf(request, engine.settings.trustedHops)
    this.exchange = new LiveExchange(request, origin, engine.api, engine.settings.clock.now())
    response.transit = this
    response.on('close', () => this.#closed())
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Goes on until a stage has to wait; then from there when it is done. */
  proceed(): void {
    try {
      while (!this.#ended) {
        const stage = this.#stages[this.#stage++]
        if (stage === undefined) return
        const waiting = stage(this)
        if (waiting === undefined) continue
        waiting.then(
          () => this.proceed(),
          (error: unknown) => this.fail(error),
        )
        return
      }
    } catch (error) {
      this.fail(error)
    }
  }

  /** Fails closed: the client gets an incident id, the operator the reason. */
  fail(error: unknown): void {
    const log = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.engine.settings.explain?.({
      id: this.exchange.id,
      card: 'control/strict-framing',
      mode: 'block',
      outcome: 'refused',
      problem: internalError.problem,
      log,
    })
    if (!this.response.headersSent) this.refuse(internalError)
    else this.response.destroy()
  }

  /** A refusal of the guard itself, which no mode turns off. */
  refuseBy(card: CardName, weakness: WeaknessId, refusal: Refusal, log = refusal.detail, close = false): void {
    this.exchange.reasons.push({ card, weakness, mode: 'block' })
    const { problem } = refusal
    this.engine.settings.explain?.({ id: this.exchange.id, card, mode: 'block', outcome: 'refused', problem, log })
    this.refuse(refusal, close)
  }

  refuse(refusal: Refusal, close = false): void {
    if (this.#ended) return
    const { headers, body } = writeRefusal(this.exchange.id, refusal)
    const { 'ratelimit-policy': _policy, ratelimit: _standing, ...uncounted } = this.exchange.extraHeaders
    const extra = refusal.uncounted === true ? uncounted : this.exchange.extraHeaders
    const all: OutgoingHttpHeaders = { ...headers, ...extra, 'content-length': body.length }
    this.#finish(refusal.status, all, this.request.method === 'HEAD' ? undefined : body, close, refusal.quiet !== true)
  }

  /** The client went away: half a request is none, and nobody is there to be answered. */
  abandon(): void {
    this.#ended = true
  }

  /** The answer of the upstream, as the policies left it. */
  answer(status: number, headers: OutgoingHttpHeaders, body: Buffer | undefined): void {
    this.#finish(status, headers, body, false, false)
  }

  #finish(
    status: number,
    headers: OutgoingHttpHeaders,
    body: Buffer | undefined,
    close: boolean,
    refused: boolean,
  ): void {
    if (this.#ended) return
    this.#ended = true
    const { response, request } = this
    const unread = !this.bodyRead && announcesBody(request)
    // RFC 9110 section 10.1.1: who was not told to go on may leave the body out, and what follows would be read as it.
    const unsure = this.expectation === 'continue'
    const linger = unread && (unsure || !(Number(request.headers['content-length']) <= worthReading))
    if (close || linger) headers['connection'] = 'close'
    response.writeHead(status, headers)
    this.#record(status, refused, body?.length ?? 0)
    if (linger) this.#lingerThenEnd(body)
    else endWith(response, body)
  }

  /**
   * RFC 9112 section 9.6: closing while the client still sends makes its kernel throw our answer away. So the rest is
   * drained for a moment before the connection is closed.
   */
  #lingerThenEnd(body: Buffer | undefined): void {
    const { response, request } = this
    if (body === undefined) response.flushHeaders()
    else response.write(body)
    const timer = setTimeout(() => response.end(), lingerTime)
    const end = () => {
      clearTimeout(timer)
      response.end()
    }
    request.on('end', end)
    request.on('close', end)
    request.on('error', end)
    request.resume()
  }

  #closed(): void {
    this.abandon()
    this.upstreamRequest?.destroy()
    // The client went away before there was an answer: what nginx calls 499.
    this.#record(499, false, 0)
  }

  #record(status: number, refused: boolean, bytesOut: number): void {
    if (this.#recorded) return
    this.#recorded = true
    const { onEvent, clock } = this.engine.settings
    const bytesIn = this.exchange.rawBody?.length ?? 0
    try {
      onEvent?.(toEvent(this.exchange, { status, refused, bytesIn, bytesOut, at: clock.now() }))
      for (const record of this.plan.record) record(this.exchange)
    } catch {
      // Watching must never harm what is watched.
    }
  }
}
