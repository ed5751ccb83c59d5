import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type LoadResult, runLoad } from './load.ts'

const shot = { bytes: Buffer.from('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'), status: 200, bodyLength: 2 }

async function loadOn(listener: RequestListener, most = 100_000): Promise<LoadResult> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a TCP port has an address with a port.
  const { port } = server.address() as AddressInfo
  const result = await runLoad(
    { port, shots: [shot], connections: 4, lead: 20, length: 200, most, silence: 400 },
    () => undefined,
  )
  await new Promise(resolve => server.close(resolve))
  return result
}

describe('runLoad', () => {
  it('counts what was answered right', async () => {
    let answered = 0
    const result = await loadOn((_, response) => {
      answered++
      response.setHeader('content-length', 2).end('ok')
    })
    expect(result.broken).toBeUndefined()
    expect(result.requests).toBeGreaterThan(0)
    expect(result.requests).toBeLessThanOrEqual(answered)
    expect(result.p50).toBeLessThanOrEqual(result.p99)
  })

  it('ends after as many requests as it was told', async () => {
    const result = await loadOn((_, response) => void response.setHeader('content-length', 2).end('ok'), 10)
    expect(result).toMatchObject({ requests: 10, broken: undefined })
    expect(result.milliseconds).toBeLessThan(200)
  })

  it('waits for an answer that is late, not wrong', async () => {
    const late: RequestListener = (_, response) => {
      setTimeout(() => response.setHeader('content-length', 2).end('ok'), 300)
    }
    const result = await loadOn(late)
    expect(result.broken).toBeUndefined()
    expect(result.milliseconds).toBeGreaterThan(200)
  })

  let seen = 0
  it.each<[string, RequestListener, RegExp]>([
    [
      'one wrong status among many right ones',
      (_, response) => {
        response.statusCode = ++seen === 20 ? 503 : 200
        response.setHeader('content-length', 2).end('ok')
      },
      /answered 503 where 200 is right/,
    ],
    [
      'an answer that is too short',
      (_, response) => void response.setHeader('content-length', 1).end('o'),
      /1 bytes where 2/,
    ],
    [
      'a connection that is not kept',
      (_, response) => {
        response.shouldKeepAlive = false
        response.setHeader('content-length', 2).end('ok')
      },
      /does not keep connections/,
    ],
    ['a connection that breaks', request => void request.socket.destroy(), /closed a connection|connection broke/],
    ['silence', () => undefined, /does not answer/],
  ])('calls a contestant with %s broken, not fast', async (_, listener, message) => {
    expect((await loadOn(listener)).broken).toMatch(message)
  })
})
