import { describe, expect, it } from 'vitest'
import { startEstate } from './estate.fixture.ts'
import { pageSize } from './page-size.ts'

const list = {
  '200': {
    description: 'ok',
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: { items: { type: 'array', items: { type: 'object', properties: { id: { type: 'integer' } } } } },
        },
      },
    },
  },
}
const integer = (more: object = {}) => ({ type: 'integer', ...more })
const query = (name: string, schema: object) => ({ name, in: 'query', schema })

const contract = {
  openapi: '3.1.0',
  info: { title: 'Pages', version: '1' },
  security: [],
  paths: {
    '/open': { get: { parameters: [query('pageSize', integer())], responses: list } },
    '/from-zero': { get: { parameters: [query('limit', integer({ minimum: 0 }))], responses: list } },
    '/bounded': { get: { parameters: [query('limit', integer({ maximum: 1000 }))], responses: list } },
    '/one': {
      get: { parameters: [query('limit', integer())], responses: { '200': { description: 'not a list' } } },
    },
    '/guessed': { get: { parameters: [query('n', integer()), query('limit', integer())], responses: list } },
    '/payments': {
      post: {
        requestBody: {
          content: {
            'application/json': { schema: { type: 'object', properties: { amount: integer(), n: integer() } } },
          },
        },
        responses: list,
      },
    },
    '/search': {
      post: {
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: { page: { type: 'object', properties: { limit: integer() } }, text: { type: 'string' } },
              },
            },
          },
        },
        responses: list,
      },
    },
  },
}

async function start(options: Record<string, unknown> = {}) {
  const items = Array.from({ length: 300 }, (_, id) => ({ id }))
  const api = () => ({ body: { items } })
  return startEstate({ contract, api, use: [pageSize], policies: { 'page-size': options } })
}

describe('page-size passes', () => {
  it.each([
    '/open',
    '/open?pageSize=1',
    '/open?pageSize=100',
    '/from-zero?limit=0',
    '/bounded?limit=1000',
    '/one?limit=5000',
  ])('GET %s', async path => {
    expect((await (await start()).call('GET', path)).status).toBe(200)
  })

  it('bodies within the maximum, and a maximum of its own', async () => {
    const estate = await start({ maximum: 500 })
    expect((await estate.call('POST', '/search', { body: { page: { limit: 500 } } })).status).toBe(200)
    expect((await estate.call('POST', '/search', { body: { text: 'x' } })).status).toBe(200)
    expect((await estate.call('GET', '/open?pageSize=500')).status).toBe(200)
  })
})

describe('page-size leaves alone', () => {
  it('money and quantities of a write', async () => {
    const estate = await start()
    expect((await estate.call('POST', '/payments', { body: { amount: 250_000, n: 5_000 } })).status).toBe(200)
    expect(estate.events.at(-1)?.reasons).toEqual([])
  })

  it('numbers that may be page sizes, but reports them, and does not miss a sure one beside', async () => {
    const estate = await start()
    expect((await estate.call('GET', '/guessed?n=5000')).status).toBe(200)
    expect(estate.events.at(-1)?.reasons).toMatchObject([{ weakness: 'unbounded-page' }])
    expect((await estate.call('GET', '/guessed?n=5000&limit=5000')).status).toBe(400)
    expect((await (await start({ clamp: true })).call('GET', '/guessed?n=5000&limit=5000')).status).toBe(200)
  })
})

describe('page-size refuses', () => {
  it.each([
    '/open?pageSize=101',
    '/open?pageSize=100000',
    '/open?pageSize=-1',
    '/open?pageSize=0',
    '/from-zero?limit=-1',
  ])('GET %s, and names the maximum [API4-g] [API4-n]', async path => {
    const estate = await start()
    const answer = await estate.call('GET', path)
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ type: 'urn:ruggedapi:problem:page-too-large', maximum: 100 })
    expect(answer.text).toContain('to 100')
    expect(estate.received).toEqual([])
    expect(estate.events.at(-1)?.reasons).toMatchObject([{ weakness: 'unbounded-page' }])
  })

  it('a page size in a body', async () => {
    const estate = await start()
    expect((await estate.call('POST', '/search', { body: { page: { limit: 101 } } })).status).toBe(400)
    expect((await estate.call('POST', '/search', { body: { page: [{ limit: 5 }, { limit: 101 }] } })).status).toBe(400)
  })

  it('wrong options with the way out', async () => {
    await expect(start({ maximun: 5 })).rejects.toThrow('no option "maximun"')
    await expect(start({ maximum: '5' })).rejects.toThrow('positive whole number')
    await expect(start({ clamp: 'yes' })).rejects.toThrow('true or false')
  })
})

describe('page-size rewrites', () => {
  it('larger numbers to the maximum with clamp', async () => {
    const estate = await start({ clamp: true, maximum: 50 })
    expect((await estate.call('GET', '/open?pageSize=100000')).status).toBe(200)
    expect((await estate.call('GET', '/open?pageSize=-1')).status).toBe(200)
    expect((await estate.call('POST', '/search', { body: { page: { limit: 9_999 }, text: 'x' } })).status).toBe(200)
    expect(estate.received.map(({ query, body }) => body ?? query.get('pageSize'))).toEqual([
      '50',
      '50',
      { page: { limit: 50 }, text: 'x' },
    ])
  })

  it('answers that are longer all the same with cut', async () => {
    const plain = await start()
    expect((await plain.call('GET', '/open')).body).toHaveProperty('items.length', 300)
    const cutting = await start({ cut: true })
    expect((await cutting.call('GET', '/open')).body).toHaveProperty('items.length', 100)
  })
})
