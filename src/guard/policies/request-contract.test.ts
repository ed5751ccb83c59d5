import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, guardBefore } from '../bench.fixture.ts'
import { requestContract } from './request-contract.ts'

const responses = { 200: { description: 'ok' } }
const order = {
  type: 'object',
  required: ['item'],
  properties: {
    id: { type: 'integer', readOnly: true },
    item: { type: 'string', maxLength: 10 },
    count: { type: 'integer', maximum: 100 },
    tags: { type: 'array', maxItems: 3, items: { type: 'string' } },
    to: { type: 'object', properties: { city: { type: 'string' } } },
    lines: {
      type: 'array',
      items: { type: 'object', properties: { sku: { type: 'string' }, price: { allOf: [{ readOnly: true }] } } },
    },
    free: { type: 'object', additionalProperties: true },
  },
}
const json = (schema: object) => ({ required: true, content: { 'application/json': { schema } } })
const contract = {
  openapi: '3.0.3',
  info: { title: 'T', version: '1' },
  components: { securitySchemes: { key: { type: 'apiKey', in: 'query', name: 'api_key' } } },
  paths: {
    '/orders': {
      get: {
        security: [{ key: [] }],
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 50 } },
          { name: 'tag', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
          { name: 'X-Tenant', in: 'header', schema: { type: 'string', maxLength: 5 } },
        ],
        responses,
      },
      post: { requestBody: json(order), responses },
      put: { requestBody: json({ ...order, additionalProperties: false }), responses },
      delete: { responses },
    },
    '/form': {
      post: {
        requestBody: {
          content: {
            'application/x-www-form-urlencoded': {
              schema: {
                type: 'object',
                properties: {
                  name: { type: 'string' },
                  age: { type: 'integer' },
                  tag: { type: 'array', items: { type: 'string' } },
                },
              },
            },
          },
        },
        responses,
      },
    },
    '/race': {
      post: { requestBody: json({ type: 'object', properties: { constructor: { type: 'string' } } }), responses },
    },
    '/file': {
      post: {
        requestBody: { content: { 'image/*': {}, 'text/plain': { schema: { type: 'string', maxLength: 5 } } } },
        responses,
      },
    },
  },
}

let bench: Bench
beforeAll(async () => {
  bench = await guardBefore(contract, undefined, { use: [requestContract] })
})
afterAll(() => bench.close())
beforeEach(() => {
  bench.seen.length = 0
  bench.events.length = 0
  bench.explanations.length = 0
})

function send(
  method: string,
  path: string,
  body?: string | Uint8Array<ArrayBuffer>,
  type = 'application/json',
  headers: Record<string, string> = {},
) {
  const typed: Record<string, string> =
    body === undefined || type === '' ? headers : { 'content-type': type, ...headers }
  return fetch(`${bench.url}${path}`, { method, headers: typed, ...(body === undefined ? {} : { body }) })
}

const form = 'application/x-www-form-urlencoded'

describe('request-contract', () => {
  it.each<readonly [string, string, string | undefined, string, string | undefined]>([
    ['GET', '/orders?limit=50&tag=a&tag=b&api_key=k', undefined, '', undefined],
    ['POST', '/orders', ' {"item": "Tea", "count": 1.0}', 'application/json', undefined],
    ['POST', '/orders', '{"item":"Tea"}', 'Application/JSON; Charset="UTF-8"', undefined],
    ['POST', '/orders', '{"item":"Tea","free":{"any":["thing"]}}', 'application/json', undefined],
    ['DELETE', '/orders', undefined, '', undefined],
    ['DELETE', '/orders', '{}', 'application/json', ''],
    ['POST', '/form', 'name=Ada+L&age=5&tag=a&tag=b', form, undefined],
    ['POST', '/race', '{"constructor":"Ferrari"}', 'application/json', undefined],
    ['POST', '/file', 'abc', 'image/png', undefined],
    ['POST', '/file', 'abc', 'text/plain', undefined],
    ['POST', '/form', undefined, '', undefined],
  ])('passes %s %s %s', async (method, path, body, type, forwarded) => {
    const response = await send(method, path, body, type)
    expect(response.status, await response.text()).toBe(200)
    expect(bench.seen).toMatchObject([{ method, target: path, body: forwarded ?? body ?? '' }])
    expect(bench.events).toMatchObject([{ decision: 'passed', reasons: [] }])
  })

  it.each<
    readonly [string, string, string, string | Uint8Array<ArrayBuffer> | undefined, string, number, string, object]
  >([
    [
      'API4-n: too large a page',
      'GET',
      '/orders?limit=51',
      undefined,
      '',
      400,
      'unbounded-input',
      { in: 'query', name: 'limit' },
    ],
    [
      'a word for a number',
      'GET',
      '/orders?limit=ten',
      undefined,
      '',
      400,
      'contract-violation',
      { in: 'query', name: 'limit' },
    ],
    [
      'another spelling of a number',
      'GET',
      '/orders?limit=%2B5',
      undefined,
      '',
      400,
      'contract-violation',
      { in: 'query', name: 'limit' },
    ],
    [
      'a parameter twice',
      'GET',
      '/orders?limit=1&limit=2',
      undefined,
      '',
      400,
      'ambiguous-request',
      { in: 'query', name: 'limit' },
    ],
    [
      'an undeclared parameter',
      'GET',
      '/orders?debug=1',
      undefined,
      '',
      400,
      'contract-violation',
      { in: 'query', name: 'debug' },
    ],
    [
      'API4-j: too long a text',
      'POST',
      '/orders',
      '{"item":"12345678901"}',
      'application/json',
      400,
      'unbounded-input',
      { in: 'body', pointer: '/item' },
    ],
    [
      'API4-j: too long a list',
      'POST',
      '/orders',
      '{"item":"a","tags":["","","",""]}',
      'application/json',
      400,
      'unbounded-input',
      { in: 'body', pointer: '/tags' },
    ],
    [
      'API4-j: too large a number',
      'POST',
      '/orders',
      '{"item":"a","count":101}',
      'application/json',
      400,
      'unbounded-input',
      { in: 'body', pointer: '/count' },
    ],
    [
      'API7-i: another type',
      'POST',
      '/orders',
      '{"item":["a"]}',
      'application/json',
      400,
      'contract-violation',
      { in: 'body', pointer: '/item' },
    ],
    ['a missing property', 'POST', '/orders', '{}', 'application/json', 400, 'contract-violation', { in: 'body' }],
    [
      'a missing body',
      'POST',
      '/orders',
      undefined,
      '',
      400,
      'contract-violation',
      { in: 'body', message: 'is missing' },
    ],
    [
      'an unexpected body',
      'DELETE',
      '/orders',
      '{"a":1}',
      'application/json',
      400,
      'contract-violation',
      { in: 'body' },
    ],
    [
      'API3-e: a property that is forbidden',
      'PUT',
      '/orders',
      '{"item":"a","admin":true}',
      'application/json',
      400,
      'mass-assignment',
      { in: 'body', pointer: '/admin' },
    ],
    [
      'two members of one name',
      'POST',
      '/orders',
      '{"item":"a","count":1,"count":99}',
      'application/json',
      400,
      'ambiguous-request',
      { in: 'body' },
    ],
    [
      'the prototype',
      'POST',
      '/orders',
      '{"item":"a","__proto__":{"count":5}}',
      'application/json',
      400,
      'ambiguous-request',
      { in: 'body' },
    ],
    [
      'trailing data',
      'POST',
      '/orders',
      '{"item":"a"}{"item":"b"}',
      'application/json',
      400,
      'ambiguous-request',
      { in: 'body' },
    ],
    [
      'a byte order mark',
      'POST',
      '/orders',
      '\ufeff{"item":"a"}',
      'application/json',
      400,
      'ambiguous-request',
      { in: 'body' },
    ],
    [
      'a number that loses digits',
      'POST',
      '/orders',
      '{"item":"a","count":9007199254740993}',
      'application/json',
      400,
      'ambiguous-request',
      { in: 'body' },
    ],
    [
      'broken UTF-8',
      'POST',
      '/orders',
      new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      'application/json',
      400,
      'ambiguous-request',
      { in: 'body' },
    ],
    [
      'depth',
      'POST',
      '/orders',
      `{"item":"a","free":${'{"a":'.repeat(70)}1${'}'.repeat(70)}}`,
      'application/json',
      400,
      'ambiguous-request',
      { in: 'body' },
    ],
    [
      'API8-p: another media type',
      'POST',
      '/orders',
      '<item>a</item>',
      'application/xml',
      415,
      'unrestricted-media-type',
      { in: 'body' },
    ],
    [
      'API8-p: no media type',
      'POST',
      '/orders',
      new Uint8Array([0x7b, 0x7d]),
      '',
      415,
      'unrestricted-media-type',
      { in: 'body' },
    ],
    [
      'API8-p: a media type that is nearly right',
      'POST',
      '/orders',
      '{"item":"a"}',
      'application/json/x',
      415,
      'unrestricted-media-type',
      { in: 'body' },
    ],
    [
      'two media types in one',
      'POST',
      '/orders',
      '{"item":"a"}',
      'application/json, text/plain',
      415,
      'unrestricted-media-type',
      { in: 'body' },
    ],
    [
      'another charset',
      'POST',
      '/orders',
      '{"item":"a"}',
      'application/json; charset=utf-7',
      415,
      'unrestricted-media-type',
      { in: 'body' },
    ],
    ['a form in place of JSON', 'POST', '/orders', 'item=a', form, 415, 'unrestricted-media-type', { in: 'body' }],
    [
      'a form value of another type',
      'POST',
      '/form',
      'age=old',
      form,
      400,
      'contract-violation',
      { in: 'body', pointer: '/age' },
    ],
    [
      'a form value twice',
      'POST',
      '/form',
      'name=a&name=b',
      form,
      400,
      'ambiguous-request',
      { in: 'body', pointer: '/name' },
    ],
    ['a broken form', 'POST', '/form', 'name=%ff', form, 400, 'ambiguous-request', { in: 'body' }],
    ['too long a plain text', 'POST', '/file', 'abcdef', 'text/plain', 400, 'unbounded-input', { in: 'body' }],
  ])('refuses %s', async (_, method, path, body, type, status, weakness, error) => {
    const response = await send(method, path, body, type)
    expect(response.status).toBe(status)
    const problem = await response.json()
    expect(problem).toMatchObject({ status, errors: expect.arrayContaining([expect.objectContaining(error)]) })
    expect(bench.seen).toEqual([])
    expect(bench.events).toMatchObject([
      { status, decision: 'refused', reasons: [{ card: 'policy/request-contract', weakness }] },
    ])
  })

  it('refuses a header that breaks its schema, whatever its case', async () => {
    expect((await send('GET', '/orders', undefined, '', { 'x-tenant': 'abcde' })).status).toBe(200)
    expect((await send('GET', '/orders', undefined, '', { 'X-TENANT': 'abcdef' })).status).toBe(400)
  })

  it('refuses a compressed body', async () => {
    expect(
      (await send('POST', '/orders', '{"item":"a"}', 'application/json', { 'content-encoding': 'gzip' })).status,
    ).toBe(415)
  })

  it('never repeats a value that was sent', async () => {
    const response = await send('POST', '/orders', '{"item":"hunter2-and-more","count":"s3cret"}')
    expect(await response.text()).not.toMatch(/hunter2|s3cret/)
    expect(JSON.stringify([bench.events, bench.explanations])).not.toMatch(/hunter2|s3cret/)
  })

  it('API3-b, API3-e: takes out of a body what the contract does not declare, and forwards what is left', async () => {
    const response = await send('POST', '/orders', '{"item":"Tea","role":"admin","to":{"city":"Oslo","vip":true}}')
    expect(response.status).toBe(200)
    expect(bench.seen).toMatchObject([
      { body: '{"item":"Tea","to":{"city":"Oslo"}}', headers: { 'content-length': '35' } },
    ])
    expect(bench.events).toMatchObject([
      { decision: 'passed', reasons: [{ weakness: 'mass-assignment', mode: 'block' }] },
    ])
    expect(bench.explanations).toMatchObject([{ log: 'removed from the body: role, to.vip' }])
  })

  it.each([
    ['POST', '{"id":5,"item":"Tea","lines":[{"price":1,"sku":"a"}]}', '{"item":"Tea","lines":[{"sku":"a"}]}'],
    ['PUT', '{"id":5,"item":"Tea"}', '{"item":"Tea"}'],
  ])(
    'API3-f: takes read-only properties out of a %s, so that what was read can be sent back',
    async (method, body, left) => {
      expect((await send(method, '/orders', body)).status).toBe(200)
      expect(bench.seen).toMatchObject([{ body: left }])
      expect(bench.events).toMatchObject([{ reasons: [{ weakness: 'mass-assignment', mode: 'block' }] }])
      expect(bench.explanations[0]?.log).toContain('id (read-only)')
    },
  )

  it('API3-f: refuses what is wrong beside a read-only property', async () => {
    expect((await send('POST', '/orders', '{"id":5,"item":"Tea","count":101}')).status).toBe(400)
    expect((await send('PUT', '/orders', '{"id":5,"item":"Tea","admin":true}')).status).toBe(400)
    expect(bench.seen).toEqual([])
  })

  it('takes undeclared fields out of a form too', async () => {
    expect((await send('POST', '/form', 'name=Ada+L&role=admin', form)).status).toBe(200)
    expect(bench.seen).toMatchObject([{ body: 'name=Ada+L' }])
  })

  it('changes nothing in alert mode and reports all the same', async () => {
    const observing = await guardBefore(contract, undefined, { use: [requestContract], observe: true })
    const post = (body: string) =>
      fetch(`${observing.url}/orders`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    for (const body of [
      '{"item":"Tea","role":"admin"}',
      '{"id":1,"item":"Tea"}',
      '{"item":"a","item":"b"}',
      '{"item":',
    ]) {
      expect((await post(body)).status).toBe(200)
    }
    expect(observing.seen.map(seen => seen.body)).toEqual([
      '{"item":"Tea","role":"admin"}',
      '{"id":1,"item":"Tea"}',
      '{"item":"a","item":"b"}',
      '{"item":',
    ])
    expect(observing.events.map(event => event.reasons)).toMatchObject([
      [{ weakness: 'mass-assignment', mode: 'alert' }],
      [{ weakness: 'mass-assignment', mode: 'alert' }],
      [{ weakness: 'ambiguous-request', mode: 'alert' }],
      [{ weakness: 'ambiguous-request', mode: 'alert' }],
    ])
    await observing.close()
  })
})
