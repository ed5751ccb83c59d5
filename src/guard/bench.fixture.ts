import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseContract } from '../contract/load.ts'
import { exposeContract } from '../exposure/exposure.ts'
import type { ApiEvent } from '../risk/event.ts'
import { type Guard, type GuardOptions, startGuard } from './gateway.ts'
import type { Explanation } from './pipeline.ts'

export type UpstreamHandler = (request: IncomingMessage, response: ServerResponse, body: string) => void

export interface BenchOptions extends Partial<Omit<GuardOptions, 'exposure' | 'upstream'>> {
  /** OpenAPI Overlays as text. */
  readonly overlays?: readonly string[]
  /** Added to the upstream's URL. */
  readonly upstreamPath?: string
}

/** What the upstream saw of one request. */
export interface Seen {
  readonly method: string
  readonly target: string
  readonly headers: IncomingMessage['headers']
  readonly rawHeaders: readonly string[]
  readonly body: string
}

export interface Bench {
  readonly url: string
  readonly port: number
  readonly events: ApiEvent[]
  readonly explanations: Explanation[]
  /** Every request that reached the upstream. */
  readonly seen: Seen[]
  readonly guard: Guard
  readonly upstreamUrl: string
  close(): Promise<void>
}

/**
 * A guard on a real port before a real upstream on another, both on loopback.
 *
 * @param contract OpenAPI as YAML or JSON
 * @param handler the upstream; by default it answers `{"ok":true}`
 */
export async function guardBefore(
  contract: string | object,
  handler: UpstreamHandler = answerJson({ ok: true }),
  options: BenchOptions = {},
): Promise<Bench> {
  const seen: Seen[] = []
  const upstream = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const { method = '', url: target = '', headers, rawHeaders } = request
      seen.push({ method, target, headers, rawHeaders, body })
      handler(request, response, body)
    })
  })
  const upstreamUrl = await listen(upstream)
  const { overlays = [], upstreamPath = '', ...guardOptions } = options
  const events: ApiEvent[] = []
  const explanations: Explanation[] = []
  const guard = await startGuard({
    exposure: exposureOf(contract, overlays),
    upstream: new URL(upstreamUrl + upstreamPath),
    onEvent: event => void events.push(event),
    onExplain: explanation => void explanations.push(explanation),
    ...guardOptions,
  })
  return {
    url: guard.url,
    port: guard.port,
    events,
    explanations,
    seen,
    guard,
    upstreamUrl,
    async close() {
      await guard.close(0)
      upstream.closeAllConnections()
      await new Promise(resolve => upstream.close(resolve))
    },
  }
}

export function exposureOf(contract: string | object, overlays: readonly string[] = []): GuardOptions['exposure'] {
  const text = typeof contract === 'string' ? contract : JSON.stringify(contract)
  return exposeContract(
    parseContract({
      contract: { file: 'openapi.yaml', text },
      overlays: overlays.map((overlay, index) => ({ file: `overlay-${index}.yaml`, text: overlay })),
    }),
  )
}

/** An upstream that always answers the same JSON. */
export function answerJson(value: unknown, status = 200, headers: Record<string, string> = {}): UpstreamHandler {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(value))
  }
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a TCP port has an address with a port.
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}
