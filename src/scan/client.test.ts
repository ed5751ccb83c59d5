import { createServer, type RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../core/clock.ts'
import { Budget } from './budget.ts'
import { Client } from './client.ts'

async function withClient<T>(listener: RequestListener, use: (client: Client) => Promise<T>): Promise<T> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  const budget = new Budget({ clock: systemClock, timeLimit: 20_000, requestLimit: 50 })
  const client = new Client({
    origin,
    scanId: 'scan-1',
    budget,
    clock: systemClock,
    concurrency: 4,
    requestTimeout: 400,
  })
  try {
    return await use(client)
  } finally {
    await client.close()
    server.closeAllConnections()
    server.close()
  }
}

const get = { method: 'GET', path: '/', headers: { accept: '*/*' } }

describe('the client', () => {
  it('says which scan it belongs to, and takes JSON apart', async () => {
    const answer = await withClient(
      (request, response) =>
        void response.setHeader('content-type', 'application/json').end(JSON.stringify(request.headers)),
      client => client.send(get),
    )
    expect(answer).toMatchObject({ status: 200, mediaType: 'application/json', truncated: false })
    expect(answer.value).toMatchObject({ 'x-rugged-scan': 'scan-1', 'user-agent': expect.stringContaining('rugged') })
  })

  it('never follows a redirect', async () => {
    const paths: unknown[] = []
    const answer = await withClient(
      (request, response) => {
        paths.push(request.url)
        response.writeHead(302, { location: '/elsewhere' }).end()
      },
      client => client.send(get),
    )
    expect([answer.status, paths]).toEqual([302, ['/']])
  })

  it('waits when there were too many requests, unless that is what is looked for', async () => {
    let count = 0
    const answer =
      (limit: number): RequestListener =>
      (_, response) => {
        count += 1
        response.writeHead(count > limit ? 200 : 429, { 'retry-after': '0' }).end('{}')
      }
    expect((await withClient(answer(2), client => client.send(get))).status).toBe(200)
    count = 0
    expect((await withClient(answer(2), client => client.send(get, { patient: false }))).status).toBe(429)
  })

  it.each<[string, RequestListener, string]>([
    ['a time-out', () => undefined, 'timeout'],
    ['a reset', request => void request.socket.destroy(), 'reset'],
    [
      'half an answer',
      (_, response) => void response.writeHead(200, { 'content-length': '9' }).write('x', () => response.destroy()),
      'reset',
    ],
  ])('gives %s as a value', async (_name, listener, failure) => {
    expect(await withClient(listener, client => client.send(get))).toMatchObject({ status: 0, failure })
  })

  it('stops reading at its cap', async () => {
    const block = Buffer.alloc(1024 * 1024, ' ')
    const answer = await withClient(
      (_, response) => {
        const pour = () => void (response.destroyed ? undefined : response.write(block, () => setImmediate(pour)))
        pour()
      },
      client => client.send(get),
    )
    expect(answer).toMatchObject({ status: 200, truncated: true, value: undefined })
    expect(answer.text.length).toBeLessThanOrEqual(8 * 1024 * 1024)
  })

  it('gives what cannot be written as HTTP as a value', async () => {
    const answer = await withClient(
      (_, response) => void response.end(),
      client => client.send({ ...get, headers: { 'bad header': 'x' } }),
    )
    expect(answer).toMatchObject({ status: 0, failure: 'unsendable' })
  })

  it('sends nothing when the budget is spent', async () => {
    let count = 0
    const failures = await withClient(
      (_, response) => {
        count += 1
        response.end()
      },
      async client => {
        const answers = await Promise.all(Array.from({ length: 60 }, () => client.send(get)))
        return answers.filter(({ failure }) => failure === 'budget').length
      },
    )
    expect([count, failures]).toEqual([50, 10])
  })
})
