/** Ways round the guard that reviewers have found, each with what stops it now. */

import { hash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../core/clock.ts'
import { createAuthenticator } from '../identity/create-authenticator.ts'
import { createPseudonym } from '../identity/pseudonym.ts'
import { type Bench, guardBefore } from './bench.fixture.ts'

const open: Bench[] = []
afterEach(async () => {
  for (const bench of open.splice(0)) await bench.close()
})

const account = {
  type: 'object',
  'x-rugged': { owner: { property: 'owner', is: 'sub' } },
  properties: {
    id: { type: 'string', 'x-rugged': { id: 'account' } },
    owner: { type: 'string' },
    note: { type: 'string', 'x-rugged': { visible: ['admin'] } },
  },
}
const mine = { id: 'm1', owner: 'mal', note: 'inner' }
const theirs = { id: 'v1', owner: 'victim', note: 'inner' }

type Handler = NonNullable<Parameters<typeof guardBefore>[1]>

/** A guard that knows its caller, by a key whose claims say `sub: mal`. */
async function guarded(paths: object, handler: Handler): Promise<Bench> {
  const keys = [{ name: 'mal', hash: `sha256:${hash('sha256', 'key-of-mal')}`, scopes: [], claims: { sub: 'mal' } }]
  const authenticator = createAuthenticator({ issuers: [], keys, clock: systemClock, pseudonym: createPseudonym() })
  const contract = {
    openapi: '3.1.0',
    info: { title: 'Accounts', version: '1' },
    paths,
    security: [{ key: [] }],
    components: {
      securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
      schemas: { Account: account },
    },
  }
  const bench = await guardBefore(contract, handler, { authenticator })
  open.push(bench)
  return bench
}

const json = (schema: object) => ({ 200: { description: 'ok', content: { 'application/json': { schema } } } })
const ref = { $ref: '#/components/schemas/Account' }
const call = (bench: Bench, path: string, init: RequestInit = {}) =>
  fetch(bench.url + path, { ...init, headers: { 'x-key': 'key-of-mal', ...init.headers } })
const answer =
  (value: unknown, type = 'application/json'): Handler =>
  (_request, response) =>
    void response
      .writeHead(200, { 'content-type': type })
      .end(typeof value === 'string' ? value : JSON.stringify(value))

describe('ids that count from one below every parent', () => {
  const shop = { name: 'shop', in: 'path', required: true, schema: { type: 'string' } }
  const order = { name: 'order', in: 'path', required: true, schema: { type: 'integer' }, 'x-rugged': { id: 'order' } }
  const schema = {
    type: 'object',
    'x-rugged': { owner: { property: 'owner', is: 'sub' } },
    properties: { id: { type: 'integer', 'x-rugged': { id: 'order' } }, owner: { type: 'string' } },
  }
  const paths = {
    '/shops/{shop}/orders/{order}': {
      parameters: [shop, order],
      get: { responses: { ...json(schema), 404: { description: 'none' } } },
      delete: { responses: { 204: { description: 'gone' }, 404: { description: 'none' } } },
    },
  }

  it('are not proven by an order of another shop', async () => {
    const bench = await guarded(paths, (request, response) => {
      if (request.method === 'DELETE') return void response.writeHead(204).end()
      const owner = request.url?.startsWith('/shops/s1/') ? 'mal' : 'victim'
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: 1, owner }))
    })
    expect((await call(bench, '/shops/s1/orders/1')).status).toBe(200)
    expect((await call(bench, '/shops/s2/orders/1', { method: 'DELETE' })).status).toBe(404)
    expect((await call(bench, '/shops/s1/orders/1', { method: 'DELETE' })).status).toBe(204)
    expect(bench.seen.filter(({ method }) => method === 'DELETE')).toHaveLength(1)
  })
})

describe('a body in a media type that only a wildcard lets in', () => {
  const schema = {
    type: 'object',
    properties: {
      account: { type: 'string', 'x-rugged': { id: 'account' } },
      url: { type: 'string', 'x-rugged': { url: { hosts: ['files.example'] } } },
    },
  }
  it.each([
    ['*/*', 'application/xml'],
    ['*/*', 'application/octet-stream'],
    ['application/*', 'application/x-json'],
  ])('declared as %s and sent as %s reaches nobody', async (declared, sent) => {
    const bench = await guarded(
      {
        '/orders': {
          post: { requestBody: { content: { [declared]: { schema } } }, responses: json({ type: 'object' }) },
        },
        '/accounts': { get: { responses: json({ type: 'array', items: ref }) } },
      },
      answer([mine]),
    )
    const body = JSON.stringify({ account: 'v1', url: 'http://169.254.169.254/' })
    const { status } = await call(bench, '/orders', { method: 'POST', body, headers: { 'content-type': sent } })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(bench.seen.filter(({ method }) => method === 'POST')).toEqual([])
  })
})

describe('objects behind keywords of 2020-12', () => {
  it.each([
    ['unevaluatedProperties', { type: 'object', unevaluatedProperties: ref }, { a: mine, b: theirs }],
    ['unevaluatedItems', { type: 'array', unevaluatedItems: ref }, [mine, theirs]],
  ])('%s: somebody else’s stay inside, and so does what is not visible', async (_keyword, schema, value) => {
    const bench = await guarded({ '/accounts': { get: { responses: json(schema) } } }, answer(value))
    const text = await (await call(bench, '/accounts')).text()
    expect(text).toContain('m1')
    expect(text).not.toContain('v1')
    expect(text).not.toContain('inner')
  })
})

describe('an answer in the form that the client chose', () => {
  it.each(['application/xml', 'text/plain', 'application/x-ndjson'])(
    '%s proves nothing, so it does not leave',
    async type => {
      const content = { '*/*': { schema: { type: 'array', items: ref } } }
      const bench = await guarded(
        { '/accounts': { get: { responses: { 200: { description: 'ok', content } } } } },
        answer(`<account id="v1">inner</account>`, type),
      )
      const response = await call(bench, '/accounts', { headers: { accept: type } })
      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(await response.text()).not.toContain('v1')
    },
  )

  it('text/json is read as JSON', async () => {
    const content = { 'text/json': { schema: { type: 'array', items: ref } } }
    const bench = await guarded(
      { '/accounts': { get: { responses: { 200: { description: 'ok', content } } } } },
      answer([mine, theirs], 'text/json'),
    )
    expect(await (await call(bench, '/accounts')).json()).toEqual([{ id: 'm1', owner: 'mal' }])
  })
})

describe('a header that CGI takes for another', () => {
  it('does not reach the API beside or instead of the one that was checked', async () => {
    const header = { name: 'X-Account', in: 'header', schema: { type: 'string' } }
    const bench = await guarded(
      { '/things': { get: { parameters: [header], responses: json({ type: 'object' }) } } },
      answer({}),
    )
    await call(bench, '/things', { headers: { 'x-account': 'm1', x_account: 'v1', x_other: 'kept', x_key: 'other' } })
    expect(bench.seen[0]?.headers).toMatchObject({ 'x-account': 'm1', x_other: 'kept' })
    expect(Object.keys(bench.seen[0]?.headers ?? {})).not.toEqual(expect.arrayContaining(['x_account']))
    expect(Object.keys(bench.seen[0]?.headers ?? {})).not.toEqual(expect.arrayContaining(['x_key']))
  })
})
