import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, guardBefore } from '../bench.fixture.ts'
import { sendRaw, statusesOf } from '../raw.fixture.ts'
import { documentedOperations } from './documented-operations.ts'

const responses = { 200: { description: 'ok', content: { 'application/json': {} } } }
const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } }
const contract = {
  openapi: '3.1.0',
  info: { title: 'T', version: '1' },
  servers: [{ url: 'https://api.example/v2' }],
  paths: {
    '/things/{id}': { get: { parameters: [id], responses }, delete: { parameters: [id], responses } },
    '/admin': { get: { responses } },
    '/orders': { post: { responses } },
    '/own-head': { get: { responses }, head: { responses: { 200: { description: 'ok' } } } },
  },
}

let bench: Bench
beforeAll(async () => {
  bench = await guardBefore(contract, undefined, { use: [documentedOperations] })
})
afterAll(() => bench.close())
beforeEach(() => {
  bench.seen.length = 0
  bench.events.length = 0
})

describe('documented-operations', () => {
  it.each([
    ['GET', '/v2/things/1'],
    ['DELETE', '/v2/things/a%20b'],
    ['GET', '/v2/admin?x=1'],
  ])('passes %s %s', async (method, path) => {
    expect(
      statusesOf(await sendRaw(bench.port, `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)),
    ).toEqual([200])
    expect(bench.seen).toMatchObject([{ method, target: path }])
  })

  it.each<readonly [id: string, method: string, path: string, status: number, weakness: string]>([
    ['', 'GET', '/v1/things/1', 404, 'undocumented-operation'],
    ['', 'GET', '/v2/debug', 404, 'undocumented-operation'],
    ['', 'GET', '/v2/ADMIN', 404, 'undocumented-operation'],
    ['', 'GET', '/v2/admin/', 404, 'undocumented-operation'],
    ['API8-c (unneeded verbs): ', 'PUT', '/v2/things/1', 405, 'unrestricted-method'],
    ['API8-m (verbs are explicit, HEAD too): ', 'HEAD', '/v2/orders', 405, 'unrestricted-method'],
    ['API8-m (verbs are explicit, HEAD beside GET too): ', 'HEAD', '/v2/admin', 405, 'unrestricted-method'],
    ['API8-m (verbs are explicit, OPTIONS too): ', 'OPTIONS', '/v2/admin', 405, 'unrestricted-method'],
    ['', 'PROPFIND', '/v2/admin', 405, 'unrestricted-method'],
    ['', 'GET', '/v2/things/%2e%2e', 400, 'ambiguous-request'],
    ['', 'GET', '/v2/things/..%2fadmin', 400, 'ambiguous-request'],
    ['', 'GET', '/v2/%61dmin', 400, 'ambiguous-request'],
    ['', 'GET', '//v2/admin', 400, 'ambiguous-request'],
    ['', 'GET', '/v2/./admin', 400, 'ambiguous-request'],
    ['', 'GET', '/v2/things/1;a=b', 400, 'ambiguous-request'],
  ])('%srefuses %s %s', async (_, method, path, status, weakness) => {
    const text = await sendRaw(bench.port, `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    expect(statusesOf(text)).toEqual([status])
    expect(bench.seen).toEqual([])
    expect(bench.events).toMatchObject([{ status, decision: 'refused', reasons: [{ weakness, mode: 'block' }] }])
    if (status === 405) expect(text).toMatch(path.endsWith('1') ? /allow: GET, DELETE\r\n/ : /allow: (?:GET|POST)\r\n/)
  })

  it('answers HEAD as the GET without its body when told to, unless the contract has a HEAD of its own', async () => {
    const lenient = await guardBefore(contract, undefined, {
      use: [documentedOperations],
      policies: { 'documented-operations': { headAsGet: true } },
    })
    const head = (path: string) =>
      sendRaw(lenient.port, `HEAD ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    const text = await head('/v2/things/1')
    expect(statusesOf(text)).toEqual([200])
    expect(text).toMatch(/content-length: 11\r\n/i)
    expect(text.endsWith('\r\n\r\n')).toBe(true)
    expect(statusesOf(await head('/v2/own-head'))).toEqual([200])
    expect(statusesOf(await head('/v2/unknown'))).toEqual([404])
    expect(lenient.seen.map(({ method }) => method)).toEqual(['GET', 'HEAD'])
    expect(lenient.events).toMatchObject([
      { method: 'HEAD', operation: { method: 'GET' }, reasons: [], decision: 'passed', bytesOut: 0 },
      { method: 'HEAD', operation: { method: 'HEAD' }, reasons: [] },
      { method: 'HEAD', reasons: [{ weakness: 'undocumented-operation' }] },
    ])
    expect(await sendRaw(lenient.port, 'PUT /v2/admin HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(
      /allow: GET, HEAD\r\n/,
    )
    await lenient.close()
  })

  it('only reports in alert mode, and passes what it does not know as it came', async () => {
    const observing = await guardBefore(contract, undefined, { use: [documentedOperations], observe: true })
    const paths = ['/v2/debug?token=secret', '/v2/%61dmin', '/other']
    for (const path of paths) {
      expect(
        statusesOf(await sendRaw(observing.port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)),
      ).toEqual([200])
    }
    expect(observing.seen.map(seen => seen.target)).toEqual(paths)
    expect(observing.events).toMatchObject([
      { decision: 'alerted', path: '/v2/debug', reasons: [{ weakness: 'undocumented-operation', mode: 'alert' }] },
      { decision: 'alerted', reasons: [{ weakness: 'ambiguous-request', mode: 'alert' }] },
      { decision: 'alerted', path: '/other' },
    ])
    await observing.close()
  })
})
