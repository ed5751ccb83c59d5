import { describe, expect, it } from 'vitest'
import { type EstateOptions, startEstate } from './estate.fixture.ts'
import { requestContract } from './request-contract.ts'
import { urlAllowList } from './url-allow-list.ts'

const done = { '200': { description: 'ok' } }
const json = (properties: object) => ({ content: { 'application/json': { schema: { type: 'object', properties } } } })
const listed = {
  type: 'string',
  'x-rugged': {
    url: { schemes: ['https'], hosts: ['files.partner.example', '*.cdn.example', '10.1.2.3'], ports: [443, 8443] },
  },
}
const derived = { type: 'string', format: 'uri' }

const contract = {
  openapi: '3.1.0',
  info: { title: 'Fetch', version: '1' },
  security: [],
  paths: {
    '/listed': {
      post: { requestBody: json({ source: listed }), responses: done },
      get: { parameters: [{ name: 'source', in: 'query', schema: listed }], responses: done },
    },
    '/derived': {
      post: {
        requestBody: json({
          target: derived,
          many: { type: 'array', items: derived },
          deep: {
            type: 'object',
            properties: { hooks: { type: 'array', items: { type: 'object', properties: { to: derived } } } },
          },
        }),
        responses: done,
      },
    },
    '/spelled': {
      post: {
        requestBody: json({
          at: {
            type: 'string',
            'x-rugged': {
              url: {
                schemes: ['HTTP', 'https://'],
                hosts: [
                  'München.example',
                  '::1',
                  '[fd00::1]:9000',
                  'Files.Example.:8443',
                  '*.Straße.example',
                  '127.0.0.1:7000',
                ],
              },
            },
          },
        }),
        responses: done,
      },
    },
    '/schemes': {
      post: {
        requestBody: json({ at: { type: 'string', 'x-rugged': { url: { schemes: ['sftp', 'https'] } } } }),
        responses: done,
      },
    },
    '/guessed': {
      post: { requestBody: json({ callbackUrl: { type: 'string' } }), responses: done },
      get: {
        parameters: [
          { name: 'link', in: 'query', schema: { type: 'string' } },
          { name: 'X-Webhook-Url', in: 'header', schema: { type: 'string' } },
        ],
        responses: done,
      },
    },
  },
}

const names: Readonly<Record<string, readonly string[]>> = {
  'public.example': ['93.184.216.34', '2606:2800:220:1::1'],
  'rebound.example': ['93.184.216.34', '169.254.169.254'],
  'inner.example': ['10.0.0.5'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'nothing.example': [],
}

function start(options: Partial<EstateOptions> = {}) {
  const lookUp = async (host: string) => {
    const found = names[host]
    if (found === undefined) throw new Error(`no ${host}`)
    return found
  }
  return startEstate({ contract, api: () => ({ body: {} }), use: [urlAllowList], lookUp, ...options })
}

describe('url-allow-list passes', () => {
  it.each<[string, object]>([
    ['/listed', { source: 'https://files.partner.example/a?b=c' }],
    ['/listed', { source: 'https://FILES.partner.example.:443/a' }],
    ['/listed', { source: 'https://a.b.cdn.example:8443/' }],
    ['/listed', { source: 'https://10.1.2.3/' }],
    ['/listed', { source: 'https://0x0a010203/' }],
    ['/listed', {}],
    ['/listed', { source: null }],
    ['/derived', { target: 'http://public.example:8080/x' }],
    ['/derived', { target: 'https://93.184.216.34/' }],
    ['/derived', { many: ['https://public.example/1', 'https://public.example/2'] }],
    ['/derived', { deep: { hooks: [{ to: 'https://public.example/1' }] } }],
    ['/schemes', { at: 'sftp://public.example/x' }],
    ['/spelled', { at: 'https://xn--mnchen-3ya.example/' }],
    ['/spelled', { at: 'https://münchen.example/' }],
    ['/spelled', { at: 'http://[0:0:0:0:0:0:0:1]/' }],
    ['/spelled', { at: 'https://[0:0:0:0:0:0:0:1]:443/' }],
    ['/spelled', { at: 'http://[fd00:0::1]:9000/' }],
    ['/spelled', { at: 'http://files.example:8443/' }],
    ['/spelled', { at: 'http://a.straße.example/' }],
    ['/spelled', { at: 'http://127.0.0.1:7000/' }],
    ['/guessed', { callbackUrl: 'https://public.example/' }],
    ['/guessed', { callbackUrl: '/relative/path' }],
    ['/guessed', { callbackUrl: 'image.png' }],
    ['/guessed', { callbackUrl: '' }],
    ['/guessed', { callbackUrl: 'mailto:anna@public.example' }],
    ['/guessed', { callbackUrl: 42 }],
  ])('POST %s %j', async (path, body) => {
    const estate = await start()
    const answer = await estate.call('POST', path, { body })
    expect(answer.status, answer.text).toBe(200)
  })

  it('on the canonical form, and that alone', async () => {
    const estate = await start()
    const body = { many: ['HTTPS://Public.EXAMPLE:443/a/../b', 'https://public.example', 'https://public.example/x'] }
    await estate.call('POST', '/derived', { body })
    expect(estate.received.at(-1)?.body).toEqual({
      many: ['https://public.example/b', 'https://public.example', 'https://public.example/x'],
    })
    await estate.call('GET', `/listed?source=${encodeURIComponent('https://0x0a.0x01.0x02.0x03/x?y=1&z')}`)
    expect(estate.received.at(-1)?.query.get('source')).toBe('https://10.1.2.3/x?y=1&z')
    await estate.call('GET', '/guessed', { headers: { 'x-webhook-url': 'https://PUBLIC.example/x' } })
    expect(estate.received.at(-1)?.headers['x-webhook-url']).toBe('https://public.example/x')
  })

  it('one look-up for many requests', async () => {
    const asked: string[] = []
    const estate = await start({
      lookUp: async host => {
        asked.push(host)
        return ['93.184.216.34']
      },
    })
    const calls = Array.from({ length: 20 }, () =>
      estate.call('POST', '/derived', { body: { target: 'https://a.example/' } }),
    )
    expect((await Promise.all(calls)).every(({ status }) => status === 200)).toBe(true)
    expect(asked).toEqual(['a.example'])
  })

  it('and says in the event where it went', async () => {
    const estate = await start()
    await estate.call('POST', '/derived', { body: { target: 'https://public.example/secret' } })
    await estate.call('POST', '/derived', { body: { target: 'http://169.254.169.254/' } })
    await estate.call('POST', '/derived', { body: { target: 'http://inner.example/' } })
    await estate.call('POST', '/derived', { body: { target: '//x' } })
    expect(estate.events.map(event => event.urls)).toEqual([
      [{ scope: 'unresolved', host: 'public.example' }],
      [{ scope: 'metadata', host: '169.254.169.254' }],
      [
        { scope: 'unresolved', host: 'inner.example' },
        { scope: 'private', host: 'inner.example' },
      ],
      [{ scope: 'unreadable', host: '' }],
    ])
    expect(JSON.stringify(estate.events)).not.toContain('secret')
  })
})

describe('url-allow-list refuses', () => {
  it.each<[string, object]>([
    ['/spelled', { at: 'http://[0:0:0:0:0:0:0:1]:5000/' }],
    ['/spelled', { at: 'https://münchen.example:22/' }],
    ['/spelled', { at: 'https://münchen.example:80/' }],
    ['/spelled', { at: 'http://a.straße.example:8443/' }],
    ['/listed', { source: 'http://files.partner.example/a' }],
    ['/listed', { source: 'https://files.partner.example:9443/a' }],
    ['/listed', { source: 'https://public.example/' }],
    ['/listed', { source: 'https://cdn.example/' }],
    ['/listed', { source: 'https://files.partner.example.evil.example/' }],
    ['/listed', { source: 'https://files.partner.example@169.254.169.254/' }],
    ['/listed', { source: 'https://10.1.2.4/' }],
    ['/listed', { source: '/relative' }],
    ['/listed', { source: '' }],
    ['/listed', { source: 7 }],
    ['/listed', { source: ['https://files.partner.example/', 'https://10.0.0.1/'] }],
    ['/derived', { target: 'http://169.254.169.254/latest/meta-data/' }],
    ['/derived', { target: 'http://2852039166/' }],
    ['/derived', { target: 'http://[::ffff:a9fe:a9fe]/' }],
    ['/derived', { target: 'http://localhost:8080/' }],
    ['/derived', { target: 'http://redis:6379/' }],
    ['/derived', { target: 'http://inner.example/' }],
    ['/derived', { target: 'http://rebound.example/' }],
    ['/derived', { target: 'http://mapped.example/' }],
    ['/derived', { target: 'http://nothing.example/' }],
    ['/derived', { target: 'http://unknown.example/' }],
    ['/derived', { target: 'gopher://public.example/' }],
    ['/derived', { target: 'file:///etc/passwd' }],
    ['/derived', { target: '//public.example/' }],
    ['/derived', { many: ['https://public.example/', 'http://127.1/'] }],
    ['/derived', { many: 'http://127.1/' }],
    ['/derived', { deep: { hooks: [{ to: 'https://public.example/' }, { to: 'http://0/' }] } }],
    ['/derived', { deep: { hooks: { to: 'http://0/' } } }],
    ['/schemes', { at: 'http://public.example/' }],
    ['/spelled', { at: 'http://[fd00::1]:9001/' }],
    ['/spelled', { at: 'http://files.example/' }],
    ['/spelled', { at: 'http://127.0.0.1:7001/' }],
    ['/spelled', { at: 'http://strasse.example/' }],
    ['/schemes', { at: 'sftp://127.0.0.1/' }],
    ['/schemes', { at: 'sftp://2130706433/' }],
    ['/guessed', { callbackUrl: 'http://10.0.0.1/' }],
    ['/guessed', { callbackUrl: '//169.254.169.254/' }],
    ['/guessed', { callbackUrl: '\\\\169.254.169.254\\x' }],
    ['/guessed', { callbackUrl: '169.254.169.254/latest' }],
    ['/guessed', { callbackUrl: 'localhost' }],
    ['/guessed', { callbackUrl: 2130706433 }],
    ['/guessed', { callbackUrl: 'http:169.254.169.254' }],
  ])('POST %s %j [API7-b] [API7-d] [API7-e] [API7-h]', async (path, body) => {
    const estate = await start()
    const answer = await estate.call('POST', path, { body })
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({
      type: 'urn:ruggedapi:problem:url-not-allowed',
      detail: 'A URL in this request is not allowed here.',
    })
    expect(estate.received).toEqual([])
  })

  it.each(['http://169.254.169.254/', 'http://127.0.0.1/', 'not-a-host'])('%s in a query and a header', async url => {
    const estate = await start()
    const query = await estate.call('GET', `/listed?source=${encodeURIComponent(url)}`)
    expect(query.status).toBe(400)
    const link = await estate.call('GET', `/guessed?link=${encodeURIComponent(url)}`)
    expect(link.status).toBe(url === 'not-a-host' ? 200 : 400)
    const header = await estate.call('GET', '/guessed', { headers: { 'x-webhook-url': url } })
    expect(header.status).toBe(url === 'not-a-host' ? 200 : 400)
  })

  it('what is sent twice, even where request-contract only alerts', async () => {
    const estate = await start({
      use: [requestContract, urlAllowList],
      policies: { 'request-contract': { mode: 'alert' } },
    })
    const answer = await estate.call('GET', '/guessed?link=/a&link=http://127.0.0.1/')
    expect(answer.status).toBe(400)
    expect(estate.received).toEqual([])
  })

  it('more URLs than anybody needs, before it looks a name up', async () => {
    let asked = 0
    const estate = await start({
      lookUp: async () => {
        asked++
        return ['93.184.216.34']
      },
    })
    const many = Array.from({ length: 51 }, (_, index) => `https://host-${index}.example/`)
    expect((await estate.call('POST', '/derived', { body: { many } })).status).toBe(400)
    expect(asked).toBe(0)
  })

  it('a name whose server does not answer in time', async () => {
    const estate = await start({ lookUp: () => new Promise(() => {}) })
    expect((await estate.call('POST', '/derived', { body: { target: 'https://slow.example/' } })).status).toBe(400)
  })
})
