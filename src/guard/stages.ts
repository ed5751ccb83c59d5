import type { OutgoingHttpHeaders } from 'node:http'
import { announcesTooMuch, type ReadBody, readBody } from './body.ts'
import { declaredHeaders } from './declared-headers.ts'
import { type FramingRefusal, judgeFraming } from './framing.ts'
import { answerHeaders, type Provenance, upstreamHeaders } from './hop-by-hop.ts'
import { readInput } from './input.ts'
import { LiveAnswer, parseAnswer } from './live-answer.ts'
import { judge } from './pipeline.ts'
import type { Moment } from './policy.ts'
import type { Refusal } from './refusal.ts'
import { forwardedBody, forwardedPath, rewrittenHeaders } from './rewrite.ts'
import { noteSensitive } from './sensitive-sightings.ts'
import type { Stage, Transit } from './transit.ts'
import { forwardedFor, peerOf } from './trusted-hops.ts'
import type { UpstreamAnswer, UpstreamFailure } from './upstream.ts'

/** The life of a request, in order. The pipeline's stages establish facts; between them policies judge. */
export const stages: readonly Stage[] = [
  frame,
  route,
  judging('connection'),
  judging('route'),
  judging('early'),
  authenticate,
  judging('identity'),
  takeBody,
  judging('request'),
  judging('access'),
  judging('limits'),
  judging('forward'),
  forward,
  judging('response'),
  reply,
]

function judging(moment: Moment): Stage {
  return transit => {
    const steps = transit.plan[moment]
    if (steps.length === 0) return undefined
    const refusal = judge(transit.exchange, steps, transit.engine.settings.explain)
    if (refusal === undefined) return undefined
    if (refusal instanceof Promise)
      return refusal.then(found => {
        if (found !== undefined) transit.refuse(found)
      })
    transit.refuse(refusal)
    return undefined
  }
}

function frame(transit: Transit): undefined {
  const { request, engine } = transit
  if (request.rawHeaders.length / 2 > engine.settings.limits.headers) {
    transit.refuseBy('control/bounded-exchange', 'unbounded-input', tooManyHeaders, tooManyHeaders.detail, true)
    return
  }
  const refusal = transit.expectation === 'unknown' ? unknownExpectation : judgeFraming(request)
  if (refusal === undefined) return
  const { weakness, problem, detail, log } = refusal.because
  transit.refuseBy('control/strict-framing', weakness, { status: refusal.status, problem, detail }, log ?? detail, true)
}

// RFC 9110 section 10.1.1: a server that cannot meet an expectation answers 417.
const unknownExpectation: FramingRefusal = {
  status: 417,
  because: { weakness: 'unneeded-feature', problem: 'expectation-failed', detail: 'Expect 100-continue or nothing.' },
}

const tooManyHeaders: Refusal = {
  status: 431,
  problem: 'headers-too-large',
  detail: 'Send fewer header fields.',
}

function route(transit: Transit): undefined {
  const { exchange, engine } = transit
  engine.route(exchange)
  if (exchange.exposure !== undefined) transit.plan = engine.plans.of(exchange.exposure)
}

function authenticate(transit: Transit): undefined | Promise<void> {
  const { exchange, engine } = transit
  if (exchange.exposure === undefined) return undefined
  const result = engine.ports.authenticator.authenticate(exchange.exposure, exchange)
  if (result instanceof Promise) {
    return result.then(authentication => {
      exchange.authentication = authentication
      if ('caller' in authentication) exchange.caller = authentication.caller
    })
  }
  exchange.authentication = result
  if ('caller' in result) exchange.caller = result.caller
  return undefined
}

function takeBody(transit: Transit): undefined | Promise<void> {
  const { request, response, engine } = transit
  const cap = engine.settings.limits.bodyBytes
  if (transit.expectation === 'continue' && !announcesTooMuch(request, cap)) response.writeContinue()
  const read = readBody(request, cap)
  if (read instanceof Promise) return read.then(result => bodyTaken(transit, result))
  bodyTaken(transit, read)
  return undefined
}

function bodyTaken(transit: Transit, read: ReadBody): void {
  if (transit.ended) return
  if ('failed' in read) {
    if (read.failed === 'too-large') transit.refuseBy('control/bounded-exchange', 'unbounded-upload', tooLarge)
    else transit.abandon()
    return
  }
  const { exchange } = transit
  transit.bodyRead = true
  exchange.rawBody = read.body
  if (exchange.exposure === undefined) return
  const { input, problems, dropBody } = readInput(transit.engine.inputs.of(exchange.exposure), exchange, read.body)
  exchange.input = input
  exchange.inputProblems = problems
  exchange.bodyRewritten = dropBody
}

const tooLarge: Refusal = {
  status: 413,
  problem: 'content-too-large',
  detail: 'The body is larger than this API takes.',
}

function forward(transit: Transit): undefined | Promise<void> {
  const { exchange, request, engine } = transit
  const { upstream } = engine
  const { trustedHops } = engine.settings
  const path = forwardedPath(exchange, upstream)
  const body = forwardedBody(exchange)
  const forwardedHost = first(trustedHops > 0 ? request.headers['x-forwarded-host'] : undefined)
  const forwardedProto = first(trustedHops > 0 ? request.headers['x-forwarded-proto'] : undefined)
  const peer = peerOf(request.socket).address
  const declared = exchange.exposure === undefined ? noHeaders : declaredHeaders(exchange.exposure)
  const provenance: Provenance = {
    host: upstream.host,
    id: exchange.id,
    // Entries before the trusted ones are the client's word and go no further.
    forwardedFor: trustedHops > 0 ? [...forwardedFor(request).slice(-trustedHops), peer].join(', ') : peer,
    forwardedHost: forwardedHost ?? request.headers.host ?? '',
    forwardedProto: forwardedProto === 'https' || forwardedProto === 'http' ? forwardedProto : 'http',
  }
  const headers = upstreamHeaders(exchange.rawHeaders, request.headers.connection, provenance, declared)
  if (exchange.rewrittenParameters !== undefined) replaceLines(headers, rewrittenHeaders(exchange))
  // RFC 9110 section 8.6: a method that gives a body a meaning says that it has none.
  if (body !== undefined) headers.push('content-length', String(body.length))
  else if (expectsBody.has(exchange.method)) headers.push('content-length', '0')
  const call = { method: exchange.method, path, headers, body }
  return upstream
    .send(call, sent => {
      transit.upstreamRequest = sent
      if (transit.ended) sent.destroy()
    })
    .then(result => answered(transit, result))
}

const noHeaders: ReadonlySet<string> = new Set()
const expectsBody = new Set(['POST', 'PUT', 'PATCH'])

function replaceLines(headers: string[], changed: ReadonlyMap<string, string>): void {
  for (let index = 0; index < headers.length; index += 2) {
    const value = changed.get((headers[index] ?? '').toLowerCase())
    if (value !== undefined) headers[index + 1] = value
  }
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

function answered(transit: Transit, result: UpstreamAnswer | UpstreamFailure): void {
  transit.upstreamRequest = undefined
  if (transit.ended) return
  if ('failed' in result) {
    const { id } = transit.exchange
    const refusal = failures[result.failed]
    const card = 'control/bounded-exchange'
    if (result.failed === 'too-large')
      transit.exchange.reasons.push({ card, weakness: 'unbounded-page', mode: 'block' })
    transit.engine.settings.explain?.({
      id,
      card,
      mode: 'block',
      outcome: 'refused',
      problem: refusal.problem,
      log: result.log,
    })
    transit.refuse(refusal)
    return
  }
  const headers = answerHeaders(result.headers, transit.engine.upstream.origin)
  const { exchange } = transit
  const silent = exchange.method === 'HEAD' || result.status === 204 || result.status === 304
  const body = silent ? undefined : result.body
  exchange.answer = new LiveAnswer(result.status, headers, result.body, parseAnswer(headers, body ?? empty))
}

const empty = Buffer.alloc(0)

const badGateway: Refusal = {
  status: 502,
  problem: 'bad-gateway',
  detail: 'The API behind this gateway gave no usable answer.',
}

const gatewayTimeout: Refusal = {
  status: 504,
  problem: 'gateway-timeout',
  detail: 'The API behind this gateway took too long.',
}

const failures: Readonly<Record<UpstreamFailure['failed'], Refusal>> = {
  unreachable: badGateway,
  broken: badGateway,
  'too-large': badGateway,
  encoding: badGateway,
  streaming: badGateway,
  aborted: badGateway,
  timeout: gatewayTimeout,
}

function reply(transit: Transit): undefined {
  const { exchange } = transit
  const { answer } = exchange
  if (answer === undefined) throw new Error('There is no answer to reply with.')
  const bodiless = exchange.sentMethod === 'HEAD'
  if (!bodiless) noteSensitive(exchange)
  const headers: OutgoingHttpHeaders = { ...answer.headers, 'x-request-id': exchange.id, ...exchange.extraHeaders }
  const silent = answer.status === 204 || answer.status === 304
  // The upstream answered a HEAD of the contract's own; what a body's length would be, it alone knows.
  if (silent || exchange.method === 'HEAD') {
    transit.answer(answer.status, headers, undefined)
    return
  }
  const { body } = answer
  headers['content-length'] = body.length
  if (bodiless) {
    transit.answer(answer.status, headers, undefined)
    return
  }
  transit.answer(answer.status, headers, body)
}
