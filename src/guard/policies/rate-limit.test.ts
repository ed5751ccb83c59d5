import { describe, expect, it, onTestFinished } from 'vitest'
import { FrozenClock } from '../../core/clock.ts'
import { type BenchOptions, exposureOf, guardBefore } from '../bench.fixture.ts'
import { authentication } from './authentication.ts'
import { rateLimit } from './rate-limit.ts'

const responses = { 200: { description: 'ok' } }
const login = {
  required: true,
  content: {
    'application/json': {
      schema: {
        type: 'object',
        properties: { user: { type: 'string' }, users: { type: 'array', items: { type: 'string' } } },
      },
    },
  },
}
const contract = {
  openapi: '3.0.3',
  info: { title: 'T', version: '1' },
  components: {
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer' },
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
    },
  },
  paths: {
    '/free': { get: { security: [], responses } },
    '/mine': { get: { security: [{ token: [] }], responses } },
    '/key': { get: { security: [{ key: [] }], responses } },
    '/sign-in': { post: { security: [], 'x-rugged': { flow: 'login' }, requestBody: login, responses } },
    '/code': {
      post: {
        security: [],
        'x-rugged': { limits: [{ per: 'target', target: '/user', rate: '3/15m' }] },
        requestBody: login,
        responses,
      },
    },
    '/batch': {
      post: {
        security: [],
        'x-rugged': { limits: [{ per: 'target', target: '/users', rate: '3/15m' }] },
        requestBody: login,
        responses,
      },
    },
    '/parcels/{code}': {
      get: {
        security: [],
        'x-rugged': { limits: [{ per: 'target', target: 'code', rate: '2/1m' }] },
        parameters: [{ name: 'code', in: 'path', required: true, schema: { type: 'string' } }],
        responses,
      },
    },
    '/report': {
      get: {
        security: [{ token: [] }],
        'x-rugged': { limits: [{ per: 'subject', rate: '10/1m', cost: 5 }] },
        responses,
      },
    },
    '/all': { get: { security: [], 'x-rugged': { limits: [{ per: 'operation', rate: '4/1m' }] }, responses } },
    '/near': {
      get: { security: [], 'x-rugged': { limits: [{ per: 'address', rate: '1000/1m', burst: 300 }] }, responses },
    },
  },
}

async function bench(options: BenchOptions = {}) {
  const clock = new FrozenClock(Date.UTC(2026, 0, 1))
  const started = await guardBefore(contract, undefined, {
    use: [rateLimit, authentication],
    trustedHops: 1,
    clock,
    ...options,
  })
  onTestFinished(() => started.close())
  const from = (address: string, path: string, init: RequestInit = {}) =>
    fetch(`${started.url}${path}`, {
      ...init,
      headers: { 'x-forwarded-for': address, 'content-type': 'application/json', ...init.headers },
    })
  const post = (address: string, path: string, body: object) =>
    from(address, path, { method: 'POST', body: JSON.stringify(body) })
  return { ...started, clock, from, post }
}

async function statuses(count: number, call: (index: number) => Promise<Response>): Promise<Record<number, number>> {
  const found: Record<number, number> = {}
  const all = await Promise.all(Array.from({ length: count }, (_, index) => call(index)))
  for (const { status } of all) found[status] = (found[status] ?? 0) + 1
  return found
}

describe('rate-limit', () => {
  it('API4-k: passes a burst of a network, then refuses, and passes again in time', async () => {
    const { from, clock, events } = await bench()
    expect(await statuses(205, () => from('192.0.2.1', '/free'))).toEqual({ 200: 200, 429: 5 })
    expect(events.at(-1)?.reasons).toEqual([
      { card: 'policy/rate-limit', weakness: 'missing-rate-limit', mode: 'block' },
    ])
    expect((await from('192.0.2.2', '/free')).status).toBe(200)
    const refused = await from('192.0.2.1', '/free')
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.headers.get('ratelimit')).toBe('"network";r=0;t=1')
    expect(refused.headers.get('ratelimit-policy')).toBe('"network";q=200;w=20')
    clock.advance(1_000)
    expect(await statuses(15, () => from('192.0.2.1', '/free'))).toEqual({ 200: 10, 429: 5 })
  })

  it('API4-k: counts an IPv6 network once, whatever address of it is used', async () => {
    const { from } = await bench({ policies: { 'rate-limit': { network: '10/1m' } } })
    expect(await statuses(15, index => from(`2001:db8::${index}`, '/free'))).toEqual({ 200: 10, 429: 5 })
    expect((await from('2001:db8:0:1::1', '/free')).status).toBe(200)
  })

  it('believes no address that the client made up', async () => {
    const { from } = await bench({ trustedHops: 0, policies: { 'rate-limit': { network: '10/1m' } } })
    expect(await statuses(15, index => from(`192.0.2.${index}`, '/free'))).toEqual({ 200: 10, 429: 5 })
  })

  it('limits a presented credential from anywhere, before it is looked at', async () => {
    const { from } = await bench({ policies: { 'rate-limit': { credential: '10/1m' } } })
    const headers = { authorization: 'Bearer stolen' }
    expect(await statuses(15, index => from(`192.0.2.${index}`, '/mine', { headers }))).toEqual({ 200: 10, 429: 5 })
    expect(await statuses(15, index => from(`192.0.2.${index}`, '/key', { headers: { 'x-key': 'k' } }))).toEqual({
      200: 10,
      429: 5,
    })
    expect((await from('192.0.2.1', '/mine', { headers: { authorization: 'Bearer other' } })).status).toBe(200)
  })

  it('API2-c, API4-m: refuses more guesses at one account, from however many addresses and in whatever spelling', async () => {
    const { post, clock, events } = await bench()
    const spellings = ['Wanda', 'wanda ', 'WANDA', ' ｗａｎｄａ', 'w\u200banda', 'w\u00e1nda', 'wanda\u0301']
    const found = await statuses(50, index =>
      post(`198.51.100.${index}`, '/code', { user: spellings[index % spellings.length] }),
    )
    expect(found).toEqual({ 200: 3, 429: 47 })
    expect(events.at(-1)?.reasons).toMatchObject([{ weakness: 'missing-target-limit' }])
    expect(JSON.stringify(events).toLowerCase().includes('wanda')).toBe(false)
    expect((await post('198.51.100.1', '/code', { user: 'bob' })).status).toBe(200)
    clock.advance(5 * 60_000)
    expect(await statuses(3, index => post(`198.51.100.${index}`, '/code', { user: 'wanda' }))).toEqual({
      200: 1,
      429: 2,
    })
  })

  it('counts every target of a batch, and a parameter as well as a property', async () => {
    const { post, from } = await bench()
    expect((await post('192.0.2.1', '/batch', { users: ['ada', 'bob', 'cy'] })).status).toBe(200)
    expect((await post('192.0.2.2', '/batch', { users: ['ada', 'bob'] })).status).toBe(200)
    expect((await post('192.0.2.3', '/batch', { users: ['bob'] })).status).toBe(200)
    expect((await post('192.0.2.4', '/batch', { users: ['dan', 'BOB'] })).status).toBe(429)
    expect(await statuses(3, index => from(`192.0.2.${index}`, '/parcels/X1'))).toEqual({ 200: 2, 429: 1 })
    expect((await from('192.0.2.1', '/parcels/X2')).status).toBe(200)
  })

  it('API2-q, API2-u: is stricter with sign-in and recovery than with anything else', async () => {
    const { post, events } = await bench()
    expect(await statuses(25, index => post('192.0.2.1', '/sign-in', { user: `u${index}` }))).toEqual({
      200: 20,
      429: 5,
    })
    expect(events.at(-1)?.reasons).toMatchObject([{ weakness: 'credential-stuffing' }])
  })

  it('API4-l: takes the limits of each operation from the overlay, costs included', async () => {
    const { from } = await bench()
    const headers = { authorization: 'Bearer a' }
    expect(await statuses(4, index => from(`192.0.2.${index}`, '/report', { headers }))).toEqual({ 200: 2, 429: 2 })
    expect((await from('192.0.2.9', '/report', { headers: { authorization: 'Bearer b' } })).status).toBe(200)
    expect(await statuses(6, index => from(`192.0.2.${index}`, '/all'))).toEqual({ 200: 4, 429: 2 })
    expect(await statuses(310, () => from('192.0.2.1', '/near'))).toEqual({ 200: 300, 429: 10 })
  })

  it('forgives nobody when the contract is reloaded', async () => {
    const { post, guard } = await bench()
    expect(await statuses(3, index => post(`192.0.2.${index}`, '/code', { user: 'ada' }))).toEqual({ 200: 3 })
    guard.reload(exposureOf(contract))
    expect((await post('192.0.2.9', '/code', { user: 'ada' })).status).toBe(429)
  })

  it('only reports in alert mode', async () => {
    const { from, events } = await bench({ observe: true, policies: { 'rate-limit': { network: '2/1m' } } })
    expect(await statuses(4, () => from('192.0.2.1', '/free'))).toEqual({ 200: 4 })
    expect(events.filter(event => event.decision === 'alerted')).toHaveLength(2)
  })

  it.each([{ netwrk: false }, { network: 'often' }, { network: '0/1m' }, { credential: { rate: '5/1m', burst: -1 } }])(
    'refuses the options %j with the way out',
    async options => {
      await expect(guardBefore(contract, undefined, { policies: { 'rate-limit': options } })).rejects.toThrow(
        /rate-limit/,
      )
    },
  )
})
