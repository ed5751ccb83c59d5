import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import { onTestFinished } from 'vitest'
import { parseContract } from '../../contract/load.ts'
import { FrozenClock } from '../../core/clock.ts'
import { type ApiExposure, exposeContract } from '../../exposure/exposure.ts'
import { createAuthenticator } from '../../identity/create-authenticator.ts'
import { createPseudonym } from '../../identity/pseudonym.ts'
import type { StaticKeyOptions } from '../../identity/static-keys.ts'
import type { ApiEvent } from '../../risk/event.ts'
import type { PolicySetting } from '../compile.ts'
import { startGuard } from '../gateway.ts'
import type { Policy } from '../policy.ts'
import type { LookUp } from '../ports.ts'

/** What a real API behind the guard was asked. */
export interface Received {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
  /** The `sub` of the bearer token; this API believes what the token says. */
  readonly subject: string | undefined
}

export interface Reply {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface EstateOptions {
  readonly contract: object
  readonly overlays?: readonly object[]
  readonly api: (received: Received) => Reply | Promise<Reply>
  readonly use: readonly Policy<unknown>[]
  readonly policies?: Readonly<Record<string, PolicySetting>>
  /** False: no issuer is configured, so that tokens are credentials that nobody verifies. */
  readonly issuer?: boolean
  readonly keys?: readonly StaticKeyOptions[]
  readonly lookUp?: LookUp
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Parsed JSON; undefined where there is none. */
  readonly body: unknown
}

export interface Call {
  /** The subject that calls; nobody when absent. */
  readonly as?: string
  readonly claims?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Estate {
  readonly url: string
  readonly exposure: ApiExposure
  readonly clock: FrozenClock
  /** Everything that reached the API, the guard's own questions included. */
  readonly received: readonly Received[]
  readonly events: readonly ApiEvent[]
  /** What the operator's log says, one line for each reason. */
  readonly log: readonly string[]
  call(method: string, path: string, call?: Call): Promise<Answered>
}

const secret = Buffer.alloc(32, 7)
const issuer = {
  issuer: 'https://id.test',
  audience: 'estate',
  algorithms: ['HS256'],
  jwks: { keys: [{ kty: 'oct', kid: 'one', alg: 'HS256', k: secret.toString('base64url') }] },
}

/** Starts a real API and a guard with the given policies before it; both end with the test. */
export async function startEstate(options: EstateOptions): Promise<Estate> {
  const text = JSON.stringify(options.contract)
  const overlays = (options.overlays ?? []).map((overlay, index) => ({
    file: `overlay-${index}.json`,
    text: JSON.stringify(overlay),
  }))
  const exposure = exposeContract(parseContract({ contract: { file: 'estate.json', text }, overlays }))
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const raw = Buffer.concat(chunks).toString('utf8')
    const url = new URL(request.url ?? '/', 'http://estate.test')
    const token = /^Bearer [^.]+\.([^.]+)\./.exec(request.headers.authorization ?? '')?.[1]
    const claims: unknown =
      token === undefined ? undefined : JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    const seen: Received = {
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: request.headers,
      body: raw === '' ? undefined : parse(raw),
      subject: textOf(claims, 'sub'),
    }
    received.push(seen)
    const { status = 200, body, headers } = await options.api(seen)
    const type = typeof body === 'string' ? {} : { 'content-type': 'application/json' }
    response.writeHead(status, { ...(body === undefined ? {} : type), ...headers })
    response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  // A server that listens on a TCP port has an address with a port.
  const { port } = server.address() as AddressInfo
  const clock = new FrozenClock(Date.now())
  const events: ApiEvent[] = []
  const log: string[] = []
  const pseudonym = createPseudonym('a secret of the tests alone')
  const issuers = options.issuer === false ? [] : [issuer]
  const guard = await startGuard({
    exposure,
    upstream: new URL(`http://127.0.0.1:${port}`),

    use: options.use,
    authenticator: createAuthenticator({ issuers, clock, pseudonym, keys: options.keys ?? [] }),
    clock,
    secret: 'another secret of the tests alone',
    onEvent: event => events.push(event),
    onExplain: ({ card, log: line }) => log.push(`${card}: ${line}`),
    ...(options.policies === undefined ? {} : { policies: options.policies }),
    ...(options.lookUp === undefined ? {} : { lookUp: options.lookUp }),
  })
  onTestFinished(() => guard.close(0))

  return {
    url: guard.url,
    exposure,
    clock,
    received,
    events,
    log,
    async call(method, path, { as, claims, body, headers } = {}) {
      const authorization = as === undefined ? {} : { authorization: `Bearer ${await sign(as, clock, claims)}` }
      const answer = await fetch(`${guard.url}${path}`, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...authorization,
          ...headers,
        },
        redirect: 'manual',
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const answered = await answer.text()
      return { status: answer.status, headers: answer.headers, text: answered, body: parse(answered) }
    },
  }
}

const tokens = new Map<string, Promise<string>>()

/** One token for each subject and set of claims: a caller without an issuer is known by the token's bytes. */
function sign(subject: string, clock: FrozenClock, claims: Call['claims'] = {}): Promise<string> {
  const hour = Math.floor(clock.now() / 3_600_000)
  const key = JSON.stringify([subject, hour, claims])
  const made =
    tokens.get(key) ??
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'one' })
      .setIssuer(issuer.issuer)
      .setAudience(issuer.audience)
      .setSubject(subject)
      .setIssuedAt(hour * 3_600)
      .setExpirationTime((hour + 2) * 3_600)
      .sign(secret)
  tokens.set(key, made)
  return made
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function textOf(value: unknown, name: string): string | undefined {
  const found = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  return typeof found === 'string' ? found : undefined
}
