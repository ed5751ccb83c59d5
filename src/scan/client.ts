import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import type { Clock } from '../core/clock.ts'
import { type Answer, type AnswerFailure, failedAnswer } from './answer.ts'
import type { Budget } from './budget.ts'
import { isJsonType, type WireRequest } from './wire.ts'

interface ClientOptions {
  /** The only origin that is ever contacted. */
  readonly origin: string
  /** Sent with every request as `x-rugged-scan`, so that the owner can tell the scan's traffic from others'. */
  readonly scanId: string
  readonly budget: Budget
  readonly clock: Clock
  /** Connections at most. */
  readonly concurrency: number
  /** Milliseconds for one request, its body included. */
  readonly requestTimeout: number
}

export interface SendOptions {
  /** False when a refusal for too many requests is what is looked for; else it is waited out. */
  readonly patient?: boolean
}

const largestBody = 8 * 1024 * 1024
const longestWait = 3_000
const mostWaits = 4
const agent = 'rugged-scan (npm package ruggedapi)'

/** The one place that sends. It never follows a redirect, never rejects, and never holds more than the cap. */
export class Client {
  readonly #options: ClientOptions
  readonly #pool: Pool
  #timeouts = 0

  constructor(options: ClientOptions) {
    this.#options = options
    this.#pool = new Pool(options.origin, {
      connections: options.concurrency,
      pipelining: 1,
      connectTimeout: options.requestTimeout,
      headersTimeout: options.requestTimeout * 2,
      bodyTimeout: options.requestTimeout * 2,
      allowH2: false,
    })
  }

  get origin(): string {
    return this.#options.origin
  }

  /** Sends within the budget. Too many requests (RFC 6585 section 4) are waited out as long as the API asks, capped. */
  async send(request: WireRequest, { patient = true }: SendOptions = {}): Promise<Answer> {
    const { budget } = this.#options
    for (let attempt = 0; ; attempt++) {
      if (!budget.take()) return failedAnswer('budget')
      const answer = await this.#exchange(request)
      // A server may close a connection just when it is used again: a read can be asked once more.
      const readAgain = answer.failure === 'reset' && attempt === 0 && /^(?:GET|HEAD)$/.test(request.method)
      if (readAgain) continue
      const limited = answer.status === 429 || (answer.status === 503 && answer.headers['retry-after'] !== undefined)
      if (!limited || !patient || attempt >= mostWaits) return answer
      const wait = Math.min(longestWait, retryAfter(answer) ?? 400 * 2 ** attempt)
      if (wait >= budget.left) return answer
      await sleep(wait, undefined, budget.signal === undefined ? {} : { signal: budget.signal }).catch(() => undefined)
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }

  async #exchange(request: WireRequest): Promise<Answer> {
    const { clock, budget, requestTimeout, scanId } = this.#options
    const start = clock.now()
    // An API that never answers is asked with less and less patience, so that it cannot eat the whole budget.
    const patience = Math.max(Math.min(1_000, requestTimeout), requestTimeout / 2 ** Math.floor(this.#timeouts / 3))
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), Math.max(1, Math.min(patience, budget.left)))
    const stop = () => deadline.abort()
    budget.signal?.addEventListener('abort', stop, { once: true })
    try {
      const response = await this.#pool.request({
        // The contract's methods are the methods that undici knows.
        method: request.method as 'GET',
        path: request.path,
        headers: { 'user-agent': agent, ...request.headers, 'x-rugged-scan': scanId },
        signal: deadline.signal,
        ...(request.body === undefined ? {} : { body: request.body }),
      })
      const { text, truncated } = await readCapped(response.body, deadline)
      this.#timeouts = 0
      const headers = flatten(response.headers)
      const mediaType = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
      const milliseconds = clock.now() - start
      const value = truncated ? undefined : parse(text, mediaType)
      return { status: response.statusCode, headers, mediaType, text, value, truncated, milliseconds }
    } catch (cause) {
      const failure = deadline.signal.aborted ? 'timeout' : failureOf(cause)
      if (failure === 'timeout') this.#timeouts += 1
      return failedAnswer(failure, clock.now() - start)
    } finally {
      budget.signal?.removeEventListener('abort', stop)
      clearTimeout(timer)
    }
  }
}

/** What arrives until the end, the cap or the deadline, whichever comes first. */
async function readCapped(
  body: AsyncIterable<Buffer> & { destroy(): unknown },
  deadline: AbortController,
): Promise<{ readonly text: string; readonly truncated: boolean }> {
  const chunks: Buffer[] = []
  let size = 0
  let truncated = false
  try {
    for await (const chunk of body) {
      size += chunk.length
      chunks.push(chunk)
      truncated = size > largestBody
      if (truncated) break
    }
  } catch (cause) {
    // A stream without an end is an answer too, as far as it came; a reset in the middle is not.
    if (!deadline.signal.aborted) throw cause
    truncated = true
  }
  if (truncated) body.destroy()
  return { text: Buffer.concat(chunks).toString('utf8').slice(0, largestBody), truncated }
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}

function parse(text: string, mediaType: string): unknown {
  if (text === '' || !(isJsonType(mediaType) || /^\s*[[{]/.test(text))) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function retryAfter(answer: Answer): number | undefined {
  const seconds = Number(answer.headers['retry-after'] ?? Number.NaN)
  return Number.isFinite(seconds) ? Math.max(100, seconds * 1_000) : undefined
}

const unreachable =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT)$/

function failureOf(cause: unknown): AnswerFailure {
  const code = codeOf(cause)
  if (unreachable.test(code)) return 'unreachable'
  if (/TIMEOUT$|^ETIMEDOUT$/.test(code)) return 'timeout'
  if (code === 'UND_ERR_INVALID_ARG' || code.startsWith('ERR_INVALID')) return 'unsendable'
  if (code.startsWith('HPE_') || code.startsWith('ERR_SSL') || code === 'UND_ERR_HEADERS_OVERFLOW') return 'malformed'
  return 'reset'
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return ''
  const inner = cause instanceof AggregateError ? codeOf(cause.errors[0]) : ''
  return inner !== '' ? inner : 'code' in cause ? String(cause.code) : codeOf(cause.cause)
}
