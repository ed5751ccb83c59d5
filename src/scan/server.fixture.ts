/** A small HTTP API with its contract, on loopback: what the tests of this room scan. */

import { createServer, type IncomingMessage } from 'node:http'
import { parseContract } from '../contract/load.ts'
import { type ApiExposure, exposeContract } from '../exposure/exposure.ts'
import type { Finding } from '../risk/finding.ts'
import type { Actor } from './actor.ts'
import type { Probe } from './probe.ts'
import { type ScanOptions, type ScanReport, scanApi } from './scan.ts'

interface Seen {
  readonly method: string
  readonly target: string
  readonly headers: IncomingMessage['headers']
}

interface Asked extends Seen {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Readonly<Record<string, unknown>>
  /** The body as it was sent. */
  readonly text: string
  /** Who holds the token, or undefined. */
  readonly user: string | undefined
}

export interface Reply {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type Handler = (asked: Asked) => Reply | Promise<Reply>

export interface RunningFixture {
  readonly url: URL
  readonly exposure: ApiExposure
  readonly seen: readonly Seen[]
  close(): Promise<void>
}

/** The token of a user is `token-of-` and the name. */
export function actorNamed(name: string, roles?: readonly string[]): Actor {
  const credential = { kind: 'bearer', token: `token-of-${name}` } as const
  return roles === undefined ? { name, credential } : { name, credential, roles }
}

export const ann = actorNamed('ann')
export const ben = actorNamed('ben')

/** An OpenAPI 3.1 document of operations; a bearer token is asked for unless an operation says otherwise. */
export function contractOf(operations: Readonly<Record<string, object>>, schemas: object = {}): ApiExposure {
  const paths: Record<string, Record<string, object>> = {}
  for (const [name, operation] of Object.entries(operations)) {
    const [method = '', path = ''] = name.split(' ')
    const parameters = [...path.matchAll(/\{([^}]+)\}/g)].map(([, parameter]) => ({
      name: parameter,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    }))
    const declared: unknown = 'parameters' in operation ? operation.parameters : []
    const own: readonly unknown[] = Array.isArray(declared) ? declared : []
    paths[path] = { ...paths[path], [method.toLowerCase()]: { ...operation, parameters: [...parameters, ...own] } }
  }
  const document = {
    openapi: '3.1.0',
    info: { title: 'Fixture', version: '1' },
    security: [{ token: [] }],
    paths,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } }, schemas },
  }
  return exposeContract(parseContract({ contract: { file: 'fixture.json', text: JSON.stringify(document) } }))
}

/** What answers with a schema, or with nothing. */
export function answers(schema?: object, status = '200'): object {
  return {
    [status]: { description: '', ...(schema === undefined ? {} : { content: { 'application/json': { schema } } }) },
  }
}

export function takes(schema: object): object {
  return { required: true, content: { 'application/json': { schema } } }
}

export function ref(name: string): object {
  return { $ref: `#/components/schemas/${name}` }
}

export const notFound: Reply = { status: 404, body: { message: 'no such thing' } }
export const unauthorised: Reply = { status: 401, body: { message: 'who are you?' } }

/** Serves `METHOD /path/{template}` routes on a free port of 127.0.0.1. */
export async function serve(exposure: ApiExposure, routes: Readonly<Record<string, Handler>>): Promise<RunningFixture> {
  const seen: Seen[] = []
  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming
    seen.push({ method, target: url, headers })
    let text = ''
    for await (const chunk of incoming) text += String(chunk)
    const [path = '/', query = ''] = url.split('?', 2)
    const found = match(routes, method, path)
    const user = /^Bearer token-of-(\w+)$/.exec(headers.authorization ?? '')?.[1]
    const asked = { method, target: url, headers, query: new URLSearchParams(query), body: parse(text), text, user }
    const reply = found === undefined ? notFound : await found.handler({ ...asked, params: found.params })
    const raw = typeof reply.body === 'string'
    const content = reply.body === undefined ? '' : raw ? String(reply.body) : JSON.stringify(reply.body)
    outgoing.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(content)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>(resolve => server.close(() => resolve()))
  }
  return { url: new URL(`http://127.0.0.1:${port}`), exposure, seen, close }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function match(routes: Readonly<Record<string, Handler>>, method: string, path: string) {
  const parts = path.split('/')
  for (const [name, handler] of Object.entries(routes)) {
    const [wanted, template = ''] = name.split(' ')
    const pieces = template.split('/')
    if (wanted !== method || pieces.length !== parts.length) continue
    const params: Record<string, string> = {}
    const fits = pieces.every((piece, index) => {
      const part = decodeURIComponent(parts[index] ?? '')
      if (!piece.startsWith('{')) return piece === part
      params[piece.slice(1, -1)] = part
      return part !== ''
    })
    if (fits) return { handler, params }
  }
  return undefined
}

/** Scans a fixture with one probe, closes it, and gives the report. */
export async function scanWith(
  probe: Probe,
  starting: Promise<RunningFixture>,
  options: Partial<ScanOptions> = {},
): Promise<ScanReport> {
  const running = await starting
  try {
    return await scanApi({
      exposure: running.exposure,
      url: running.url,
      actors: [ann, ben],
      seed: 7,
      timeLimit: 30_000,
      probes: [probe],
      ...options,
    })
  } finally {
    await running.close()
  }
}

/** `severity weakness METHOD /path`, for tables. */
export function told(findings: readonly Finding[]): readonly string[] {
  return findings.map(
    ({ severity, weakness, operation }) => `${severity} ${weakness} ${operation?.method} ${operation?.path}`,
  )
}
