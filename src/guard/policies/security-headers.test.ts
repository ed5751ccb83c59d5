import { describe, expect, it, onTestFinished } from 'vitest'
import { type BenchOptions, guardBefore } from '../bench.fixture.ts'
import { authentication } from './authentication.ts'
import { securityHeaders } from './security-headers.ts'

const json = (properties: object) => ({
  200: { description: 'x', content: { 'application/json': { schema: { type: 'object', properties } } } },
})
const contract = {
  openapi: '3.0.3',
  info: { title: 'T', version: '1' },
  components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  paths: {
    '/news': { get: { security: [], responses: json({ headline: { type: 'string' } }) } },
    '/people': { get: { security: [], responses: json({ email: { type: 'string', format: 'email' } }) } },
    '/mine': { get: { security: [{ token: [] }], responses: json({ theme: { type: 'string' } }) } },
  },
}

async function ask(path: string, headers: Record<string, string> = {}, options: BenchOptions = {}) {
  const bench = await guardBefore(
    contract,
    (_request, response) => response.writeHead(200, { 'content-type': 'application/json', ...headers }).end('{}'),
    { use: [authentication, securityHeaders], ...options },
  )
  onTestFinished(() => bench.close())
  const response = await fetch(`${bench.url}${path}`, { headers: { authorization: 'Bearer a' } })
  return { headers: response.headers, event: bench.events[0] }
}

describe('security-headers', () => {
  it('API8-f, API8-o: passes every answer with the headers that keep browsers from misusing it', async () => {
    const { headers, event } = await ask('/news')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('strict-transport-security')).toBeNull()
    expect(event).toMatchObject({ decision: 'passed', reasons: [] })
  })

  it.each<readonly [string, string, Record<string, string>, string | null]>([
    ['passes news without a word on caches', '/news', {}, null],
    ['passes what the API says of news', '/news', { 'cache-control': 'public, max-age=60' }, 'public, max-age=60'],
    ['API8-f: refuses to have answers to a known caller stored', '/mine', {}, 'no-store'],
    ['API8-f: refuses to have personal data stored', '/people', {}, 'no-store'],
    [
      'passes what the API says to a known caller',
      '/mine',
      { 'cache-control': 'private, max-age=5' },
      'private, max-age=5',
    ],
    [
      'API8-f: refuses shared caches for personal data',
      '/people',
      { 'cache-control': 'public, max-age=60' },
      'no-store',
    ],
  ])('%s', async (_, path, headers, expected) => {
    expect((await ask(path, headers)).headers.get('cache-control')).toBe(expected)
  })

  it('keeps a content policy of the API', async () => {
    const { headers } = await ask('/news', { 'content-security-policy': "default-src 'self'" })
    expect(headers.get('content-security-policy')).toBe("default-src 'self'")
  })

  it('reports shared caches for personal data, and leaves them in alert mode', async () => {
    const { headers, event } = await ask('/people', { 'cache-control': 'public' }, { observe: true })
    expect(headers.get('cache-control')).toBe('public')
    expect(event?.reasons).toMatchObject([{ weakness: 'cacheable-sensitive-response', mode: 'alert' }])
  })
})
