import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { CardName } from '../risk/card.ts'
import type { WeaknessId } from '../risk/catalogue.ts'
import type { ApiEvent, EventReason } from '../risk/event.ts'
import type { Engine } from './engine.ts'
import { type Refusal, rawRefusal } from './refusal.ts'
import { GuardResponse, type Transit } from './transit.ts'
import { peerOf } from './trusted-hops.ts'

const malformed: Refusal = { status: 400, problem: 'ambiguous-request', detail: 'The request is not valid HTTP/1.1.' }
const slow: Refusal = { status: 408, problem: 'request-timeout', detail: 'Send the whole request sooner.' }
const large: Refusal = { status: 431, problem: 'headers-too-large', detail: 'Send fewer or shorter header fields.' }
const tunnel: Refusal = { status: 501, problem: 'not-implemented', detail: 'CONNECT is not supported.' }

/** Answers a request that Node's parser gave up on, or that came too slowly, and closes the connection. */
export function answerBrokenRequest(engine: Engine, error: NodeJS.ErrnoException, socket: Socket): void {
  // Half a request and then the end: the client went away, which is no attack.
  const left = error.code === 'ECONNRESET' || error.code === 'HPE_INVALID_EOF_STATE'
  if (left || !socket.writable) {
    socket.destroy()
    return
  }
  const refusal = refusalFor(error.code ?? '')
  const transit = answering(socket)
  // The parser gave up within the body of a request that is on its way: that one gets the refusal.
  if (transit !== undefined && !transit.bodyRead && !transit.request.complete) {
    transit.refuseBy(cardFor(refusal), weaknessFor(refusal), refusal, error.message, true)
    socket.destroySoon()
    return
  }
  const id = report(engine, socket, '', '', refusal)
  // Where an earlier request of this connection is still to be answered, bytes of ours would pass as its answer.
  if (transit !== undefined) socket.destroy()
  else socket.end(rawRefusal(id, refusal), () => socket.destroy())
}

function cardFor(refusal: Refusal): CardName {
  return refusal === malformed || refusal === tunnel ? 'control/strict-framing' : 'control/bounded-exchange'
}

function weaknessFor(refusal: Refusal): WeaknessId {
  if (refusal === slow) return 'missing-timeout'
  if (refusal === large) return 'unbounded-input'
  return refusal === tunnel ? 'unneeded-feature' : 'request-smuggling'
}

function refusalFor(code: string): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return large
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? slow : malformed
}

/** The request of this connection that is to be answered next. */
function answering(socket: Socket): Transit | undefined {
  // Node's server keeps the response it is working on here; there is no public name for it.
  const { _httpMessage: response } = socket as Socket & { readonly _httpMessage?: unknown }
  return response instanceof GuardResponse && !response.writableEnded ? response.transit : undefined
}

/** CONNECT makes a blind tunnel through whoever accepts it; nothing of it could be judged. */
export function refuseTunnel(engine: Engine, request: IncomingMessage, socket: Socket): void {
  const id = report(engine, socket, 'CONNECT', request.url ?? '', tunnel)
  socket.end(rawRefusal(id, tunnel), () => socket.destroy())
}

function report(engine: Engine, socket: Socket, method: string, target: string, refusal: Refusal): string {
  const id = randomUUID()
  const { onEvent, clock } = engine.settings
  const { address, network } = peerOf(socket)
  const reason: EventReason = { card: cardFor(refusal), weakness: weaknessFor(refusal), mode: 'block' }
  const event: ApiEvent = {
    at: clock.now(),
    id,
    api: engine.api.contract.title,
    method,
    path: target.split('?', 1)[0]?.slice(0, 200) ?? '',
    caller: { kind: 'anonymous', id: network, address },
    status: refusal.status,
    decision: 'refused',
    reasons: [reason],
    used: [],
    handed: [],
    handedCount: 0,
    urls: [],
    sensitive: [],
    undeclared: [],
    bytesIn: 0,
    bytesOut: 0,
    milliseconds: 0,
  }
  try {
    onEvent?.(event)
  } catch {
    // Watching must never harm what is watched.
  }
  return id
}
