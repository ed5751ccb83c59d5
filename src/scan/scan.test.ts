import { createServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { FrozenClock } from '../core/clock.ts'
import { startFeed } from './feed.fixture.ts'
import { nothingMore, startMembers } from './members.fixture.ts'
import { startNotes, strict } from './notes.fixture.ts'
import { probes } from './probes/index.ts'
import { type ScanOptions, type ScanProgress, scanApi } from './scan.ts'
import { ann, answers, ben, contractOf, notFound, scanWith, serve } from './server.fixture.ts'

const exposure = contractOf({
  'GET /things': {
    responses: answers({ type: 'array', items: { type: 'object', properties: { id: { type: 'integer' } } } }),
  },
  'GET /things/{id}': { responses: answers({ type: 'object', properties: { id: { type: 'integer' } } }) },
  'POST /things': {
    requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
    responses: answers({}, '201'),
  },
})

async function scanServer(listener: RequestListener, options: Partial<ScanOptions> = {}) {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    return await scanApi({
      exposure,
      url: urlOf(server.address()),
      actors: [ann, ben],
      requestTimeout: 300,
      timeLimit: 6_000,
      ...options,
    })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

function urlOf(address: ReturnType<ReturnType<typeof createServer>['address']>): URL {
  return new URL(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`)
}

describe('a scan goes on, finds nothing and calls nothing clean, when an API', () => {
  const endless: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('[')
    const block = ' '.repeat(1024 * 1024)
    const pour = () => {
      if (!response.destroyed) response.write(block, () => setImmediate(pour))
    }
    pour()
  }
  it.each<[string, RequestListener]>([
    ['answers 500 to everything', (_, response) => void response.writeHead(500).end('{"message":"oops"}')],
    ['resets every connection', request => void request.socket.destroy()],
    ['never answers', () => undefined],
    [
      'stops in the middle of its answer',
      (_, response) => void response.writeHead(200, { 'content-length': '100' }).write('{"half":'),
    ],
    ['never stops answering', endless],
    ['refuses everybody', (_, response) => void response.writeHead(401).end()],
    ['has too many requests already', (_, response) => void response.writeHead(429, { 'retry-after': '60' }).end()],
    ['redirects everything', (_, response) => void response.writeHead(302, { location: '/' }).end()],
    [
      'says 200 and sends a page',
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'),
    ],
  ])('%s', async (_name, listener) => {
    const start = Date.now()
    const report = await scanServer(listener)
    expect(report.findings).toEqual([])
    expect(report.ledger.map(({ tests }) => tests.passed)).toEqual([0, 0, 0])
    expect(
      report.notEvaluated.filter(({ card }) => card === 'control/happy-path').map(entry => entry.operation?.path),
    ).toEqual(['/things', '/things', '/things/{id}'])
    expect(Date.now() - start).toBeLessThan(9_000)
  })

  it('does not speak HTTP', async () => {
    const sockets = new Set<Socket>()
    const server = createTcpServer(socket => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.end('hello, this is not HTTP\r\n\r\n')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const report = await scanApi({
      exposure,
      url: urlOf(server.address()),
      actors: [ann],
      requestTimeout: 300,
      timeLimit: 4_000,
    })
    for (const socket of sockets) socket.destroy()
    server.close()
    expect(report.findings).toEqual([])
    expect(report.ledger.some(entry => entry.happyPath)).toBe(false)
  })
})

describe('a scan', () => {
  it('is a fault with a way out when nobody is there', async () => {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const url = urlOf(server.address())
    await new Promise(resolve => server.close(resolve))
    await expect(scanApi({ exposure, url })).rejects.toMatchObject({
      code: 'upstream-unreachable',
      hint: expect.stringContaining('Start it'),
    })
  })

  it('refuses hosts that look like production before it sends anything', async () => {
    await expect(scanApi({ exposure, url: new URL('https://api.example.com') })).rejects.toMatchObject({
      code: 'usage',
    })
  })

  it('stays with its origin, whatever it is redirected to, and says who it is', async () => {
    let strayed = 0
    const elsewhere = createServer((_, response) => {
      strayed += 1
      response.end('{}')
    })
    await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve))
    const ids = new Set<unknown>()
    const report = await scanServer((request, response) => {
      ids.add(request.headers['x-rugged-scan'])
      response.writeHead(307, { location: `${urlOf(elsewhere.address()).href}${request.url?.slice(1)}` }).end()
    })
    elsewhere.close()
    expect([strayed, [...ids]]).toEqual([0, [report.scanId]])
  })

  it('sends no more requests than it may, and says what it did not reach', async () => {
    const starting = startNotes({ ...strict, mayRead: () => true })
    const report = await scanWith(probes[0] ?? strictProbe(), starting, { probes, requestLimit: 30 })
    expect(report.requests).toBe(30)
    expect((await starting).seen.length).toBe(30)
    expect(report.notEvaluated.map(entry => entry.notEvaluated).join()).toContain('requests budget was spent')
    expect(report.ledger.some(entry => entry.tests['not-reached'] > 0)).toBe(true)
  })

  it('reads and nothing else when only that is allowed', async () => {
    const starting = startNotes(strict)
    await scanWith(probes[0] ?? strictProbe(), starting, { probes, effect: 'reads' })
    expect(new Set((await starting).seen.map(({ method }) => method))).toEqual(new Set(['GET']))
  })

  it('deletes nothing that it has not made', async () => {
    const starting = startNotes({ ...strict, mayDelete: () => true })
    await scanWith(probes[0] ?? strictProbe(), starting, { probes })
    // The fixture's own notes have the ids 40 to 43.
    const deleted = (await starting).seen
      .filter(({ method }) => method === 'DELETE')
      .map(({ target }) => Number(target.split('/').at(-1)))
    expect(deleted.length).toBeGreaterThan(0)
    expect(Math.min(...deleted)).toBeGreaterThanOrEqual(44)
  })

  it('stays quiet on an API without flaws, with all its probes', async () => {
    const { findings } = await scanWith(probes[0] ?? strictProbe(), startNotes(strict), { probes })
    expect(findings.filter(({ severity }) => severity !== 'low' && severity !== 'info')).toEqual([])
  })

  it('never shows a token', async () => {
    const rules = { ...strict, mayRead: () => true, mayWrite: () => true, mayPledge: () => true }
    const report = await scanWith(probes[0] ?? strictProbe(), startNotes(rules), { probes })
    expect(report.findings.length).toBeGreaterThan(2)
    expect(JSON.stringify(report)).not.toContain('token-of-')
  })

  it('tests only what it was pointed at, and tells how far it is', async () => {
    const told: ScanProgress[] = []
    const starting = startMembers({ contract: 'open', server: 'open', view: nothingMore })
    const report = await scanWith(probes[0] ?? strictProbe(), starting, {
      probes,
      only: ['/roster*'],
      skip: ['/roster/{badge}'],
      clock: new FrozenClock(0),
      onProgress: progress => told.push(progress),
    })
    expect(report.ledger.map(entry => entry.operation.path)).toEqual(['/roster'])
    expect(new Set(told.map(({ phase }) => phase))).toEqual(new Set(['happy-paths', 'probes', 'clean-up']))
  })

  it('ends when it is told to, with what it has found and a time that can be printed', async () => {
    const stop = new AbortController()
    const report = await scanWith(probes[0] ?? strictProbe(), startNotes(strict), {
      probes,
      signal: stop.signal,
      onProgress: ({ phase }) => {
        if (phase === 'probes') stop.abort()
      },
    })
    expect(report.seconds).toBeLessThan(30)
    expect(report.notEvaluated.map(entry => entry.notEvaluated).join()).toContain('time budget was spent')
  })

  it('uses other operations to set up what it was pointed at', async () => {
    const starting = startNotes({ ...strict, mayDelete: () => true })
    const report = await scanWith(probes[0] ?? strictProbe(), starting, {
      probes,
      only: ['DELETE /jottings/{jotting}'],
    })
    expect(report.findings.map(({ operation }) => operation?.method)).toEqual(['DELETE'])
    expect(report.ledger.map(({ operation }) => operation.method)).toEqual(['DELETE'])
    expect(report.notEvaluated.filter(({ card }) => card === 'control/happy-path')).toEqual([])
    expect((await starting).seen.some(({ method, target }) => method === 'POST' && target === '/pledges')).toBe(false)
  })

  it('tells whose credential was refused by everything', async () => {
    const stranger = { name: 'eve', credential: { kind: 'bearer', token: 'forged' } } as const
    const report = await scanWith(probes[0] ?? strictProbe(), startNotes(strict), {
      probes: [],
      actors: [ann, stranger],
    })
    expect(report.refusedActors).toEqual(['eve'])
    expect(report.callable).toBe(5)
  })

  it.each<[string, string, string, string | undefined, boolean]>([
    ['under the path of the URL', '/mounted', '/mounted/', '/v9', true],
    ['under the path of the contract’s server', '/v9', '', '/v9', true],
    ['at the bare origin when the contract’s path is nowhere', '', '', '/v9', true],
    ['nowhere when the path of the URL is wrong', '', '/wrong', undefined, false],
  ])('finds the API %s', async (_name, mounted, given, server, found) => {
    const starting = startMounted(mounted, server)
    const running = await starting
    const report = await scanApi({ exposure: running.exposure, url: new URL(given, running.url), probes: [] })
    await running.close()
    expect(report.ledger.map(entry => entry.happyPath)).toEqual([found])
    expect(report.base).not.toBe('')
  })

  it('gives the same findings for the same seed', async () => {
    const scan = async () =>
      (await scanWith(probes[0] ?? strictProbe(), startFeed({ total: 500, cap: 500 }), { probes })).findings.map(
        ({ id }) => id,
      )
    const first = await scan()
    expect(first.length).toBeGreaterThan(0)
    expect(await scan()).toEqual(first)
  })
})

function startMounted(mounted: string, server: string | undefined) {
  const servers = server === undefined ? {} : { servers: [{ url: server }] }
  const at = contractOf({ 'GET /clock': { security: [], ...servers, responses: answers({ type: 'object' }) } })
  return serve(at, {
    [`GET ${mounted}/clock`]: () => ({ status: 200, body: { now: 1 } }),
    'GET /clock-tower': () => notFound,
  })
}

function strictProbe(): never {
  throw new Error('there are probes')
}
