import { describe, expect, it } from 'vitest'
import { startEstate } from './estate.fixture.ts'
import { objectBudget } from './object-budget.ts'

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const ok = (schema: object) => ({ '200': { description: 'ok', content: { 'application/json': { schema } } } })
const day = 86_400_000

const contract = {
  openapi: '3.1.0',
  info: { title: 'Cards', version: '1' },
  security: [],
  paths: {
    '/cards': {
      get: { responses: ok({ type: 'object', properties: { data: { type: 'array', items: ref('Entry') } } }) },
    },
    '/cards/{id}': {
      get: {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
        responses: ok(ref('Card')),
      },
    },
    '/maybe': { get: { security: [{ token: [] }, {}], responses: ok({ type: 'array', items: ref('Card') }) } },
    '/mine': { get: { security: [{ token: [] }], responses: ok({ type: 'array', items: ref('Card') }) } },
    '/lines': {
      get: {
        'x-rugged': { budget: { objects: 3, per: 'hour' } },
        responses: ok({ type: 'array', items: { type: 'object', properties: { text: { type: 'string' } } } }),
      },
    },
  },
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    schemas: {
      Entry: { type: 'object', properties: { position: { type: 'integer' }, card: ref('Card') } },
      Card: {
        type: 'object',
        'x-rugged': { budget: { objects: 10, per: 'day' } },
        properties: { id: { type: 'integer' }, name: { type: 'string' } },
      },
    },
  },
}

/** Cards from a first number to a last one, as `/cards?from=…&to=…` asks. */
function start(issuer = true) {
  return startEstate({
    contract,
    use: [objectBudget],
    issuer,
    api: ({ path, query }) => {
      const one = /^\/cards\/(\d+)$/.exec(path)?.[1]
      if (one !== undefined) return { body: { id: Number(one), name: 'card' } }
      const from = Number(query.get('from') ?? 1)
      const ids = Array.from({ length: Number(query.get('to') ?? 5) - from + 1 }, (_, index) => from + index)
      if (path === '/mine' || path === '/maybe') return { body: ids.map(id => ({ id })) }
      if (path === '/lines') return { body: ids.map(id => ({ text: `line ${id}` })) }
      return { body: { data: ids.map(id => ({ position: id, card: { id } })) } }
    },
  })
}

type Started = Awaited<ReturnType<typeof start>>

async function read(estate: Started, path: string, as?: string): Promise<string> {
  const { status, body } = await estate.call('GET', path, as === undefined ? {} : { as })
  const data: unknown = typeof body === 'object' && body !== null && 'data' in body ? body.data : body
  return status === 200 ? `${Array.isArray(data) ? data.length : 1} given` : String(status)
}

describe('object-budget passes', () => {
  it('as many different objects as declared, and those again for nothing', async () => {
    const estate = await start()
    expect(await read(estate, '/cards?from=1&to=10')).toBe('10 given')
    for (let time = 0; time < 20; time++) {
      expect(await read(estate, '/cards?from=1&to=10')).toBe('10 given')
      expect(await read(estate, '/cards/7')).toBe('1 given')
    }
  })

  it('each caller for itself', async () => {
    const estate = await start()
    expect(await read(estate, '/mine?to=10', 'anna')).toBe('10 given')
    expect(await read(estate, '/mine?from=11&to=20', 'bert')).toBe('10 given')
    expect(await read(estate, '/mine?from=11&to=20', 'anna')).toBe('429')
  })

  it('again when the time is over', async () => {
    const estate = await start()
    await read(estate, '/cards?from=1&to=10')
    expect(await read(estate, '/cards/11')).toBe('429')
    estate.clock.advance(day)
    expect(await read(estate, '/cards/11')).toBe('1 given')
  })
})

describe('object-budget refuses', () => {
  it('what lies beyond, item by item, across all operations that answer the type', async () => {
    const estate = await start()
    expect(await read(estate, '/cards?from=1&to=7')).toBe('7 given')
    expect(await read(estate, '/cards/8')).toBe('1 given')
    expect(await read(estate, '/cards?from=7&to=20')).toBe('4 given')
    expect(await read(estate, '/cards?from=11&to=20')).toBe('429')
    expect(await read(estate, '/cards/11')).toBe('429')
    expect(await read(estate, '/cards/1')).toBe('1 given')
  })

  it('with 429 and the time to wait', async () => {
    const estate = await start()
    await read(estate, '/cards?from=1&to=10')
    estate.clock.advance(day / 2)
    const answer = await estate.call('GET', '/cards/11')
    expect(answer.status).toBe(429)
    expect(answer.headers.get('retry-after')).toBe(String(day / 2_000))
    expect(answer.body).toMatchObject({ type: 'urn:ruggedapi:problem:object-budget-exhausted' })
    expect(answer.text).not.toContain('"card"')
    expect(estate.events.at(-1)?.reasons).toMatchObject([{ weakness: 'object-harvesting', mode: 'block' }])
  })

  it('a whole collection, whatever the size of the pages and however many at once', async () => {
    const estate = await start()
    const pages = Array.from({ length: 50 }, (_, page) =>
      estate.call('GET', `/cards?from=${page * 4 + 1}&to=${page * 4 + 4}`),
    )
    const got = new Set((await Promise.all(pages)).flatMap(({ text }) => text.match(/"id":\d+/g) ?? []))
    expect(got.size).toBe(10)
  })

  it('credentials that are made up where none is demanded', async () => {
    const estate = await start(false)
    await read(estate, '/cards?from=1&to=10')
    expect(await read(estate, '/cards/11', 'somebody')).toBe('429')
    expect(await read(estate, '/cards/12', 'somebody else')).toBe('429')
    expect(await read(estate, '/maybe?from=11&to=12', 'somebody')).toBe('429')
    expect(await read(estate, '/maybe?from=13&to=14', 'somebody else')).toBe('429')
  })

  it('what an operation answers beyond its own budget, by content where nothing has an id', async () => {
    const estate = await start()
    expect(await read(estate, '/lines?to=2')).toBe('2 given')
    expect(await read(estate, '/lines?from=2&to=9')).toBe('2 given')
    expect(await read(estate, '/lines?from=4&to=9')).toBe('429')
    expect(await read(estate, '/cards?to=10')).toBe('10 given')
  })
})
