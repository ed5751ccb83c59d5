import { createServer, type Server, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ApiEvent } from '../risk/event.ts'
import { type BenchOptions, exposureOf, guardBefore } from './bench.fixture.ts'
import { startGuard } from './gateway.ts'
import { sendRaw, statusesOf } from './raw.fixture.ts'

const contract = {
  openapi: '3.0.3',
  info: { title: 'Things', version: '1' },
  servers: [{ url: 'https://api.example/v1' }],
  paths: {
    '/thing': {
      get: { responses: { 200: json() } },
      head: { responses: { 200: json() } },
      put: {
        requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
        responses: { 200: json() },
      },
      post: {
        requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
        responses: { 200: json() },
      },
    },
  },
}

function json() {
  return { description: 'ok', content: { 'application/json': { schema: { type: 'object' } } } }
}

const upstreamLimits = { idleTimeout: 300, totalTimeout: 900, answerBytes: 100_000 }
const quick = { upstreamLimits, policies: { 'rate-limit': { mode: 'off' } } } as const

/** A guard before an upstream that speaks bytes. */
async function guardAhead(
  handle: (socket: Socket, request: string, count: number) => void,
  options: BenchOptions = {},
) {
  const events: ApiEvent[] = []
  let count = 0
  const sockets = new Set<Socket>()
  const server: Server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', data => handle(socket, data.toString('latin1'), ++count))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const guard = await startGuard({
    exposure: exposureOf(contract),
    upstream: new URL(`http://127.0.0.1:${port}`),
    onEvent: event => void events.push(event),
    ...quick,
    ...options,
  })
  onTestFinished(async () => {
    await guard.close(0)
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { ...guard, events, sockets, count: () => count, stop: () => server.close() }
}

const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
const good = `${head}Content-Length: 7\r\n\r\n{"a":1}`

describe('an upstream that misbehaves', () => {
  it.each<readonly [name: string, bytes: string, end: 'end' | 'reset' | 'stay', status: number]>([
    ['closes without a word', '', 'end', 502],
    ['resets without a word', '', 'reset', 502],
    ['says nothing', '', 'stay', 504],
    ['announces more than it sends and closes', `${head}Content-Length: 100\r\n\r\n{"a":1}`, 'end', 502],
    ['announces more than it sends and stays', `${head}Content-Length: 100\r\n\r\n{"a":1}`, 'stay', 504],
    ['resets within its answer', `${head}Content-Length: 100\r\n\r\n{"a"`, 'reset', 502],
    ['sends garbage', 'SSH-2.0-OpenSSH_9\r\n', 'stay', 502],
    ['sends broken chunks', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 'stay', 502],
    ['ends within a chunk', `${head}Transfer-Encoding: chunked\r\n\r\nff\r\n{"a"`, 'end', 502],
    [
      'sends both lengths',
      `${head}Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{"a":1}\r\n0\r\n\r\n`,
      'stay',
      502,
    ],
    ['sends JSON that is none', `${head}Content-Length: 4\r\n\r\n{"a"`, 'stay', 502],
    ['sends JSON that is not UTF-8', `${head}Content-Length: 3\r\n\r\n"\xff"`, 'stay', 502],
    [
      'sends a page in place of JSON',
      'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p>x',
      'stay',
      502,
    ],
    ['announces too much', `${head}Content-Length: 100001\r\n\r\n{`, 'stay', 502],
    ['sends too much', `${head}\r\n"${'a'.repeat(100_001)}"`, 'stay', 502],
    [
      'switches protocols',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      'stay',
      502,
    ],
    ['streams events', 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n', 'stay', 502],
    ['uses an unknown coding', `${head}Content-Encoding: secret\r\nContent-Length: 4\r\n\r\nabcd`, 'stay', 502],
    ['uses a coding and lies', `${head}Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd`, 'stay', 502],
    [
      'sends a thousand headers of a kilobyte',
      `HTTP/1.1 200 OK\r\n${`X-A: ${'a'.repeat(1000)}\r\n`.repeat(1000)}\r\n`,
      'stay',
      502,
    ],
    ['says 102 first', `HTTP/1.1 102 Processing\r\n\r\n${good}`, 'stay', 200],
    ['answers until it closes', `${head}\r\n{"a":1}`, 'end', 200],
  ])('gives a clean answer when it %s', async (_, bytes, end, status) => {
    const { url, events } = await guardAhead(socket => {
      socket.write(Buffer.from(bytes, 'latin1'))
      if (end === 'end') socket.end()
      if (end === 'reset') socket.resetAndDestroy()
    })
    const response = await fetch(`${url}/v1/thing`)
    expect(response.status).toBe(status)
    const type = status === 200 ? 'application/json' : 'application/problem+json'
    expect(response.headers.get('content-type')).toBe(type)
    const text = await response.text()
    expect(text).not.toMatch(/ECONN|socket|127\.0\.0\.1|Parse/)
    expect(events).toMatchObject([{ status }])
  })

  it('cuts an upstream that drips for ever', async () => {
    const { url } = await guardAhead(socket => {
      socket.write(`${head}\r\n`)
      const timer = setInterval(() => socket.write(' '), 100)
      socket.on('close', () => clearInterval(timer))
    })
    expect((await fetch(`${url}/v1/thing`)).status).toBe(504)
  })

  it('inflates what it compresses all the same, within the cap', async () => {
    const send = (bytes: Buffer) => (socket: Socket) =>
      socket.write(
        Buffer.concat([Buffer.from(`${head}Content-Encoding: gzip\r\nContent-Length: ${bytes.length}\r\n\r\n`), bytes]),
      )
    const small = await guardAhead(send(gzipSync('{"a":1}')))
    const response = await fetch(`${small.url}/v1/thing`)
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(await response.json()).toEqual({ a: 1 })
    const bomb = await guardAhead(send(gzipSync(`"${'a'.repeat(10_000_000)}"`)))
    expect((await fetch(`${bomb.url}/v1/thing`)).status).toBe(502)
  })

  it('gives nobody the second answer of an upstream that answers twice', async () => {
    const late = await guardAhead((socket, _request, count) => {
      socket.write(`${head}Content-Length: 9\r\n\r\n{"n": ${count}} `)
      setTimeout(() => socket.write(`${head}Content-Length: 12\r\n\r\n{"poison":1}`), 20)
    })
    for (let index = 0; index < 4; index++) {
      const text = await (await fetch(`${late.url}/v1/thing`)).text()
      expect(text).not.toContain('poison')
      await new Promise(resolve => setTimeout(resolve, 60))
    }
    const same = await guardAhead(socket => {
      socket.write(`${good}${head}Content-Length: 12\r\n\r\n{"poison":1}`)
    })
    for (let index = 0; index < 4; index++) {
      expect(await (await fetch(`${same.url}/v1/thing`)).text()).not.toContain('poison')
    }
  })

  it('repeats a read on a connection that went stale, and nothing that writes', async () => {
    const stale = await guardAhead((socket, _request, count) => {
      if (count % 2 === 1) socket.write(good)
      else socket.resetAndDestroy()
    })
    expect((await fetch(`${stale.url}/v1/thing`)).status).toBe(200)
    expect((await fetch(`${stale.url}/v1/thing`)).status).toBe(200)
    expect(stale.count()).toBe(3)
    const body = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }
    expect((await fetch(`${stale.url}/v1/thing`, body)).status).toBe(502)
    expect(stale.count()).toBe(4)
  })

  it('says 502 when nobody listens', async () => {
    const gone = await guardAhead(() => undefined)
    await new Promise(resolve => {
      gone.stop()
      setTimeout(resolve, 20)
    })
    const response = await fetch(`${gone.url}/v1/thing`)
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ title: 'Bad Gateway', instance: expect.stringMatching(/^urn:uuid:/) })
  })

  it('aborts the request to the upstream when the client goes away', async () => {
    let closed = 0
    const slow = await guardAhead(socket => void socket.on('close', () => closed++), {
      upstreamLimits: { idleTimeout: 5_000 },
    })
    await sendRaw(slow.port, 'GET /v1/thing HTTP/1.1\r\nHost: a\r\n\r\n', 100)
    await expect.poll(() => closed).toBe(1)
    expect(slow.events).toMatchObject([{ status: 499, decision: 'passed' }])
  })
})

describe('the way to the upstream', () => {
  it('replaces the base path of the contract by the path of the upstream', async () => {
    const bench = await guardBefore(contract, undefined, { ...quick, upstreamPath: '/inner/api/' })
    onTestFinished(() => bench.close())
    await fetch(`${bench.url}/v1/thing`)
    expect(bench.seen[0]?.target).toBe('/inner/api/thing')
  })

  it('does not show clients where the upstream stands, and asks it for whole answers', async () => {
    const bench = await guardBefore(
      contract,
      (request, response) => {
        const location = `http://${request.headers.host}/v1/thing?x=1`
        response.writeHead(200, { 'content-type': 'application/json', location, 'accept-ranges': 'bytes' }).end('{}')
      },
      quick,
    )
    onTestFinished(() => bench.close())
    const response = await fetch(`${bench.url}/v1/thing`, { headers: { range: 'bytes=0-0' } })
    expect(response.headers.get('location')).toBe('/v1/thing?x=1')
    expect(response.headers.get('accept-ranges')).toBeNull()
    expect(bench.seen[0]?.headers.range).toBeUndefined()
  })

  it('answers HEAD with the headers alone', async () => {
    const bench = await guardBefore(
      contract,
      (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(),
      quick,
    )
    onTestFinished(() => bench.close())
    const text = await sendRaw(bench.port, 'HEAD /v1/thing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    expect(statusesOf(text)).toEqual([200])
    expect(text.endsWith('\r\n\r\n')).toBe(true)
    const refused = await sendRaw(bench.port, 'HEAD /v1/nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    expect(statusesOf(refused)).toEqual([404])
    expect(refused.endsWith('\r\n\r\n')).toBe(true)
  })
})

describe('a client that misbehaves', () => {
  const limits = { bodyBytes: 1000, headersTimeout: 300, requestTimeout: 600 }

  it.each<readonly [name: string, bytes: string, status: number]>([
    [
      'announces too much',
      `PUT /v1/thing HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 999999\r\n\r\n`,
      413,
    ],
    [
      'sends too much',
      `PUT /v1/thing HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n${'a'.repeat(4095)}\r\n0\r\n\r\n`,
      413,
    ],
    ['never ends its headers', 'GET /v1/thing HTTP/1.1\r\nHost: a\r\n', 408],
    [
      'never ends its body',
      'PUT /v1/thing HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
      408,
    ],
    [
      'breaks off within a chunk',
      'PUT /v1/thing HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}zz',
      408,
    ],
    [
      'expects too much',
      'PUT /v1/thing HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 999999\r\n\r\n',
      413,
    ],
  ])('gets a clean answer when it %s', async (_, bytes, status) => {
    const bench = await guardBefore(contract, undefined, { ...quick, limits })
    onTestFinished(() => bench.close())
    const text = await sendRaw(bench.port, bytes, 4_000)
    expect(statusesOf(text)).toEqual([status])
    expect(bench.seen).toEqual([])
    expect(bench.events).toMatchObject([{ status, decision: 'refused' }])
  })

  it('is not heard when it leaves in the midst of its body', async () => {
    const bench = await guardBefore(contract, undefined, quick)
    onTestFinished(() => bench.close())
    for (const body of ['Content-Length: 100\r\n\r\n{', 'Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n']) {
      await sendRaw(bench.port, `POST /v1/thing HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${body}`, 100)
    }
    await expect.poll(() => bench.events).toHaveLength(2)
    expect(bench.events).toMatchObject([{ status: 499 }, { status: 499 }])
    expect(bench.seen).toEqual([])
  })

  it('hides no second request in a body that was never asked for', async () => {
    const bench = await guardBefore(contract, undefined, quick)
    onTestFinished(() => bench.close())
    const hidden = 'GET /v1/thing HTTP/1.1\r\nHost: a\r\n\r\n'
    const head = `PUT /v1/nothing HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ${hidden.length}\r\n\r\n`
    expect(statusesOf(await sendRaw(bench.port, `${head}${hidden}`, 500))).toEqual([404])
    expect(bench.seen).toEqual([])
  })

  it('is told to go on only when its request is wanted', async () => {
    const bench = await guardBefore(contract, undefined, { ...quick, limits })
    onTestFinished(() => bench.close())
    const body = 'Host: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}'
    expect(statusesOf(await sendRaw(bench.port, `PUT /v1/thing HTTP/1.1\r\n${body}`, 300))).toEqual([100, 200])
    expect(statusesOf(await sendRaw(bench.port, `PUT /v1/nothing HTTP/1.1\r\n${body}`, 300))).toEqual([404])
  })
})
