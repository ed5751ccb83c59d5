import { hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../core/json.ts'
import {
  type Answered,
  type Estate,
  type EstateOptions,
  type Received,
  type Reply,
  startEstate,
} from './estate.fixture.ts'
import { objectLedger } from './object-ledger.ts'
import { objectOwnership } from './object-ownership.ts'
import { rateLimit } from './rate-limit.ts'
import { requestContract } from './request-contract.ts'

const uuid = { type: 'string' }
const vaultId = { ...uuid, 'x-rugged': { id: 'vault' } }
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const json = (schema: object) => ({ content: { 'application/json': { schema } } })
const ok = (schema: object) => ({ '200': { description: 'ok', ...json(schema) } })
const done = { '200': { description: 'ok' } }
const id = (name: string, type: string, place: string) => ({
  name,
  in: place,
  required: place === 'path',
  schema: uuid,
  'x-rugged': { id: type },
})

/** A bank vault rental: vaults, letters of members, and what can be done with them. */
const contract = {
  openapi: '3.1.0',
  info: { title: 'Vaults', version: '1' },
  security: [{ token: [] }],
  paths: {
    '/vaults': {
      get: { responses: ok({ type: 'object', properties: { vaults: { type: 'array', items: ref('Vault') } } }) },
      post: {
        requestBody: json(ref('NewVault')),
        responses: { '201': { description: 'made', ...json(ref('Vault')) } },
      },
    },
    '/vaults/{vaultId}': {
      parameters: [id('vaultId', 'vault', 'path')],
      get: { responses: ok(ref('Vault')) },
      patch: { requestBody: json(ref('NewVault')), responses: ok(ref('Vault')) },
      delete: { responses: { '204': { description: 'gone' } } },
    },
    '/named-vaults': {
      post: { requestBody: json(ref('Vault')), responses: { '201': { description: 'made', ...json(ref('Vault')) } } },
    },
    '/named-vaults/{vaultId}': {
      put: {
        parameters: [id('vaultId', 'vault', 'path')],
        responses: { '200': { description: 'ok' }, '201': { description: 'made' } },
      },
    },
    '/vaults/{vaultId}/visits': {
      parameters: [id('vaultId', 'vault', 'path')],
      get: { responses: ok({ type: 'array', items: { type: 'string' } }) },
      post: { responses: done },
    },
    '/transfers': { post: { requestBody: json(ref('Transfer')), responses: done } },
    '/batch': {
      post: {
        requestBody: json({
          type: 'object',
          properties: { ids: { type: 'array', items: uuid, 'x-rugged': { id: 'vault' } } },
        }),
        responses: done,
      },
    },
    '/report': {
      get: { parameters: [id('vault', 'vault', 'query'), id('X-Vault', 'vault', 'header')], responses: done },
    },
    '/search': { get: { responses: ok({ type: 'array', items: ref('Vault') }) } },
    '/gallery/{vaultId}': {
      get: { security: [], parameters: [id('vaultId', 'vault', 'path')], responses: ok(ref('Vault')) },
    },
    '/members/{memberId}/letters/{letterId}': {
      parameters: [id('memberId', 'member', 'path'), id('letterId', 'letter', 'path')],
      get: { responses: ok(ref('Letter')) },
      delete: { responses: done },
    },
    '/members/{memberId}': { parameters: [id('memberId', 'member', 'path')], get: { responses: ok(ref('Member')) } },
  },
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    schemas: {
      Vault: {
        type: 'object',
        'x-rugged': { owner: { property: 'keeper', is: 'sub' } },
        properties: { id: vaultId, keeper: { type: 'string' }, label: { type: 'string' } },
      },
      NewVault: { type: 'object', properties: { label: { type: 'string' } } },
      Transfer: {
        type: 'object',
        properties: {
          from: vaultId,
          lines: { type: 'array', items: { type: 'object', properties: { via: vaultId, next: ref('Transfer') } } },
        },
      },
      Letter: {
        type: 'object',
        'x-rugged': { owner: { property: 'memberId', is: 'sub' } },
        properties: {
          id: { ...uuid, 'x-rugged': { id: 'letter' } },
          memberId: { type: 'string' },
          text: { type: 'string' },
        },
      },
      Member: {
        type: 'object',
        'x-rugged': { owner: { property: 'id', is: 'sub' } },
        properties: { id: { ...uuid, 'x-rugged': { id: 'member' } }, name: { type: 'string' } },
      },
    },
  },
}

interface Vault {
  readonly id: string
  readonly keeper: string
  readonly label: string
}

/** An API that never asks whose anything is. Its lists alone are the caller's own. */
function careless() {
  const vaults = new Map<string, Vault>(
    [
      { id: 'v-anna-1', keeper: 'anna', label: 'gold' },
      { id: 'v-anna-2', keeper: 'anna', label: 'silver' },
      { id: 'v-bert-1', keeper: 'bert', label: 'tin' },
      { id: '7', keeper: 'bert', label: 'lead' },
    ].map(vault => [vault.id, vault]),
  )
  const acted: string[] = []
  const api = ({ method, path, subject, body }: Received): Reply => {
    const found = /^\/(?:vaults|gallery)\/([^/]+)$/.exec(path)?.[1]
    // As many a framework does: spaces and leading zeros are no part of a number.
    const vault = found === undefined ? undefined : vaults.get(found.trim().replace(/^0+(?=\d)/, ''))
    if (method !== 'GET') acted.push(`${method} ${path}`)
    if (path === '/vaults' && method === 'GET') {
      return { body: { vaults: [...vaults.values()].filter(({ keeper }) => keeper === subject) } }
    }
    if (path === '/vaults' && method === 'POST') {
      const made = { id: `v-new-${vaults.size}`, keeper: subject ?? '', label: 'new' }
      vaults.set(made.id, made)
      return { status: 201, body: made }
    }
    if (found !== undefined) {
      if (vault === undefined) return { status: 404, body: { error: 'no vault', hint: 'try another' } }
      return method === 'DELETE' ? { status: 204 } : { body: vault }
    }
    if (path === '/search') return { body: [...vaults.values()] }
    const letter = /^\/members\/([^/]+)\/letters\/([^/]+)$/.exec(path)
    if (letter !== null) {
      const [, , letterId = ''] = letter
      return { body: { id: letterId, memberId: letterId.includes('anna') ? 'anna' : 'bert', text: 'Dear' } }
    }
    const member = /^\/members\/([^/]+)$/.exec(path)?.[1]
    if (member !== undefined) return { body: { id: member, name: 'somebody' } }
    return { body: body ?? [] }
  }
  return { api, acted, vaults }
}

async function start(options: Partial<EstateOptions> = {}) {
  const world = careless()
  const estate = await startEstate({ contract, api: world.api, use: [objectOwnership], ...options })
  return { ...estate, ...world }
}

function overlay(target: string, update: object): object {
  // An update of a list appends to it, so that what is there has to go first.
  const remove = 'security' in update ? [{ target: `${target}.security`, remove: true }] : []
  return { overlay: '1.0.0', info: { title: 'facts', version: '1' }, actions: [...remove, { target, update }] }
}

/** What a client can tell of an answer, the incident id apart. */
function shown({ status, headers, text }: Answered): string {
  const names = [...headers].filter(([name]) => name !== 'date').map(([name, value]) => `${name}: ${value}`)
  const all = [status, ...names.sort(), text].join('\n')
  return all.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'INCIDENT')
}

function asked({ received }: Pick<Estate, 'received'>): string[] {
  return received.map(({ method, path }) => `${method} ${path}`)
}

describe('object-ownership passes', () => {
  it.each<[string, string, unknown?]>([
    ['GET', '/vaults'],
    ['GET', '/vaults/v-anna-1'],
    ['PATCH', '/vaults/v-anna-1', { label: 'x' }],
    ['DELETE', '/vaults/v-anna-1'],
    ['GET', '/vaults/v-anna-1/visits'],
    ['POST', '/vaults/v-anna-1/visits'],
    ['POST', '/transfers', { from: 'v-anna-1', lines: [{ via: 'v-anna-2' }, { via: null }] }],
    ['POST', '/transfers', {}],
    ['POST', '/batch', { ids: ['v-anna-1', 'v-anna-2', 'v-anna-1'] }],
    ['GET', '/report?vault=v-anna-1'],
    ['GET', '/members/anna'],
    ['GET', '/members/anna/letters/l-anna'],
    ['DELETE', '/members/anna/letters/l-anna'],
    ['POST', '/vaults', { label: 'x' }],
  ])('%s %s of the owner, cold', async (method, path, body) => {
    const estate = await start()
    const answer = await estate.call(method, path, { as: 'anna', ...(body === undefined ? {} : { body }) })
    expect([200, 201, 204], answer.text).toContain(answer.status)
    expect(estate.events.at(-1)).toMatchObject({ decision: 'passed', reasons: [] })
  })

  it('a read without asking twice: its own answer is the proof', async () => {
    const estate = await start()
    expect((await estate.call('GET', '/vaults/v-anna-1', { as: 'anna' })).status).toBe(200)
    expect(asked(estate)).toEqual(['GET /vaults/v-anna-1'])
  })

  it('what was handed to the caller before, without asking', async () => {
    const estate = await start()
    await estate.call('GET', '/vaults', { as: 'anna' })
    expect((await estate.call('DELETE', '/vaults/v-anna-2', { as: 'anna' })).status).toBe(204)
    const made = await estate.call('POST', '/vaults', { as: 'anna', body: {} })
    const { id: madeId } = made.body as Vault
    expect((await estate.call('POST', `/vaults/${madeId}/visits`, { as: 'anna' })).status).toBe(200)
    expect(asked(estate)).toEqual([
      'GET /vaults',
      'DELETE /vaults/v-anna-2',
      'POST /vaults',
      `POST /vaults/${madeId}/visits`,
    ])
  })

  it('a stampede with one question', async () => {
    const estate = await start()
    const calls = Array.from({ length: 20 }, () => estate.call('POST', '/vaults/v-anna-1/visits', { as: 'anna' }))
    expect((await Promise.all(calls)).map(answer => answer.status)).toEqual(Array(20).fill(200))
    expect(asked(estate).filter(line => line === 'GET /vaults/v-anna-1')).toHaveLength(1)
  })

  it('a large batch with one question for the list', async () => {
    const estate = await start()
    for (let count = 0; count < 300; count++) {
      estate.vaults.set(`v-many-${count}`, { id: `v-many-${count}`, keeper: 'anna', label: '' })
    }
    const ids = Array.from({ length: 300 }, (_, count) => `v-many-${count}`)
    expect((await estate.call('POST', '/batch', { as: 'anna', body: { ids } })).status).toBe(200)
    expect(asked(estate)).toEqual(['GET /vaults', 'POST /batch'])
  })

  it('public reads by declaration', async () => {
    const estate = await start()
    expect((await estate.call('GET', '/gallery/v-bert-1')).status).toBe(200)
    expect((await estate.call('GET', '/gallery/v-bert-1', { as: 'anna' })).status).toBe(200)
  })

  it('a client that writes a UUID in capitals', async () => {
    const estate = await start()
    const vault = '0d9b4a3e-51d1-4b6f-8c39-6f4f4e6f6f10'
    estate.vaults.set(vault, { id: vault, keeper: 'anna', label: '' })
    await estate.call('GET', '/vaults', { as: 'anna' })
    expect((await estate.call('POST', `/vaults/${vault.toUpperCase()}/visits`, { as: 'anna' })).status).toBe(200)
  })
})

describe('object-ownership refuses', () => {
  it.each<[string, string, unknown?]>([
    ['GET', '/vaults/v-bert-1'],
    ['PATCH', '/vaults/v-bert-1', { label: 'mine' }],
    ['DELETE', '/vaults/v-bert-1'],
    ['GET', '/vaults/v-bert-1/visits'],
    ['POST', '/vaults/v-bert-1/visits'],
    ['POST', '/transfers', { from: 'v-bert-1' }],
    ['POST', '/transfers', { from: 'v-anna-1', lines: [{ via: 'v-anna-2' }, { via: 'v-bert-1' }] }],
    ['POST', '/transfers', { from: 'v-anna-1', lines: [{ next: { lines: [{ next: { from: 'v-bert-1' } }] } }] }],
    ['POST', '/transfers', { from: ['v-anna-1', 'v-bert-1'] }],
    ['POST', '/transfers', { from: 7 }],
    ['POST', '/transfers', { from: { $ne: 'v-anna-1' } }],
    ['POST', '/transfers', { from: true }],
    ['POST', '/batch', { ids: ['v-anna-1', 'v-bert-1'] }],
    ['POST', '/batch', { ids: [['v-anna-1', ['v-bert-1']]] }],
    ['POST', '/batch', { ids: 'v-bert-1' }],
    ['GET', '/report?vault=v-bert-1'],
    ['GET', '/report?vault=v-anna-1&vault=v-bert-1'],
    ['POST', '/vaults/%207/visits'],
    ['POST', '/vaults/07/visits'],
    ['GET', '/vaults/missing'],
    ['POST', '/vaults/missing/visits'],
    ['GET', '/members/bert'],
    ['GET', '/members/bert/letters/l-anna'],
    ['GET', '/members/anna/letters/l-bert'],
    ['DELETE', '/members/anna/letters/l-bert'],
  ])('%s %s %j of another owner, before the API acts [API1-b] [API1-f]', async (method, path, body) => {
    const estate = await start()
    const call = { as: 'anna', ...(body === undefined ? {} : { body }) }
    for (const attempt of ['cold', 'warm']) {
      const answer = await estate.call(method, path, call)
      expect(answer.status, attempt).toBe(404)
      await estate.call('GET', '/vaults', { as: 'anna' })
    }
    expect(estate.acted).toEqual([])
  })

  it('a header that names it', async () => {
    const estate = await start()
    expect((await estate.call('GET', '/report', { as: 'anna', headers: { 'x-vault': 'v-bert-1' } })).status).toBe(404)
    expect((await estate.call('GET', '/report', { as: 'anna', headers: { 'x-vault': 'v-anna-1' } })).status).toBe(200)
  })

  it('so that it cannot be told from an object that does not exist', async () => {
    const estate = await start()
    for (const [method, tail] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/visits'],
    ] as const) {
      const body = method === 'PATCH' ? { body: { label: 'x' } } : {}
      const foreign = await estate.call(method, `/vaults/v-bert-1${tail}`, { as: 'anna', ...body })
      const absent = await estate.call(method, `/vaults/v-none-1${tail}`, { as: 'anna', ...body })
      expect(shown(foreign)).toBe(shown(absent))
      expect(foreign.body).toMatchObject({ type: 'urn:ruggedapi:problem:not-found', status: 404 })
    }
    // What the API itself says of a missing object says the same, and is no incident.
    await estate.call('GET', '/vaults', { as: 'anna' })
    estate.vaults.delete('v-anna-1')
    const gone = await estate.call('PATCH', '/vaults/v-anna-1', { as: 'anna', body: { label: 'x' } })
    expect(shown(gone)).toBe(shown(await estate.call('GET', '/vaults/v-bert-1', { as: 'anna' })))
    expect(estate.events.at(-2)).toMatchObject({ decision: 'passed', reasons: [] })
    expect(estate.events.at(-1)).toMatchObject({
      decision: 'refused',
      reasons: [{ card: 'policy/object-ownership', weakness: 'broken-object-level-authorization', mode: 'block' }],
    })
  })

  it('and filters lists, whatever the API put into them', async () => {
    const estate = await start()
    const { body } = await estate.call('GET', '/search', { as: 'bert' })
    expect((body as Vault[]).map(vault => vault.id)).toEqual(['v-bert-1', '7'])
  })

  it('a single object of another owner in an answer to a request that names none', async () => {
    const estate = await start({ api: () => ({ body: { id: 'v-bert-1', keeper: 'bert', label: 'tin' } }) })
    expect((await estate.call('GET', '/search', { as: 'bert' })).status).toBe(200)
    const answer = await estate.call('GET', '/search', { as: 'anna' })
    expect(answer.status).toBe(404)
    expect(answer.text).not.toContain('tin')
  })

  it('an answer that does not show the owner', async () => {
    const estate = await start({ api: ({ path }) => ({ body: { id: path.split('/').at(-1), label: 'gold' } }) })
    expect((await estate.call('GET', '/vaults/v-bert-1', { as: 'anna' })).status).toBe(404)
  })

  it.each<[string, Reply]>([
    ['a redirect', { status: 302, headers: { location: 'https://files.test/v-bert-1' } }],
    ['an empty answer', { status: 204 }],
    ['another object than was asked for', { body: { id: 'v-anna-1', keeper: 'anna' } }],
    ['two objects', { body: [{ id: 'v-bert-1', keeper: 'bert' }] }],
    ['text', { body: 'keeper: bert', headers: { 'content-type': 'text/plain' } }],
    [
      'broken JSON',
      { body: '{"id":"v-bert-1","keeper":"bert","keeper":"anna"}', headers: { 'content-type': 'application/json' } },
    ],
    ['a 403 of the API', { status: 403, body: { error: 'not yours' } }],
  ])('%s in the place of the proof', async (_, reply) => {
    const estate = await start({ api: () => reply })
    expect((await estate.call('GET', '/vaults/v-bert-1', { as: 'anna' })).status).toBe(404)
  })

  it('a conditional read of another owner, whose answer would have no body', async () => {
    const estate = await start({
      api: ({ headers, path }) => {
        if (headers['if-none-match'] !== undefined) return { status: 304 }
        return { body: { id: path.split('/').at(-1), keeper: 'bert' } }
      },
    })
    const headers = { 'if-none-match': '"1"' }
    expect((await estate.call('GET', '/vaults/v-bert-1', { as: 'anna', headers })).status).toBe(404)
    expect((await estate.call('GET', '/vaults/v-bert-1', { as: 'bert', headers })).status).toBe(304)
  })

  it('more objects than it can ask about one by one', async () => {
    const estate = await start()
    const ids = Array.from({ length: 2_000 }, (_, count) => `v-guess-${count}`)
    expect((await estate.call('POST', '/batch', { as: 'anna', body: { ids } })).status).toBe(404)
    expect(estate.received.length).toBeLessThan(10)
    const hidden = await start({
      api: ({ path }) =>
        path === '/vaults' ? { body: { vaults: [] } } : { body: { id: path.split('/').at(-1), keeper: 'anna' } },
    })
    const own = Array.from({ length: 51 }, (_, count) => `v-own-${count}`)
    expect((await hidden.call('POST', '/batch', { as: 'anna', body: { ids: own } })).status).toBe(404)
    expect(hidden.received.length).toBeLessThan(5)
    expect((await hidden.call('POST', '/batch', { as: 'anna', body: { ids: own.slice(1) } })).status).toBe(200)
    const endless = Array.from({ length: 10_001 }, () => 'v-anna-1')
    expect((await estate.call('POST', '/batch', { as: 'anna', body: { ids: endless } })).status).toBe(404)
  })

  it('when the API cannot be asked', async () => {
    let broken = false
    const world = careless()
    const estate = await start({ api: received => (broken ? { status: 500 } : world.api(received)) })
    broken = true
    expect((await estate.call('POST', '/vaults/v-anna-1/visits', { as: 'anna' })).status).toBe(404)
    broken = false
    expect((await estate.call('POST', '/vaults/v-anna-1/visits', { as: 'anna' })).status).toBe(200)
  })

  it('an object that changed hands, at the latest after the time of trust', async () => {
    const estate = await start({ policies: { 'object-ownership': { trust: 60_000 } } })
    await estate.call('GET', '/vaults', { as: 'anna' })
    estate.vaults.set('v-anna-1', { id: 'v-anna-1', keeper: 'bert', label: 'sold' })
    expect((await estate.call('POST', '/vaults/v-anna-1/visits', { as: 'anna' })).status).toBe(200)
    estate.clock.advance(60_001)
    expect((await estate.call('POST', '/vaults/v-anna-1/visits', { as: 'anna' })).status).toBe(404)
  })

  it('an object that changed hands, at once when an answer shows it', async () => {
    const estate = await start()
    await estate.call('GET', '/vaults', { as: 'anna' })
    estate.vaults.set('v-anna-1', { id: 'v-anna-1', keeper: 'bert', label: 'sold' })
    await estate.call('GET', '/search', { as: 'anna' })
    expect((await estate.call('POST', '/vaults/v-anna-1/visits', { as: 'anna' })).status).toBe(404)
  })

  it('an object that changed hands, at the first write where the rule says read-before-write', async () => {
    const owner = { property: 'keeper', is: 'sub', check: 'read-before-write' }
    const estate = await start({ overlays: [overlay('$.components.schemas.Vault', { 'x-rugged': { owner } })] })
    await estate.call('GET', '/vaults', { as: 'anna' })
    estate.vaults.set('v-anna-1', { id: 'v-anna-1', keeper: 'bert', label: 'sold' })
    estate.clock.advance(3_001)
    expect((await estate.call('POST', '/vaults/v-anna-1/visits', { as: 'anna' })).status).toBe(404)
  })

  it.each([
    ['its own list', [{ token: [] }], 200],
    ['a list for everybody', [], 404],
  ])('or passes an object without a word of its owner, by %s', async (_, security, status) => {
    const estate = await start({
      overlays: [overlay("$.paths['/vaults'].get", { security })],
      api: ({ path }) =>
        path === '/vaults' ? { body: { vaults: [{ id: 'v-1' }] } } : { body: path === '/search' ? [] : { id: 'v-1' } },
    })
    expect((await estate.call('POST', '/vaults/v-1/visits', { as: 'anna' })).status).toBe(status)
  })

  it('with one caller never on the word of another', async () => {
    const estate = await start()
    await estate.call('GET', '/vaults', { as: 'bert' })
    await estate.call('POST', '/vaults/v-bert-1/visits', { as: 'bert' })
    expect((await estate.call('POST', '/vaults/v-bert-1/visits', { as: 'anna' })).status).toBe(404)
  })

  it.each([true, false])(
    'nothing in alert mode, but says so, and learns nothing from it (issuer: %s)',
    async issuer => {
      const estate = await start({ issuer, policies: { 'object-ownership': { mode: 'alert' } } })
      for (let attempt = 0; attempt < 2; attempt++) {
        expect((await estate.call('GET', '/vaults/v-bert-1', { as: 'anna' })).status).toBe(200)
        expect((await estate.call('POST', '/vaults/v-bert-1/visits', { as: 'anna' })).status).toBe(200)
        expect(estate.events.slice(-2).map(event => event.decision)).toEqual(['alerted', 'alerted'])
      }
    },
  )

  it('what request-contract finds unclear, even when that one only alerts', async () => {
    const estate = await start({
      use: [requestContract, objectOwnership],
      policies: { 'request-contract': { mode: 'alert' } },
    })
    expect((await estate.call('GET', '/report?vault=v-anna-1&vault=v-bert-1', { as: 'anna' })).status).toBe(404)
  })

  it('unknown options with the way out', async () => {
    await expect(start({ policies: { 'object-ownership': { trusts: 1 } } })).rejects.toThrow('no option "trusts"')
    await expect(start({ policies: { 'object-ownership': { trust: -1 } } })).rejects.toThrow('positive whole number')
  })
})

describe('object-ownership and ids that the client chooses', () => {
  it('passes a new object, and one of the caller', async () => {
    const estate = await start()
    for (const name of ['v-fresh-1', 'v-anna-1']) {
      const made = await estate.call('POST', '/named-vaults', { as: 'anna', body: { id: name } })
      expect(made.status, name).toBe(200)
      expect((await estate.call('PUT', `/named-vaults/${name}`, { as: 'anna' })).status, name).toBe(200)
    }
  })

  it('refuses one of another owner', async () => {
    const estate = await start()
    expect((await estate.call('POST', '/named-vaults', { as: 'anna', body: { id: 'v-bert-1' } })).status).toBe(404)
    expect((await estate.call('PUT', '/named-vaults/v-bert-1', { as: 'anna' })).status).toBe(404)
    expect(estate.acted).toEqual([])
  })

  it('learns nothing from an answer that repeats what was sent', async () => {
    const world = careless()
    const estate = await start({
      api: received => {
        if (received.path === '/vaults/v-later-1') return { status: 404, body: {} }
        return received.path === '/named-vaults'
          ? { status: 201, body: { id: 'v-later-1', keeper: 'anna' } }
          : world.api(received)
      },
    })
    expect((await estate.call('POST', '/named-vaults', { as: 'anna', body: { id: 'v-later-1' } })).status).toBe(201)
    expect((await estate.call('POST', '/vaults/v-later-1/visits', { as: 'anna' })).status).toBe(404)
  })
})

describe('object-ownership without an issuer', () => {
  it('passes what was handed to the very credential, or stands in its own list', async () => {
    const estate = await start({ issuer: false })
    expect((await estate.call('POST', '/vaults/v-anna-1/visits', { as: 'anna' })).status).toBe(200)
    const made = await estate.call('POST', '/vaults', { as: 'anna', body: {} })
    expect((await estate.call('GET', `/vaults/${(made.body as Vault).id}`, { as: 'anna' })).status).toBe(200)
  })

  it('refuses what it cannot compare', async () => {
    const estate = await start({ issuer: false, use: [objectOwnership, objectLedger] })
    await estate.call('GET', '/search', { as: 'anna' })
    for (let attempt = 0; attempt < 2; attempt++) {
      expect((await estate.call('GET', '/vaults/v-bert-1', { as: 'anna' })).status).toBe(404)
      expect((await estate.call('POST', '/vaults/v-bert-1/visits', { as: 'anna' })).status).toBe(404)
    }
    expect(estate.log.at(-1)).toContain('no issuer')
  })
})

describe('object-ownership with shared objects', () => {
  const shared = (value: unknown) => [overlay('$.components.schemas.Vault', { 'x-rugged': { shared: value } })]

  it('passes callers of a declared role, and nobody else', async () => {
    const estate = await start({ overlays: shared({ roles: ['support'] }) })
    const claims = { roles: ['support'] }
    expect((await estate.call('GET', '/vaults/v-bert-1', { as: 'zoe', claims })).status).toBe(200)
    expect((await estate.call('POST', '/vaults/v-bert-1/visits', { as: 'zoe', claims })).status).toBe(200)
    expect((await estate.call('GET', '/vaults/v-bert-1', { as: 'anna' })).status).toBe(404)
  })

  it('passes whoever was handed it by a list, and nobody else', async () => {
    const world = careless()
    let invited = false
    const estate = await start({
      overlays: shared(true),
      api: received => (received.path === '/search' && !invited ? { body: [] } : world.api(received)),
    })
    expect((await estate.call('POST', '/vaults/v-bert-1/visits', { as: 'anna' })).status).toBe(404)
    expect((await estate.call('GET', '/vaults/v-bert-1', { as: 'anna' })).status).toBe(404)
    expect((await estate.call('POST', '/vaults/v-bert-1/visits', { as: 'anna' })).status).toBe(404)
    invited = true
    estate.clock.advance(5_000)
    expect((await estate.call('POST', '/vaults/v-bert-1/visits', { as: 'anna' })).status).toBe(200)
  })
})

describe('object-ownership of objects that have no id but their owner', () => {
  const card = { type: 'object', properties: { holder: { type: 'string' }, points: { type: 'integer' } } }
  const query = [{ name: 'holder', in: 'query', required: true, schema: uuid }]
  const statements = {
    openapi: '3.1.0',
    info: { title: 'Points', version: '1' },
    security: [{ token: [] }],
    paths: {
      '/card': { get: { parameters: query, responses: ok(ref('Card')) } },
      '/cards': {
        post: {
          requestBody: json({ type: 'object', properties: { holders: { type: 'array', items: uuid } } }),
          responses: ok({ type: 'array', items: ref('Card') }),
        },
      },
    },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } }, schemas: { Card: card } },
  }
  const owner = overlay('$.components.schemas.Card', { 'x-rugged': { owner: { property: 'holder', is: 'sub' } } })
  const declare = { 'x-rugged': { id: 'holder' } }
  const ids = [
    overlay('$.components.schemas.Card.properties.holder', declare),
    overlay("$.paths['/card'].get.parameters[0]", declare),
    overlay("$.paths['/cards'].post.requestBody.content['application/json'].schema.properties.holders.items", declare),
  ]
  const api = ({ path, query: asked, body }: Received): Reply => {
    const known = ['anna', 'bert']
    if (path === '/cards')
      return { body: (body as { holders: string[] }).holders.map(holder => ({ holder, points: 1 })) }
    const holder = asked.get('holder') ?? ''
    return known.includes(holder) ? { body: { holder, points: 1 } } : { status: 403, body: { error: 'no' } }
  }

  it('holds the id that is the owner to the claim, in query and batch, and asks nobody', async () => {
    const estate = await start({ contract: statements, overlays: [owner, ...ids], api })
    expect((await estate.call('GET', '/card?holder=anna', { as: 'anna' })).status).toBe(200)
    expect((await estate.call('POST', '/cards', { as: 'anna', body: { holders: ['anna'] } })).status).toBe(200)
    const foreign = await estate.call('GET', '/card?holder=bert', { as: 'anna' })
    expect(foreign.status).toBe(404)
    expect(shown(foreign)).toBe(shown(await estate.call('GET', '/card?holder=nobody', { as: 'anna' })))
    expect((await estate.call('POST', '/cards', { as: 'anna', body: { holders: ['anna', 'bert'] } })).status).toBe(404)
    expect(asked(estate)).toEqual(['GET /card', 'POST /cards'])
  })

  it('does not count down in its refusals, and does in what passes', async () => {
    const estate = await start({
      contract: statements,
      overlays: [owner, ...ids],
      api,
      use: [rateLimit, objectOwnership],
    })
    const counting = (answer: Answered) => answer.headers.get('ratelimit') !== null
    expect(counting(await estate.call('GET', '/card?holder=anna', { as: 'anna' }))).toBe(true)
    const foreign = await estate.call('GET', '/card?holder=bert', { as: 'anna' })
    expect([foreign.status, counting(foreign)]).toEqual([404, false])
    expect(shown(foreign)).toBe(shown(await estate.call('GET', '/card?holder=nobody', { as: 'anna' })))
  })

  it('tells somebody else’s from none by nothing where only the answer says whose it is', async () => {
    const estate = await start({ contract: statements, overlays: [owner], api })
    expect((await estate.call('GET', '/card?holder=anna', { as: 'anna' })).status).toBe(200)
    const foreign = await estate.call('GET', '/card?holder=bert', { as: 'anna' })
    expect(foreign.status).toBe(404)
    expect(shown(foreign)).toBe(shown(await estate.call('GET', '/card?holder=nobody', { as: 'anna' })))
  })
})

describe('object-ownership of HEAD', () => {
  it('is that of the GET: the answer is judged by a body that the client does not get', async () => {
    const estate = await start()
    const own = await estate.call('HEAD', '/vaults/v-anna-1', { as: 'anna' })
    expect([own.status, own.text]).toEqual([200, ''])
    const foreign = await estate.call('HEAD', '/vaults/v-bert-1', { as: 'anna' })
    expect([foreign.status, foreign.text]).toEqual([404, ''])
    expect(shown(foreign)).toBe(shown(await estate.call('HEAD', '/vaults/v-none-1', { as: 'anna' })))
    expect((await estate.call('HEAD', '/vaults/v-anna-1/visits', { as: 'bert' })).status).toBe(404)
    expect((await estate.call('HEAD', '/report?vault=v-bert-1', { as: 'anna' })).status).toBe(404)
  })
})

describe('object-ownership of payments', () => {
  const number = ref('AccountNumber')
  const contractOf = (component: object, to: object) => ({
    openapi: '3.1.0',
    info: { title: 'Bank', version: '1' },
    security: [{ token: [] }],
    paths: {
      '/accounts': { get: { responses: ok({ type: 'array', items: ref('Account') }) } },
      '/accounts/{number}': {
        parameters: [{ name: 'number', in: 'path', required: true, schema: number }],
        get: { responses: ok(ref('Account')) },
      },
      '/payments': {
        post: { requestBody: json({ type: 'object', properties: { from: { allOf: [number] }, to } }), responses: done },
      },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        AccountNumber: { type: 'string', ...component },
        Account: {
          type: 'object',
          'x-rugged': { owner: { property: 'holder', is: 'sub' } },
          properties: { number, holder: { type: 'string' } },
        },
      },
    },
  })
  const declared = { 'x-rugged': { id: 'account' } }
  const api = ({ path, subject }: Received): Reply => {
    if (path === '/accounts') return { body: [{ number: `n-${subject}`, holder: subject }] }
    const holder = /^\/accounts\/n-(.*)$/.exec(path)?.[1]
    return holder === undefined ? { body: {} } : { body: { number: `n-${holder}`, holder } }
  }

  it.each<[string, object, object, number]>([
    ['by the component alone', {}, number, 200],
    ['by an id declared at the component', declared, number, 200],
    ['by an id declared at the field itself', declared, { ...number, ...declared }, 404],
  ])(
    '%s: debits only the own account, and credits another unless that is declared here',
    async (_, component, to, credit) => {
      const estate = await start({ contract: contractOf(component, to), api })
      const pay = async (from: string, payee: string) =>
        (await estate.call('POST', '/payments', { as: 'anna', body: { from, to: payee } })).status
      expect(await pay('n-anna', 'n-anna')).toBe(200)
      expect(await pay('n-bert', 'n-anna')).toBe(404)
      expect(await pay('n-anna', 'n-bert')).toBe(credit)
    },
  )
})

describe('object-ownership of applications', () => {
  const keyed = (claims?: JsonObject) => ({
    name: 'shop',
    hash: `sha256:${hash('sha256', 'shop-key', 'hex')}`,
    ...(claims === undefined ? {} : { claims }),
  })
  const contractOfKeys = {
    ...contract,
    security: [{ key: [] }],
    components: {
      ...contract.components,
      securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-key' } },
    },
  }
  const headers = { 'x-key': 'shop-key' }

  it.each<[string, JsonObject | undefined, number, number]>([
    ['with claims, by them', { sub: 'anna' }, 200, 404],
    ['with the claims of somebody else', { sub: 'bert' }, 404, 200],
    ['without claims', undefined, 404, 404],
  ])('%s', async (_, claims, anna, bert) => {
    const estate = await start({ contract: contractOfKeys, issuer: false, keys: [keyed(claims)] })
    expect((await estate.call('POST', '/vaults/v-anna-1/visits', { headers })).status).toBe(anna)
    expect((await estate.call('POST', '/vaults/v-bert-1/visits', { headers })).status).toBe(bert)
  })
})
