import { createHash, createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { exportJWK, exportSPKI, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { parseContract } from '../contract/load.ts'
import { FrozenClock } from '../core/clock.ts'
import { exposeContract, type OperationExposure } from '../exposure/exposure.ts'
import type { Authentication } from './authenticator.ts'
import { type AuthenticatorOptions, createAuthenticator } from './create-authenticator.ts'
import { createPseudonym } from './pseudonym.ts'

const start = Date.UTC(2026, 0, 1)
const seconds = start / 1000
const issuer = 'https://issuer.example'
const audience = 'https://api.example'

const contract = {
  openapi: '3.0.3',
  info: { title: 'T', version: '1' },
  components: {
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer' },
      oauth: {
        type: 'oauth2',
        flows: { clientCredentials: { tokenUrl: 'https://x.example', scopes: { read: '', write: '' } } },
      },
      header: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
      query: { type: 'apiKey', in: 'query', name: 'key' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
      basic: { type: 'http', scheme: 'basic' },
      mutual: { type: 'mutualTLS' },
    },
  },
  paths: Object.fromEntries(
    Object.entries({
      token: [{ token: [] }],
      write: [{ oauth: ['write'] }],
      header: [{ header: [] }],
      query: [{ query: [] }],
      cookie: [{ cookie: [] }],
      basic: [{ basic: [] }],
      mutual: [{ mutual: [] }],
      unknown: [{ nowhere: [] }],
      both: [{ token: [], header: [] }],
      either: [{ header: [] }, { token: [] }],
      optional: [{}, { token: [] }],
      public: [],
      silent: undefined,
    }).map(([name, security]) => [
      `/${name}`,
      { get: { ...(security === undefined ? {} : { security }), responses: { 200: { description: 'ok' } } } },
    ]),
  ),
}

const api = exposeContract(parseContract({ contract: { file: 'openapi.json', text: JSON.stringify(contract) } }))

function operation(name: string): OperationExposure {
  const found = api.operations.find(row => row.operation.path === `/${name}`)
  if (found === undefined) throw new Error(name)
  return found
}

const es256 = await generateKeyPair('ES256', { extractable: true })
const other = await generateKeyPair('ES256')
const publicJwk = { ...(await exportJWK(es256.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
const jwks = { keys: [publicJwk] }

interface TokenOptions {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Partial<JWTHeaderParameters>
  readonly key?: CryptoKey | Uint8Array
  readonly without?: readonly string[]
}

async function token({ claims = {}, header = {}, key = es256.privateKey, without = [] }: TokenOptions = {}) {
  const payload: Record<string, unknown> = {
    iss: issuer,
    aud: audience,
    sub: 'ada',
    exp: seconds + 300,
    iat: seconds,
    scope: 'read',
    ...claims,
  }
  for (const name of without) delete payload[name]
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'one', typ: 'at+jwt', ...header }).sign(key)
}

function unsigned(header: object, claims: object = {}, signature = ''): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const payload = { iss: issuer, aud: audience, sub: 'ada', exp: seconds + 300, ...claims }
  return `${part(header)}.${part(payload)}.${signature}`
}

const clock = new FrozenClock(start)
const pseudonym = createPseudonym('a secret for tests')
const withIssuer: Partial<AuthenticatorOptions> = { issuers: [{ issuer, audience, jwks, algorithms: ['ES256'] }] }

function authenticator(options: Partial<AuthenticatorOptions> = withIssuer) {
  return createAuthenticator({ clock, pseudonym, ...options })
}

async function present(
  name: string,
  headers: Record<string, string>,
  options?: Partial<AuthenticatorOptions>,
  query = '',
) {
  return authenticator(options).authenticate(operation(name), { headers, query })
}

const bearer = (value: string) => ({ authorization: `Bearer ${value}` })

function kindOf(result: Authentication): string {
  return 'caller' in result ? result.caller.kind : result.failure.kind
}

describe('tokens of an issuer', () => {
  it('gives the subject with its claims, scopes and roles', async () => {
    const issuers = [{ issuer, audience, jwks, algorithms: ['ES256'], rolesClaim: 'realm_access.roles' }]
    const result = await present(
      'token',
      bearer(await token({ claims: { realm_access: { roles: ['admin', 'user'] } } })),
      { issuers },
    )
    expect(result).toMatchObject({
      caller: {
        kind: 'subject',
        subject: 'ada',
        issuer,
        scopes: ['read'],
        roles: ['admin', 'user'],
        claims: { sub: 'ada' },
      },
    })
    expect('caller' in result && 'id' in result.caller && result.caller.id).not.toContain('ada')
  })

  it.each<readonly [string, () => Promise<string>, string]>([
    ['of another signer', () => token({ key: other.privateKey }), 'unverified'],
    ['of another issuer', () => token({ claims: { iss: 'https://evil.example' } }), 'unverified'],
    ['of an issuer that is nearly ours', () => token({ claims: { iss: `${issuer}/` } }), 'unverified'],
    ['for another audience', () => token({ claims: { aud: 'https://other.example' } }), 'unverified'],
    ['without an audience', () => token({ without: ['aud'] }), 'unverified'],
    ['without an expiry', () => token({ without: ['exp'] }), 'no-expiry'],
    ['without a subject', () => token({ without: ['sub'] }), 'unverified'],
    ['with an empty subject', () => token({ claims: { sub: '' } }), 'malformed'],
    ['that has expired', () => token({ claims: { exp: seconds - 6 } }), 'expired'],
    ['that is not valid yet', () => token({ claims: { nbf: seconds + 6 } }), 'unverified'],
    ['of another kind', () => token({ header: { typ: 'dpop+jwt' } }), 'unverified'],
    ['that is an id token of another type', () => token({ header: { typ: 'logout+jwt' } }), 'unverified'],
    ['with an unknown kid', () => token({ header: { kid: 'two' } }), 'unverified'],
    ['that is not signed', async () => unsigned({ alg: 'none' }), 'weak-signature'],
    ['that is not signed, shouted', async () => unsigned({ alg: 'NONE' }), 'weak-signature'],
    ['whose signature was cut off', async () => (await token()).replace(/[^.]*$/, ''), 'unverified'],
    [
      'with a key of its own',
      async () => token({ key: other.privateKey, header: { jwk: await exportJWK(other.publicKey) } }),
      'unverified',
    ],
    [
      'with the address of a key of its own',
      () => token({ key: other.privateKey, header: { jku: 'http://127.0.0.1:1/' } }),
      'unverified',
    ],
    [
      'with something critical',
      async () => unsigned({ alg: 'ES256', kid: 'one', crit: ['b64'], b64: false }, {}, 'AAAA'),
      'unverified',
    ],
    ['that is no JWT', async () => 'abc.def', 'malformed'],
    ['that is an encrypted JWT', async () => 'a.b.c.d.e', 'malformed'],
    ['of ten kilobytes', async () => `${'a'.repeat(5000)}.${'a'.repeat(5000)}.a`, 'malformed'],
    ['of garbage', async () => '****.e30.x', 'unverified'],
  ])('refuses a token %s', async (name, make, flaw) => {
    const text = await make()
    const result = await present('token', bearer(text))
    expect(kindOf(result), name).toBe('invalid')
    // A text that is no b64token never reaches the verifier.
    expect(result).toMatchObject({ failure: { flaw } })
  })

  it('refuses the public key as a shared secret', async () => {
    const body = unsigned({ alg: 'HS256', kid: 'one', typ: 'JWT' }).slice(0, -1)
    for (const secret of [await exportSPKI(es256.publicKey), JSON.stringify(publicJwk)]) {
      const forged = `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
      expect(await present('token', bearer(forged))).toMatchObject({ failure: { flaw: 'weak-signature' } })
      const issuers = [{ issuer, audience, jwks, algorithms: ['ES256', 'HS256'] }]
      expect(kindOf(await present('token', bearer(forged), { issuers }))).toBe('invalid')
    }
  })

  it('takes a shared secret of enough bits and refuses to start with a short one', async () => {
    const secret = new Uint8Array(32).fill(7)
    const k = Buffer.from(secret).toString('base64url')
    const set = (length: number) => ({ keys: [{ kty: 'oct', k: k.slice(0, length), kid: 'one' }] })
    const issuers = [{ issuer, audience, jwks: set(43), algorithms: ['HS256'] }]
    expect(
      kindOf(await present('token', bearer(await token({ key: secret, header: { alg: 'HS256' } })), { issuers })),
    ).toBe('subject')
    expect(() => authenticator({ issuers: [{ issuer, audience, jwks: set(20), algorithms: ['HS256'] }] })).toThrow(
      'no key',
    )
    expect(() => authenticator({ issuers: [{ issuer, audience, jwks, algorithms: ['none'] }] })).toThrow(
      'needs algorithms',
    )
  })

  it('checks expiry again at each hit of its memory, and answers a known token at once', async () => {
    const moving = new FrozenClock(start)
    const known = authenticator({ ...withIssuer, clock: moving })
    const credentials = { headers: bearer(await token({ claims: { exp: seconds + 60 } })), query: '' }
    expect(kindOf(await known.authenticate(operation('token'), credentials))).toBe('subject')
    const again = known.authenticate(operation('token'), credentials)
    expect(again).not.toBeInstanceOf(Promise)
    expect(kindOf(await again)).toBe('subject')
    moving.advance(66_000)
    expect(await known.authenticate(operation('token'), credentials)).toMatchObject({ failure: { flaw: 'expired' } })
  })

  it('refuses scopes that the token does not hold', async () => {
    expect(await present('write', bearer(await token()))).toEqual({
      failure: { kind: 'insufficient-scope', scopes: ['write'] },
    })
    expect(kindOf(await present('write', bearer(await token({ claims: { scope: 'read write' } }))))).toBe('subject')
    expect(
      kindOf(await present('write', bearer(await token({ claims: { scp: ['write'] }, without: ['scope'] })))),
    ).toBe('subject')
  })
})

describe('keys behind a URL', () => {
  it('fetches once for many, follows a rotation, outlives an outage and does not turn on the issuer', async () => {
    let fetched = 0
    let keys: object[] = []
    let status = 200
    const server = createServer((_, response) => {
      fetched++
      response.writeHead(status).end(JSON.stringify({ keys }))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/jwks`
    const moving = new FrozenClock(start)
    const issuers = [{ issuer, audience, jwks: url, algorithms: ['ES256'] }]
    const remote = createAuthenticator({ clock: moving, pseudonym, issuers })
    const ask = async (options: TokenOptions = {}) =>
      kindOf(await remote.authenticate(operation('token'), { headers: bearer(await token(options)), query: '' }))

    keys = [publicJwk]
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['subject', 'subject', 'subject'])
    expect(fetched).toBe(1)
    for (let index = 0; index < 20; index++) expect(await ask({ header: { kid: `made-up-${index}` } })).toBe('invalid')
    expect(fetched).toBe(1)
    moving.advance(6_000)
    keys = [{ ...(await exportJWK(other.publicKey)), kid: 'two', alg: 'ES256' }]
    expect(await ask({ header: { kid: 'two' }, key: other.privateKey })).toBe('subject')
    expect(fetched).toBe(2)
    // The key that was withdrawn is out, also for a token that was verified before.
    expect(await ask()).toBe('invalid')
    status = 500
    moving.advance(11 * 60_000)
    const lasting = { claims: { exp: seconds + 3_600 }, header: { kid: 'two' }, key: other.privateKey }
    expect(await ask(lasting)).toBe('subject')
  })

  it.each(['http://keys.example/jwks', 'ftp://keys.example/jwks'])('refuses to fetch keys from %s', url => {
    expect(() => authenticator({ issuers: [{ issuer, audience, jwks: url, algorithms: ['ES256'] }] })).toThrow(
      'could be replaced',
    )
  })

  it('names the file that cannot be read', () => {
    expect(() =>
      authenticator({ issuers: [{ issuer, audience, jwks: '/nowhere/keys.json', algorithms: ['ES256'] }] }),
    ).toThrow('/nowhere/keys.json')
  })
})

describe('without an issuer', () => {
  it('asks that a credential is there and well-formed', async () => {
    expect(kindOf(await present('token', bearer('opaque-1'), {}))).toBe('credential')
    for (const headers of [{}, { authorization: 'Basic abc' }])
      expect(kindOf(await present('token', headers, {}))).toBe('missing')
    for (const value of ['', 'a b', 'a,b', 'ü', '"a"']) {
      expect(kindOf(await present('token', { authorization: `Bearer ${value}` }, {})), value).toBe('invalid')
    }
    expect(kindOf(await present('basic', { authorization: 'basic dTpw' }, {}))).toBe('credential')
  })

  it('names a caller by its credential, without showing it', async () => {
    const [a, b, c] = await Promise.all(['one', 'one', 'two'].map(value => present('token', bearer(value), {})))
    expect(a).toEqual(b)
    expect(a).not.toEqual(c)
    expect(JSON.stringify(a)).not.toContain('one')
  })

  it('refuses Authorization twice', async () => {
    const credentials = {
      headers: bearer('a'),
      rawHeaders: ['Authorization', 'Bearer a', 'authorization', 'Bearer b'],
      query: '',
    }
    expect(kindOf(await authenticator({}).authenticate(operation('token'), credentials))).toBe('invalid')
  })
})

describe('keys', () => {
  const hash = `sha256:${createHash('sha256').update('k-1').digest('hex')}`
  const keys = [{ name: 'partner', hash, scopes: ['read'] }]

  it.each([
    ['header', { 'x-api-key': 'k-1' }, ''],
    ['query', {}, 'key=k-1'],
    ['cookie', { cookie: 'a=b; sid=k-1' }, ''],
  ])('takes a key in the %s', async (name, headers, query) => {
    expect(await present(name, headers, { keys }, query)).toMatchObject({
      caller: { kind: 'key', name: 'partner', scopes: ['read'] },
    })
    expect(kindOf(await present(name, headers, {}, query))).toBe('credential')
    expect(kindOf(await present(name, {}, { keys }))).toBe('missing')
  })

  it('refuses an unknown key and one that stands twice', async () => {
    expect(kindOf(await present('header', { 'x-api-key': 'k-2' }, { keys }))).toBe('invalid')
    expect(kindOf(await present('query', {}, { keys }, 'key=k-1&key=k-1'))).toBe('invalid')
    expect(kindOf(await present('cookie', { cookie: 'sid=k-1; sid=k-2' }, { keys }))).toBe('invalid')
  })

  it('refuses to start with what is no hash', () => {
    expect(() => authenticator({ keys: [{ name: 'a', hash: 'k-1' }] })).toThrow('not understood')
  })
})

describe('alternatives', () => {
  let good: string
  beforeAll(async () => {
    good = await token()
  })

  it('needs all requirements of one alternative, and the user stands before the application', async () => {
    const both = { ...bearer(good), 'x-api-key': 'k' }
    expect(kindOf(await present('both', both))).toBe('subject')
    expect(kindOf(await present('both', bearer(good)))).toBe('missing')
    expect(kindOf(await present('both', { 'x-api-key': 'k' }))).toBe('missing')
    expect(kindOf(await present('either', bearer(good)))).toBe('subject')
    expect(kindOf(await present('either', { 'x-api-key': 'k' }))).toBe('credential')
  })

  it('lets nobody in by a scheme that cannot be checked', async () => {
    for (const name of ['mutual', 'unknown']) expect(kindOf(await present(name, bearer(good)))).toBe('invalid')
  })

  it.each(['optional', 'public', 'silent'])(
    'knows who comes with a good token where it is %s, and ignores a bad one',
    async name => {
      expect(kindOf(await present(name, bearer(good)))).toBe('subject')
      expect(kindOf(await present(name, {}))).toBe('anonymous')
      expect(kindOf(await present(name, bearer(unsigned({ alg: 'none' }))))).toBe('anonymous')
    },
  )

  it('makes nobody known by a token that no one can verify', async () => {
    for (const name of ['public', 'silent'])
      expect(kindOf(await present(name, bearer('made-up'), {}))).toBe('anonymous')
  })
})

describe('challenges', () => {
  const challenge = (name: string, kind: 'missing' | 'invalid' | 'insufficient-scope') => {
    const failure =
      kind === 'invalid'
        ? ({ kind, flaw: 'expired', log: 'x' } as const)
        : kind === 'missing'
          ? { kind }
          : { kind, scopes: ['a', 'b"c'] }
    return authenticator().challenge(operation(name), failure)
  }

  it('fit the operation and the failure', () => {
    expect(challenge('token', 'missing')).toBe('Bearer realm="api"')
    expect(challenge('token', 'invalid')).toBe('Bearer realm="api", error="invalid_token"')
    expect(challenge('write', 'insufficient-scope')).toBe('Bearer realm="api", error="insufficient_scope", scope="a"')
    expect(challenge('basic', 'missing')).toBe('Basic realm="api"')
    expect(challenge('either', 'missing')).toBe('ApiKey realm="api", Bearer realm="api"')
  })
})
