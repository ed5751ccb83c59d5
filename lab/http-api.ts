/** The lab's HTTP server: routes by path template, JSON in and out, and nothing left behind after `close`. */

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ApiRequest {
  readonly method: string
  /** As received: path and query. */
  readonly target: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** The address of the socket's other end; forwarding headers are not believed. */
  readonly address: string
  /** Parsed JSON, or undefined when the request has no body. */
  readonly body: unknown
}

/** A string body with a `content-type` header of its own is sent as it is; everything else becomes JSON. */
export interface ApiReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export type Handler = (request: ApiRequest) => ApiReply | Promise<ApiReply>

/** `METHOD /path/{template}` to handler. The method `*` stands for all. */
export type Routes = Readonly<Record<string, Handler>>

export interface Listening {
  /** Origin without a trailing slash. */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

interface Route {
  readonly method: string
  readonly segments: readonly string[]
  readonly handler: Handler
}

const largestBody = 64 * 1024

/** The error body that every API of the lab uses. */
export function refusal(status: number, code: string, message: string): ApiReply {
  return { status, body: { code, message } }
}

/** Serves the routes on a free port of 127.0.0.1. */
export async function listen(routes: Routes): Promise<Listening> {
  const table = Object.entries(routes).map(([name, handler]): Route => {
    const [method = '', template = ''] = name.split(' ')
    return { method, segments: template.split('/'), handler }
  })
  const server = createServer((incoming, outgoing) => {
    answer(table, incoming)
      // A crash says nothing about itself: which handler failed is for whoever debugs the lab, not for its clients.
      .catch(() => refusal(500, 'internal_error', 'Something went wrong on our side.'))
      .then(reply => send(outgoing, reply))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  // A TCP server that listens has an AddressInfo; strings are for pipes.
  const { port } = server.address() as AddressInfo
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= new Promise<void>(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    return closed
  }
  return { url: `http://127.0.0.1:${port}`, port, close }
}

async function answer(table: readonly Route[], incoming: IncomingMessage): Promise<ApiReply> {
  const target = incoming.url ?? '/'
  const [path = '/', ...rest] = target.split('?')
  const method = incoming.method ?? 'GET'
  const candidates = table.flatMap(route => {
    const params = matchPath(route.segments, path)
    return params === undefined ? [] : [{ route, params }]
  })
  if (candidates.length === 0) return refusal(404, 'not_found', 'There is nothing at this address.')
  const found = candidates.find(({ route }) => route.method === method || route.method === '*')
  if (found === undefined) {
    const allow = candidates.map(({ route }) => route.method).join(', ')
    return { ...refusal(405, 'method_not_allowed', `This address answers ${allow}.`), headers: { allow } }
  }
  const body = await readBody(incoming)
  if ('refused' in body) return body.refused
  return found.route.handler({
    method,
    target,
    params: found.params,
    query: new URLSearchParams(rest.join('?')),
    headers: incoming.headers,
    address: incoming.socket.remoteAddress ?? '',
    body: body.value,
  })
}

function matchPath(segments: readonly string[], path: string): Record<string, string> | undefined {
  const parts = path.split('/')
  if (segments.at(-1) === '**' ? parts.length < segments.length : parts.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? ''
    if (segment === '**') return params
    if (!segment.startsWith('{')) {
      if (segment !== part) return undefined
      continue
    }
    const value = decode(part)
    if (value === undefined || value === '') return undefined
    params[segment.slice(1, -1)] = value
  }
  return params
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

async function readBody(
  incoming: IncomingMessage,
): Promise<{ readonly value: unknown } | { readonly refused: ApiReply }> {
  const chunks: Buffer[] = []
  let size = 0
  // Without `destroyOnReturn: false` leaving the loop would close the socket before the 413 is written.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    size += chunk.length
    if (size > largestBody) {
      const headers = { connection: 'close' }
      return { refused: { ...refusal(413, 'too_large', 'A body may hold 64 KiB.'), headers } }
    }
    chunks.push(chunk)
  }
  if (size === 0) return { value: undefined }
  if (!/^application\/json\s*(;|$)/i.test(incoming.headers['content-type'] ?? '')) {
    return { refused: refusal(415, 'unsupported_media_type', 'Send application/json.') }
  }
  try {
    return { value: JSON.parse(Buffer.concat(chunks).toString('utf8')) }
  } catch {
    return { refused: refusal(400, 'invalid_json', 'The body is not JSON.') }
  }
}

function send(outgoing: ServerResponse, reply: ApiReply): void {
  const raw = typeof reply.body === 'string' && reply.headers?.['content-type'] !== undefined
  const content = reply.body === undefined ? '' : raw ? String(reply.body) : JSON.stringify(reply.body)
  outgoing.writeHead(reply.status, {
    ...(reply.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'content-length': Buffer.byteLength(content),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...reply.headers,
  })
  outgoing.end(content)
}
