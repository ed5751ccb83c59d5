import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http'
import { request as httpsRequest, Agent as SecureAgent } from 'node:https'
import { endWith } from './body.ts'
import { inflateAnswer } from './inflate.ts'

export interface UpstreamLimits {
  /** Milliseconds without a byte, the connection's making included. */
  readonly idleTimeout: number
  /** Milliseconds for the whole answer; an upstream that drips ends here. */
  readonly totalTimeout: number
  /** Bytes of an answer's body, also after inflating. */
  readonly answerBytes: number
  readonly connections: number
}

export const upstreamLimits: UpstreamLimits = {
  idleTimeout: 30_000,
  totalTimeout: 60_000,
  answerBytes: 10 * 1024 * 1024,
  connections: 256,
}

export interface UpstreamAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Why there is no answer that could be passed on. The client is told the status alone. */
export interface UpstreamFailure {
  readonly failed: 'unreachable' | 'timeout' | 'broken' | 'too-large' | 'encoding' | 'streaming' | 'aborted'
  /** For the log. */
  readonly log: string
}

/** One request to the upstream; `path` and header lines go out as they are. */
export interface UpstreamCall {
  readonly method: string
  readonly path: string
  /** Flat, names and values in turn. */
  readonly headers: readonly string[]
  readonly body: Buffer | undefined
}

const empty = Buffer.alloc(0)

/** Safe to send again when the connection broke before a byte of the answer came (RFC 9110 section 9.2.2). */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/**
 * The upstream over plain `node:http` with connections kept open: measured against undici's dispatch this takes less
 * processor time for requests whose answers are buffered anyway. Answers are whole or they are failures.
 */
export class Upstream {
  readonly origin: string
  /** What the upstream is told as `Host`. */
  readonly host: string
  /** The path below which the API stands, without a slash at its end; empty when the URL names none. */
  readonly basePath: string
  readonly #hostname: string
  readonly #port: string
  readonly #agent: Agent
  readonly #send: typeof httpRequest
  readonly #limits: UpstreamLimits

  constructor(url: URL, limits: UpstreamLimits = upstreamLimits) {
    const secure = url.protocol === 'https:'
    this.origin = url.origin
    this.host = url.host
    this.basePath = url.pathname.replace(/\/+$/, '')
    this.#hostname = url.hostname.replace(/^\[(.*)\]$/, '$1')
    this.#port = url.port === '' ? (secure ? '443' : '80') : url.port
    this.#limits = limits
    this.#send = secure ? httpsRequest : httpRequest
    const options = { keepAlive: true, maxSockets: limits.connections, scheduling: 'lifo', noDelay: true } as const
    this.#agent = secure ? new SecureAgent(options) : new Agent(options)
  }

  /** Sends a request; the promise is never rejected. `onRequest` gets what can be aborted. */
  send(call: UpstreamCall, onRequest?: (request: ClientRequest) => void): Promise<UpstreamAnswer | UpstreamFailure> {
    return new Promise(resolve => this.#attempt(call, onRequest, resolve, true))
  }

  #attempt(
    call: UpstreamCall,
    onRequest: ((request: ClientRequest) => void) | undefined,
    resolve: (result: UpstreamAnswer | UpstreamFailure) => void,
    mayRepeat: boolean,
  ): void {
    const request = this.#send({
      agent: this.#agent,
      host: this.#hostname,
      port: this.#port,
      method: call.method,
      path: call.path,
      headers: call.headers,
      setHost: false,
      timeout: this.#limits.idleTimeout,
    })
    let answered = false
    let repeated = false
    request.on('response', response => {
      answered = true
      this.#collect(request, response, call.method, resolve)
    })
    request.on('timeout', () => {
      resolve({ failed: 'timeout', log: `The upstream was silent for ${this.#limits.idleTimeout} ms.` })
      request.destroy()
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The upstream closed a kept connection while the request was on its way; it cannot have acted on it twice.
      const stale = request.reusedSocket && !answered && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      repeated = stale && mayRepeat && repeatable.has(call.method)
      if (repeated) this.#attempt(call, onRequest, resolve, false)
      else resolve(failureOf(error))
    })
    request.on('upgrade', (_response, socket) => {
      resolve({ failed: 'broken', log: 'The upstream switched protocols, which nobody asked for.' })
      socket.destroy()
    })
    // Whatever else may end a request without an answer: nobody waits for ever.
    request.on('close', () => {
      if (!answered && !repeated) resolve({ failed: 'broken', log: 'The connection ended without an answer.' })
    })
    onRequest?.(request)
    endWith(request, call.body)
  }

  #collect(
    request: ClientRequest,
    response: IncomingMessage,
    method: string,
    resolve: (result: UpstreamAnswer | UpstreamFailure) => void,
  ): void {
    const { answerBytes, totalTimeout } = this.#limits
    const { headers, statusCode: status = 502 } = response
    const fail = (failure: UpstreamFailure) => {
      resolve(failure)
      request.destroy()
    }
    if (headers['content-type']?.startsWith('text/event-stream') === true && method !== 'HEAD') {
      fail({ failed: 'streaming', log: 'The upstream answered with an event stream, which is not supported.' })
      return
    }
    if (method !== 'HEAD' && Number(headers['content-length'] ?? 0) > answerBytes) {
      fail({ failed: 'too-large', log: `The answer announces more than ${answerBytes} bytes.` })
      return
    }
    const chunks: Buffer[] = []
    let length = 0
    // Monotonic: a clock that is set back must not give an upstream for ever.
    const deadline = performance.now() + totalTimeout
    response.on('data', (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      if (length > answerBytes) fail({ failed: 'too-large', log: `The answer is larger than ${answerBytes} bytes.` })
      else if (performance.now() > deadline) fail({ failed: 'timeout', log: `No whole answer in ${totalTimeout} ms.` })
    })
    response.on('error', (error: NodeJS.ErrnoException) => resolve({ failed: 'broken', log: error.message }))
    response.on('aborted', () => resolve({ failed: 'broken', log: 'The upstream closed within its answer.' }))
    response.on('end', () => {
      const [only = empty] = chunks
      const body = chunks.length > 1 ? Buffer.concat(chunks, length) : only
      const encoding = headers['content-encoding']
      if (encoding === undefined || encoding === 'identity' || body.length === 0) resolve({ status, headers, body })
      else inflateAnswer(encoding, body, answerBytes, inflated => resolve(finish(status, headers, inflated)))
    })
  }

  /** Ends all connections; those in use as well. */
  close(): void {
    this.#agent.destroy()
  }
}

function finish(
  status: number,
  { 'content-encoding': _, ...headers }: IncomingHttpHeaders,
  inflated: Buffer | string,
): UpstreamAnswer | UpstreamFailure {
  return typeof inflated === 'string' ? { failed: 'encoding', log: inflated } : { status, headers, body: inflated }
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EHOSTDOWN',
])

function failureOf(error: NodeJS.ErrnoException): UpstreamFailure {
  if (error.code === 'ETIMEDOUT') return { failed: 'timeout', log: error.message }
  return { failed: unreachable.has(error.code ?? '') ? 'unreachable' : 'broken', log: error.message }
}
