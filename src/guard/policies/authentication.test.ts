import { createHmac } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../core/clock.ts'
import { createAuthenticator } from '../../identity/create-authenticator.ts'
import { createPseudonym } from '../../identity/pseudonym.ts'
import { type Bench, guardBefore } from '../bench.fixture.ts'
import { authentication } from './authentication.ts'

const responses = { 200: { description: 'ok' } }
const contract = {
  openapi: '3.0.3',
  info: { title: 'T', version: '1' },
  components: {
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer' },
      oauth: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'https://x.example', scopes: { admin: '' } } } },
    },
  },
  paths: {
    '/mine': { get: { security: [{ token: [] }], responses } },
    '/admin': { get: { security: [{ oauth: ['admin'] }], responses } },
    '/open': { get: { security: [], responses } },
    '/silent': { get: { responses } },
  },
}

const issuer = 'https://issuer.example'
const audience = 'https://api.example'
const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
const foreign = await generateKeyPair('ES256')
const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }
const pseudonym = createPseudonym('secret')
const authenticator = createAuthenticator({
  clock: systemClock,
  pseudonym,
  issuers: [{ issuer, audience, jwks: { keys: [jwk] }, algorithms: ['ES256'] }],
})

const now = Math.floor(Date.now() / 1000)

function sign(claims: Record<string, unknown> = {}, key: CryptoKey = privateKey): Promise<string> {
  const payload = { iss: issuer, aud: audience, sub: 'ada', exp: now + 600, ...claims }
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(key)
}

function forge(header: object, secret?: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${part(header)}.${part({ iss: issuer, aud: audience, sub: 'ada', exp: now + 600 })}`
  return `${input}.${secret === undefined ? '' : createHmac('sha256', secret).update(input).digest('base64url')}`
}

let bench: Bench
beforeAll(async () => {
  bench = await guardBefore(contract, undefined, { use: [authentication], authenticator })
})
afterAll(() => bench.close())
beforeEach(() => {
  bench.seen.length = 0
  bench.events.length = 0
})

describe('authentication', () => {
  it.each<readonly [string, string, () => Promise<string> | undefined]>([
    ['a verified token', '/mine', () => sign()],
    ['a token with the scope', '/admin', () => sign({ scope: 'read admin' })],
    ['nobody in particular where all may call', '/open', () => undefined],
    ['a bad token where all may call', '/open', async () => forge({ alg: 'none' })],
    ['anybody where the contract says nothing', '/silent', () => undefined],
  ])('passes %s', async (_, path, make) => {
    const token = await make()
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
    expect((await fetch(`${bench.url}${path}`, { headers })).status).toBe(200)
    expect(bench.seen).toHaveLength(1)
    expect(bench.seen[0]?.headers.authorization).toBe(headers['authorization'])
  })

  it.each<readonly [string, string, () => Promise<string | undefined>, number, string]>([
    ['API2-l: a call without a credential', '/mine', async () => undefined, 401, 'missing-authentication'],
    ['an opaque text', '/mine', async () => 'abc', 401, 'broken-token-verification'],
    [
      'API2-g: a token of another signer',
      '/mine',
      () => sign({}, foreign.privateKey),
      401,
      'broken-token-verification',
    ],
    [
      'API2-g: a token of another issuer',
      '/mine',
      () => sign({ iss: 'https://evil.example' }),
      401,
      'broken-token-verification',
    ],
    [
      'API2-g: a token for another audience',
      '/mine',
      () => sign({ aud: 'https://x.example' }),
      401,
      'broken-token-verification',
    ],
    ['API2-h: an unsigned token', '/mine', async () => forge({ alg: 'none' }), 401, 'weak-token-signature'],
    [
      'API2-h: the public key as a secret',
      '/mine',
      async () => forge({ alg: 'HS256', kid: 'k' }, JSON.stringify(jwk)),
      401,
      'weak-token-signature',
    ],
    ['API2-i: an expired token', '/mine', () => sign({ exp: now - 60 }), 401, 'token-without-expiry'],
    ['API2-i: a token without expiry', '/mine', () => sign({ exp: undefined }), 401, 'token-without-expiry'],
    ['a token without the scope', '/admin', () => sign({ scope: 'read' }), 403, 'broken-function-level-authorization'],
  ])('refuses %s', async (_, path, make, status, weakness) => {
    const token = await make()
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const response = await fetch(`${bench.url}${path}`, { headers })
    expect(response.status).toBe(status)
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm="api"/)
    const text = await response.text()
    expect(text).not.toMatch(/exp|iss|aud|alg|signature/)
    expect(bench.seen).toEqual([])
    expect(bench.events).toMatchObject([
      {
        decision: 'refused',
        caller: { kind: 'anonymous', id: '127.0.0.1' },
        reasons: [{ card: 'policy/authentication', weakness }],
      },
    ])
  })

  it('API2-e: refuses a token in the URL', async () => {
    const response = await fetch(`${bench.url}/open?access_token=abc`)
    expect(response.status).toBe(400)
    expect(bench.seen).toEqual([])
    expect(bench.events[0]?.reasons).toMatchObject([{ weakness: 'credential-in-url' }])
    expect(JSON.stringify(bench.events)).not.toContain('abc')
  })

  it('names the caller in the event by a hash, and shows no token', async () => {
    const token = await sign()
    await fetch(`${bench.url}/mine`, { headers: { authorization: `Bearer ${token}` } })
    expect(bench.events).toMatchObject([{ caller: { kind: 'subject', id: pseudonym('subject', `${issuer}\nada`) } }])
    expect(JSON.stringify(bench.events)).not.toContain('ada')
  })
})
