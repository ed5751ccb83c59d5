import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, guardBefore } from './bench.fixture.ts'
import { sendRaw, statusesOf } from './raw.fixture.ts'

const contract = {
  openapi: '3.0.3',
  info: { title: 'Echo', version: '1' },
  paths: {
    '/echo': {
      get: { responses: { 200: json() } },
      post: {
        requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
        responses: { 200: json() },
      },
    },
    '/plain/{id}': {
      get: { parameters: [{ name: 'id', in: 'path', required: true, schema: {} }], responses: { 200: json() } },
    },
  },
}

function json() {
  return { description: 'ok', content: { 'application/json': { schema: { type: 'object' } } } }
}

const smuggled = 'GET /plain/1 HTTP/1.1\r\nHost: a\r\n\r\n'
const post = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n'

let bench: Bench
beforeAll(async () => {
  bench = await guardBefore(contract, undefined, { policies: { 'rate-limit': { mode: 'off' } } })
})
afterAll(() => bench.close())
beforeEach(() => {
  bench.seen.length = 0
  bench.events.length = 0
})

/** What must be refused at once, with the connection closed and nothing reaching the upstream. */
const refused: readonly (readonly [name: string, bytes: string, status: number])[] = [
  [
    'Content-Length and Transfer-Encoding',
    `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    400,
  ],
  [
    'Transfer-Encoding and Content-Length',
    `${post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${smuggled}`,
    400,
  ],
  ['two lengths', `${post}Content-Length: 2\r\nContent-Length: 30\r\n\r\n{}${smuggled}`, 400],
  ['two equal lengths', `${post}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}${smuggled}`, 400],
  ['a list of lengths', `${post}Content-Length: 2, 2\r\n\r\n{}`, 400],
  ['a signed length', `${post}Content-Length: +2\r\n\r\n{}`, 400],
  ['a hexadecimal length', `${post}Content-Length: 0x2\r\n\r\n{}`, 400],
  ['an obfuscated coding', `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 501],
  ['a coding after chunked', `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`, 400],
  ['a coding before chunked', `${post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 501],
  ['two codings in two lines', `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['a space before the colon', `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`, 400],
  ['a tab before the coding ends', `${post}Transfer-Encoding: chunked\x0b\r\n\r\n0\r\n\r\n`, 400],
  ['a folded header', `${post}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`, 400],
  ['a bare line feed', 'GET /plain/1 HTTP/1.1\nHost: a\n\n', 400],
  ['a bare carriage return', 'GET /plain/1 HTTP/1.1\r\nHost: a\rX: y\r\n\r\n', 400],
  ['a NUL in a header', 'GET /plain/1 HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n', 400],
  ['a bad chunk size', `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`, 400],
  ['a chunk size with 0x', `${post}Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n`, 400],
  ['a chunk that is longer than it says', `${post}Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n`, 400],
  ['chunks in HTTP/1.0', `POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['no host', 'GET /plain/1 HTTP/1.1\r\n\r\n', 400],
  ['an empty host', 'GET /plain/1 HTTP/1.1\r\nHost:\r\n\r\n', 400],
  ['two hosts', 'GET /plain/1 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
  ['a host with a path', 'GET /plain/1 HTTP/1.1\r\nHost: a/b\r\n\r\n', 400],
  ['a host with user information', 'GET /plain/1 HTTP/1.1\r\nHost: x@a\r\n\r\n', 400],
  ['absolute form', 'GET http://a/plain/1 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['absolute form of another host', 'GET http://b/plain/1 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['asterisk form', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['CONNECT', 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n', 501],
  ['TRACE', 'TRACE /plain/1 HTTP/1.1\r\nHost: a\r\n\r\n', 501],
  ['an upgrade', 'GET /plain/1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', 501],
  [
    'an upgrade to HTTP/2',
    'GET /plain/1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n',
    501,
  ],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['another expectation', `${post}Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}`, 417],
  [
    'two Authorization headers',
    'GET /plain/1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n',
    400,
  ],
  ['two content types', `${post}Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}`, 400],
  [
    'a credential that is to end here',
    'GET /plain/1 HTTP/1.1\r\nHost: a\r\nConnection: close, Authorization\r\n\r\n',
    400,
  ],
  ['a fragment', 'GET /plain/1#x HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['a raw byte in the target', 'GET /plain/\xe9 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['HTTP/0.9', 'GET /plain/1\r\n\r\n', 400],
  ['a version that is none', 'GET /plain/1 HTTP/1.2\r\nHost: a\r\n\r\n', 400],
  ['a header of 20 KB', `GET /plain/1 HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ['150 headers', `GET /plain/1 HTTP/1.1\r\nHost: a\r\n${'X-A: b\r\n'.repeat(150)}\r\n`, 431],
]

describe('framing', () => {
  it.each(refused)('refuses %s', async (_, bytes, status) => {
    const text = await sendRaw(bench.port, bytes)
    expect(statusesOf(text)).toEqual([status])
    expect(text.toLowerCase()).toContain('content-type: application/problem+json')
    expect(bench.seen).toEqual([])
    expect(bench.events).toMatchObject([{ status, decision: 'refused' }])
    expect(bench.events[0]?.reasons[0]?.card).toMatch(/^control\//)
  })

  it('refuses hostile spellings of paths', async () => {
    for (const path of [
      '/plain/../echo',
      '/plain/%2e%2e/echo',
      '//plain/1',
      '/plain/%2fecho',
      '/pl%61in/1',
      '/plain/1;x',
      '/plain\\1',
      '/plain/%00',
      '/plain/%252e',
    ]) {
      const text = await sendRaw(bench.port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
      expect(statusesOf(text), path).toEqual([400])
    }
    expect(bench.seen).toEqual([])
  })

  it('answers pipelined requests in order, each once', async () => {
    const text = await sendRaw(
      bench.port,
      `${smuggled}${smuggled}GET /plain/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    )
    expect(statusesOf(text)).toEqual([200, 200, 200])
    expect(bench.seen).toHaveLength(3)
  })

  it('never takes its refusal of a broken request for the answer of the one before', async () => {
    const text = await sendRaw(bench.port, `${smuggled}GET /pl ain HTTP/1.1\r\n\r\n`)
    expect(statusesOf(text).filter(status => status === 400).length).toBeLessThanOrEqual(1)
    expect(statusesOf(text)[0] ?? 200).toBe(200)
  })

  it('writes one unambiguous request: no hop-by-hop, forged or deceptive header passes', async () => {
    const lines = [
      'Host: api.example',
      'Connection: keep-alive, X-Hop',
      'X-Hop: 1',
      'Keep-Alive: timeout=5',
      'TE: trailers',
      'X-Forwarded-For: 6.6.6.6',
      'x_forwarded_for: 6.6.6.6',
      'Forwarded: for=6.6.6.6',
      'X-Real-IP: 6.6.6.6',
      'X-HTTP-Method-Override: DELETE',
      'X-Original-URL: /admin',
      'X-Rewrite-URL: /admin',
      'X-Request-Id: mine',
      'Accept-Encoding: gzip',
      'Proxy: http://evil.example',
      'X-Own: kept',
    ]
    const text = await sendRaw(bench.port, `GET /plain/1 HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 500)
    expect(statusesOf(text)).toEqual([200])
    const [first] = bench.seen
    const headers = { ...first?.headers }
    delete headers['connection']
    expect(headers).toEqual({
      host: new URL(bench.upstreamUrl).host,
      'x-request-id': bench.events[0]?.id,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'api.example',
      'x-forwarded-proto': 'http',
      'accept-encoding': 'identity',
      'x-own': 'kept',
    })
  })

  it('sends what was validated: chunks become one body of one length', async () => {
    const text = await sendRaw(
      bench.port,
      `${post}Transfer-Encoding: chunked\r\n\r\n1;x=y\r\n{\r\n8\r\n"a": [1]\r\n1\r\n}\r\n0\r\nX-Trailer: 1\r\n\r\n`,
      500,
    )
    expect(statusesOf(text)).toEqual([200])
    expect(bench.seen[0]?.body).toBe('{"a": [1]}')
    expect(bench.seen[0]?.headers).toMatchObject({ 'content-length': '10' })
    expect(bench.seen[0]?.headers).not.toHaveProperty('transfer-encoding')
  })
})
