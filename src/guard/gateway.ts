import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Clock, systemClock } from '../core/clock.ts'
import { Fault } from '../core/fault.ts'
import type { ApiExposure } from '../exposure/exposure.ts'
import type { Authenticator } from '../identity/authenticator.ts'
import { createAuthenticator } from '../identity/create-authenticator.ts'
import { createPseudonym } from '../identity/pseudonym.ts'
import type { ApiEvent } from '../risk/event.ts'
import { answerBrokenRequest, refuseTunnel } from './broken-request.ts'
import { type ClientLimits, clientLimits } from './client-limits.ts'
import type { PolicySettings } from './compile.ts'
import { createEngine, type Engine, type EngineSettings } from './engine.ts'
import type { Explain } from './pipeline.ts'
import type { Policy } from './policy.ts'
import type { LookUp } from './ports.ts'
import { stages } from './stages.ts'
import { type Expectation, GuardResponse, Transit } from './transit.ts'
import { Upstream, type UpstreamLimits, upstreamLimits } from './upstream.ts'

export interface GuardOptions extends PolicySettings {
  readonly exposure: ApiExposure
  /** A path of its own replaces the base path of the contract's server. */
  readonly upstream: URL
  /** Loopback and a free port when absent. */
  readonly listen?: { readonly host?: string; readonly port?: number }
  /** All of them when absent, in the order of `policies/index.ts`. */
  readonly use?: readonly Policy<unknown>[]
  /** When absent, credentials must be there and are left to the upstream to verify. */
  readonly authenticator?: Authenticator
  readonly clock?: Clock
  readonly onEvent?: (event: ApiEvent) => void
  /** For the operator's log: why a request was refused, by incident id. */
  readonly onExplain?: Explain
  /** Proxies in front that append to `X-Forwarded-For`; 0 when clients connect directly. */
  readonly trustedHops?: number
  readonly limits?: Partial<ClientLimits>
  readonly upstreamLimits?: Partial<UpstreamLimits>
  /** For keyed hashes of callers and objects; drawn at random when absent, so that they last as long as the process. */
  readonly secret?: string | Uint8Array
  readonly lookUp?: LookUp
}

export interface Guard {
  readonly url: string
  readonly port: number
  /**
   * Takes a new version of the contract, and other policy settings where they are given. Requests on their way finish
   * under the old one; limits and ledgers stay. A version that does not compile throws and changes nothing.
   */
  reload(exposure: ApiExposure, settings?: PolicySettings): void
  /** Takes no more connections, lets requests finish for at most `grace` milliseconds (2,000), ends the rest. */
  close(grace?: number): Promise<void>
}

/**
 * Starts the guard: the single way in to the API behind it.
 *
 * @throws Fault `port-unavailable`, `configuration`
 * @example const guard = await startGuard({ exposure, upstream: new URL('http://127.0.0.1:3000') })
 */
export async function startGuard(options: GuardOptions): Promise<Guard> {
  const limits = { ...clientLimits, ...options.limits }
  const clock = options.clock ?? systemClock
  const pseudonym = createPseudonym(options.secret)
  const settings: EngineSettings = {
    clock,
    limits,
    trustedHops: options.trustedHops ?? 0,
    onEvent: options.onEvent,
    explain: options.onExplain,
    use: options.use,
  }
  const upstream = new Upstream(options.upstream, { ...upstreamLimits, ...options.upstreamLimits })
  const authenticator = options.authenticator ?? createAuthenticator({ clock, pseudonym })
  const kept = new Map<string, unknown>()
  const lookUp = options.lookUp
  const build = (exposure: ApiExposure, policySettings: PolicySettings) =>
    createEngine({ exposure, upstream, authenticator, pseudonym, kept, lookUp, settings, policySettings })
  let engine: Engine = build(options.exposure, options)
  let policySettings: PolicySettings = options

  const serve = (request: IncomingMessage, response: GuardResponse, expectation: Expectation) =>
    new Transit(engine, stages, request, response, expectation).proceed()
  const server = createServer({
    ServerResponse: GuardResponse,
    insecureHTTPParser: false,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    connectionsCheckingInterval: Math.min(5_000, Math.max(100, limits.headersTimeout / 4)),
    noDelay: true,
    requireHostHeader: false,
  })
  // Node drops what is over this count without a word; the stage that counts them refuses instead.
  server.maxHeadersCount = 0
  server.maxConnections = limits.connections
  server.on('request', (request, response) => serve(request, response, 'none'))
  server.on('checkContinue', (request, response) => serve(request, response, 'continue'))
  server.on('checkExpectation', (request, response) => serve(request, response, 'unknown'))
  server.on('connect', (request: IncomingMessage, socket: Socket) => refuseTunnel(engine, request, socket))
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => answerBrokenRequest(engine, error, socket))
  await listen(server, options.listen?.host ?? '127.0.0.1', options.listen?.port ?? 0)
  // A server that listens on a TCP port has an address with a port.
  const { address, family, port } = server.address() as AddressInfo

  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    port,
    reload(exposure, changed = policySettings) {
      engine = build(exposure, changed)
      policySettings = changed
    },
    close: grace => closeServer(server, upstream, grace),
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(unavailable(error, host, port)))
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}

function unavailable(error: NodeJS.ErrnoException, host: string, port: number): Fault {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} of ${host} is in use.`,
    EACCES: `Port ${port} may not be opened by this user.`,
    EADDRNOTAVAIL: `${host} is no address of this machine.`,
    ENOTFOUND: `${host} is no address of this machine.`,
  }
  const message = reasons[error.code ?? ''] ?? `Cannot listen on ${host}:${port}: ${error.message}.`
  return new Fault('port-unavailable', message, { hint: 'Choose another with --listen HOST:PORT.', cause: error })
}

function closeServer(server: Server, upstream: Upstream, grace = 2_000): Promise<void> {
  return new Promise(resolve => {
    const cut = setTimeout(() => server.closeAllConnections(), grace)
    server.close(() => {
      clearTimeout(cut)
      upstream.close()
      resolve()
    })
    server.closeIdleConnections()
  })
}
