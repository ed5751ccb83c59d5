import { describe, expect, it } from 'vitest'
import { type EstateOptions, startEstate } from './estate.fixture.ts'
import { objectLedger } from './object-ledger.ts'

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const json = (schema: object) => ({ content: { 'application/json': { schema } } })
const ok = (schema: object) => ({ '200': { description: 'ok', ...json(schema) } })
const list = (name: string) => ok({ type: 'object', properties: { data: { type: 'array', items: ref(name) } } })
const path = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } })

/** No owner rule and no `id` anywhere: what a team has that has declared nothing. */
const contract = {
  openapi: '3.0.3',
  info: { title: 'Boats', version: '1' },
  security: [{ token: [] }],
  paths: {
    '/boats': {
      get: { responses: list('Boat') },
      post: { responses: { '201': { description: 'made', ...json(ref('Boat')) } } },
    },
    '/boats/{boatId}': { get: { parameters: [path('boatId')], responses: ok(ref('Boat')) } },
    '/harbours': { get: { security: [], responses: list('Harbour') } },
    '/moorings': { post: { requestBody: json(ref('NewMooring')), responses: ok(ref('Mooring')) } },
    '/moorings/{mooringId}': { get: { parameters: [path('mooringId')], responses: ok(ref('Mooring')) } },
  },
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    schemas: {
      Boat: { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' } } },
      Harbour: { type: 'object', properties: { id: { type: 'string' } } },
      NewMooring: {
        type: 'object',
        properties: {
          boat_id: { type: 'string' },
          harbour_id: { type: 'string' },
          more: { type: 'array', items: { type: 'object', properties: { boat_id: { type: 'string' } } } },
        },
      },
      Mooring: {
        type: 'object',
        properties: { id: { type: 'string' }, boat_id: { type: 'string' }, harbour_id: { type: 'string' } },
      },
    },
  },
}

/** An API that lists each caller's own boats and lets everybody moor any. */
function careless() {
  const boats = new Map([
    ['anna', ['a1', 'a2']],
    ['bert', ['b1']],
  ])
  const moored: unknown[] = []
  const api: EstateOptions['api'] = ({ method, path, subject = '', body }) => {
    const own = boats.get(subject) ?? []
    if (path === '/boats' && method === 'POST') {
      own.push(`${subject}-new-${own.length}`)
      boats.set(subject, own)
      return { status: 201, body: { id: own.at(-1) } }
    }
    if (path === '/boats') return { body: { data: own.map(id => ({ id, name: 'boat' })) } }
    if (path === '/harbours') return { body: { data: [{ id: 'h1' }] } }
    if (path === '/moorings') {
      moored.push(body)
      return { body: { id: `m${moored.length}`, ...Object(body) } }
    }
    const id = path.split('/').at(-1)
    return id === 'none' ? { status: 404, body: { error: 'gone' } } : { body: { id } }
  }
  return { api, boats, moored }
}

async function start(options: Partial<EstateOptions> = {}) {
  const world = careless()
  const policies = { 'object-ledger': { mode: 'block' } } as const
  return { ...world, ...(await startEstate({ contract, api: world.api, use: [objectLedger], policies, ...options })) }
}

const moor = (boat: unknown, more: object = {}) => ({ body: { boat_id: boat, harbour_id: 'h1', ...more } })

describe('object-ledger passes', () => {
  it('what was handed, created, or stands on the caller’s list after a restart', async () => {
    const estate = await start()
    expect((await estate.call('POST', '/moorings', { as: 'anna', ...moor('a1') })).status).toBe(200)
    await estate.call('GET', '/boats', { as: 'bert' })
    expect((await estate.call('POST', '/moorings', { as: 'bert', ...moor('b1') })).status).toBe(200)
    const made = await estate.call('POST', '/boats', { as: 'bert' })
    const { id } = made.body as { readonly id: string }
    expect((await estate.call('GET', `/boats/${id}`, { as: 'bert' })).status).toBe(200)
    expect(estate.events.flatMap(event => event.reasons)).toEqual([])
  })

  it('asks one list however many requests are unfamiliar at one time', async () => {
    const estate = await start()
    const calls = Array.from({ length: 20 }, () => estate.call('POST', '/moorings', { as: 'anna', ...moor('a2') }))
    expect((await Promise.all(calls)).every(({ status }) => status === 200)).toBe(true)
    expect(estate.received.filter(({ path }) => path === '/boats')).toHaveLength(1)
  })

  it('public catalogues and anonymous callers', async () => {
    const estate = await start()
    const body = { harbour_id: 'never handed to anybody' }
    expect((await estate.call('POST', '/moorings', { as: 'anna', body })).status).toBe(200)
    expect((await estate.call('GET', '/harbours')).status).toBe(200)
  })

  it('callers known by a credential alone, from their own answers', async () => {
    const estate = await start({ issuer: false })
    expect((await estate.call('POST', '/moorings', { as: 'anna', ...moor('a1') })).status).toBe(200)
    expect((await estate.call('POST', '/moorings', { as: 'bert', ...moor('a1') })).status).toBe(404)
  })

  it('an unfamiliar object by default, but raises the alarm each time', async () => {
    const estate = await start({ policies: {} })
    for (let attempt = 0; attempt < 2; attempt++) {
      expect((await estate.call('GET', '/boats/a1', { as: 'bert' })).status).toBe(200)
      expect(estate.events.at(-1)).toMatchObject({
        decision: 'alerted',
        reasons: [{ card: 'policy/object-ledger', weakness: 'broken-object-level-authorization', mode: 'alert' }],
      })
    }
  })
})

describe('object-ledger refuses', () => {
  it.each([
    ["another caller's boat", moor('a1')],
    ['a guess', moor('a3')],
    ['one among its own', moor('b1', { more: [{ boat_id: 'b1' }, { boat_id: 'a1' }] })],
    ['a list', moor(['b1', 'a1'])],
    ['what is no id', moor({ id: 'b1' })],
    ['another spelling', moor(' b1')],
  ])('%s, before the API sees it', async (_, call) => {
    const estate = await start()
    for (let attempt = 0; attempt < 2; attempt++) {
      const answer = await estate.call('POST', '/moorings', { as: 'bert', ...call })
      expect(answer.status).toBe(404)
      expect(answer.body).toMatchObject({ type: 'urn:ruggedapi:problem:not-found' })
    }
    expect(estate.moored).toEqual([])
  })

  it('in words that cannot be told from those for a missing object', async () => {
    const estate = await start()
    estate.boats.get('anna')?.push('none')
    const missing = await estate.call('GET', '/boats/none', { as: 'anna' })
    const foreign = await estate.call('GET', '/boats/b1', { as: 'anna' })
    const bytes = ({ text }: { readonly text: string }) => text.replace(/urn:uuid:[0-9a-f-]+/, '')
    expect(bytes(missing)).toBe(bytes(foreign))
    expect(estate.received.at(-1)?.path).not.toBe('/boats/b1')
    expect(estate.events.map(event => event.reasons.length)).toEqual([0, 1])
  })

  it('and asks the list once in a moment, whatever is tried', async () => {
    const estate = await start()
    for (let attempt = 0; attempt < 30; attempt++) {
      await estate.call('POST', '/moorings', { as: 'bert', ...moor(`guess ${attempt}`) })
    }
    expect(estate.received).toHaveLength(1)
  })
})

describe('object-ledger in the event', () => {
  it('names what was used and handed, by pseudonyms that are equal for equal objects', async () => {
    const estate = await start()
    await estate.call('GET', '/boats', { as: 'anna' })
    await estate.call('POST', '/moorings', { as: 'anna', ...moor('a1') })
    const [listed, moored] = estate.events
    expect(listed).toMatchObject({ used: [], handedCount: 2 })
    expect(listed?.handed.map(({ type, place }) => `${type} ${place}`)).toEqual([
      'boat body.data.id',
      'boat body.data.id',
    ])
    expect(moored?.used.map(({ type, place }) => `${type} ${place}`)).toEqual([
      'boat body.boat_id',
      'harbour body.harbour_id',
    ])
    expect(moored?.handed.map(({ type }) => type).sort()).toEqual(['boat', 'harbour', 'mooring'])
    expect(moored?.used[0]?.id).toBe(listed?.handed[0]?.id)
    expect(JSON.stringify(estate.events)).not.toMatch(/"a1"|"h1"/)
  })

  it('has room for a hundred and counts all', async () => {
    const estate = await start()
    estate.boats.set(
      'carl',
      Array.from({ length: 250 }, (_, index) => `c${index}`),
    )
    await estate.call('GET', '/boats', { as: 'carl' })
    expect(estate.events[0]?.handed).toHaveLength(100)
    expect(estate.events[0]?.handedCount).toBe(250)
  })
})
