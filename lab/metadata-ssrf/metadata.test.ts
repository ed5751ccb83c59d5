import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunningApi } from '../breach.ts'
import { call } from '../client.ts'
import { listen } from '../http-api.ts'
import { textAt } from '../json.ts'
import { start as fixed } from './fixed.ts'
import { openNetwork, routeOf } from './network.ts'
import { spellings } from './spellings.ts'
import { start as vulnerable } from './vulnerable.ts'

const ports = { metadata: 1, partner: 2, attacker: 3 }

describe('the network of the lab', () => {
  test.each(spellings)('knows the metadata service as $name', ({ name, origin }) => {
    const expected = name.startsWith('redirect') ? ports.attacker : ports.metadata
    expect(routeOf(new URL(`${origin}/latest/meta-data/`), ports)).toBe(expected)
  })

  test.each([
    ['http://127.0.0.1:4321/x', 4321],
    ['http://2130706433:4321/', 4321],
    ['http://localhost:4321/', 4321],
    ['https://files.partner.example/', ports.partner],
    ['http://hooks.partner.example/', ports.partner],
  ])('leads %s to loopback', (address, port) => {
    expect(routeOf(new URL(address), ports)).toBe(port)
  })

  test.each([
    'http://example.com/',
    'https://127.0.0.1/',
    'http://127.0.0.2:4321/',
    'http://[::1]:4321/',
    'http://0.0.0.0:4321/',
    'http://10.0.0.1/',
    'http://169.254.169.253/',
    'http://169.254.169.254:8080/',
    'http://files.partner.example:8080/',
    'http://files.partner.example.attacker.example/',
    'ftp://files.partner.example/',
    'file:///etc/passwd',
  ])('has no route for %s', async address => {
    expect(routeOf(new URL(address), ports)).toBeUndefined()
    expect(await openNetwork(ports).fetch({ url: new URL(address), method: 'GET' })).toBeUndefined()
  })
})

describe.each([
  ['vulnerable', vulnerable, true],
  ['fixed', fixed, false],
] as const)('%s', (_, start, calls) => {
  let twin: RunningApi
  beforeEach(async () => {
    twin = await start()
  })
  afterEach(() => twin.close())

  const send = (path: string, body?: object) =>
    call(twin.url, body === undefined ? 'GET' : 'POST', path, { token: twin.tokens['userA'], body })

  test(`${calls ? 'calls' : 'never calls'} a listener on loopback, for each input`, async () => {
    const heard: string[] = []
    const canary = await listen({
      '* /**': ({ method, target }) => {
        heard.push(`${method} ${target}`)
        return { status: 200, body: {} }
      },
    })
    await send('/v1/import', { url: `${canary.url}/import` })
    await send(`/v1/preview?url=${encodeURIComponent(`${canary.url}/preview`)}`)
    await send('/v1/webhooks', { callbackUrl: `${canary.url}/webhooks` })
    await canary.close()
    expect(heard).toEqual(calls ? ['GET /import', 'GET /preview', 'POST /webhooks'] : [])
  })

  test.each(['nonsense', '/relative', 'file:///etc/passwd', 'javascript:alert(1)', ''])(
    '%j is not a URL for it',
    async url => {
      const refused = await send('/v1/import', { url })
      expect([refused.status, textAt(refused.body, 'code')]).toEqual([400, 'invalid_url'])
    },
  )

  test('says 422 where nothing answers', async () => {
    expect((await send('/v1/import', { url: 'http://nowhere.example/' })).status).toBe(422)
    expect((await send('/v1/import', { url: 'https://files.partner.example/missing' })).status).toBe(422)
  })

  test('asks for a token', async () => {
    expect((await call(twin.url, 'POST', '/v1/import', { body: { url: 'http://x.example/' } })).status).toBe(401)
  })
})
