import { describe, expect, it } from 'vitest'
import { startEstate } from './estate.fixture.ts'
import { propertyVisibility } from './property-visibility.ts'

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const text = (rugged: object) => ({ type: 'string', 'x-rugged': rugged })
const ok = (schema: object) => ({ description: 'ok', content: { 'application/json': { schema } } })

const contract = {
  openapi: '3.1.0',
  info: { title: 'People', version: '1' },
  security: [],
  paths: {
    '/people': {
      get: {
        responses: {
          '200': ok({ type: 'object', properties: { data: { type: 'array', items: ref('Person') } } }),
          '409': ok(ref('Person')),
        },
      },
    },
    '/plain': { get: { responses: { '200': ok({ type: 'object', properties: { name: { type: 'string' } } }) } } },
  },
  components: {
    schemas: {
      Person: {
        type: 'object',
        required: ['id', 'name'],
        properties: {
          id: { type: 'integer' },
          name: text({ visible: ['member', 'people.read'] }),
          secret: text({ visible: [] }),
          iban: text({ visible: ['member'], view: 'masked' }),
          pin: text({ view: 'masked' }),
          place: {
            type: 'object',
            'x-rugged': { visible: ['member'], view: { rounded: 1 } },
            properties: { lat: { type: 'number' }, lon: { type: 'string' }, street: { type: 'string' } },
          },
          friends: { type: 'array', items: ref('Person') },
          stats: {
            type: 'object',
            properties: {
              salary: { type: 'number', 'x-rugged': { visible: ['member'], view: { aggregate: 20 } } },
              sampleSize: { type: 'integer' },
            },
          },
        },
      },
    },
  },
}

const person = {
  id: 1,
  name: 'Anna',
  secret: 's',
  iban: 'DE02120300000000202051',
  pin: '1234',
  place: { lat: 48.13743, lon: '11.57549', street: 'Marienplatz' },
  friends: [{ id: 2, name: 'Bert', secret: 't', friends: [{ id: 3, name: 'Carl' }] }],
  stats: { salary: 5_000, sampleSize: 19 },
}

const publicView = {
  id: 1,
  iban: '***2051',
  pin: '***',
  place: { lat: 48.1, lon: '11.6' },
  friends: [{ id: 2, friends: [{ id: 3 }] }],
  stats: { sampleSize: 19 },
}

const membersView = { ...person, pin: '***', friends: [{ id: 2, name: 'Bert', friends: [{ id: 3, name: 'Carl' }] }] }

function start(body: unknown, status = 200, mode: 'block' | 'alert' = 'block') {
  const policies = { 'property-visibility': { mode } }
  return startEstate({ contract, api: () => ({ status, body }), use: [propertyVisibility], policies })
}

function without(value: typeof membersView): unknown {
  const { secret: _, ...rest } = value
  return rest
}

describe('property-visibility passes', () => {
  it('what the role may see', async () => {
    const estate = await start({ data: [person] })
    const { body } = await estate.call('GET', '/people', { as: 'anna', claims: { roles: ['member'] } })
    expect(body).toEqual({ data: [without(membersView)] })
  })

  it('what the scope may see', async () => {
    const estate = await start({ data: [person] })
    const { body } = await estate.call('GET', '/people', { as: 'anna', claims: { scope: 'openid people.read' } })
    expect(body).toEqual({ data: [{ ...publicView, name: 'Anna', friends: membersView.friends }] })
  })

  it('answers without restricted properties as they are', async () => {
    const estate = await start({ data: [{ id: 1 }, null, 'text'] })
    expect((await estate.call('GET', '/people')).text).toBe('{"data":[{"id":1},null,"text"]}')
    expect(estate.events.at(-1)?.reasons).toEqual([])
    const plain = await start({ name: 'Anna' })
    expect((await plain.call('GET', '/plain')).body).toEqual({ name: 'Anna' })
  })

  it('an average over enough people', async () => {
    const estate = await start({ data: [{ stats: { salary: 5_000, sampleSize: 20 } }] })
    expect((await estate.call('GET', '/people')).body).toEqual({ data: [{ stats: { salary: 5_000, sampleSize: 20 } }] })
  })

  it('everything in alert mode, but says so', async () => {
    const estate = await start({ data: [person] }, 200, 'alert')
    expect((await estate.call('GET', '/people')).body).toEqual({ data: [person] })
    expect(estate.events.at(-1)?.reasons).toMatchObject([{ weakness: 'excessive-data-exposure', mode: 'alert' }])
  })
})

describe('property-visibility refuses', () => {
  it.each([
    ['a list', { data: [person] }, 200, { data: [publicView] }],
    ['an object where a list is declared', { data: person }, 200, { data: publicView }],
    ['an error answer', person, 409, publicView],
    ['a status that the contract does not declare', person, 418, publicView],
    ['another status with a list', { data: [person] }, 203, { data: [publicView] }],
  ])('others the properties in %s [API3-a] [API3-c]', async (_, body, status, shown) => {
    const estate = await start(body, status)
    const answer = await estate.call('GET', '/people')
    expect(answer.status).toBe(status)
    expect(answer.body).toEqual(shown)
    expect(estate.log.at(-1)).toMatch(/may not see .*name/)
    expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(answer.text)))
  })

  it('as deep as a recursive schema goes', async () => {
    let deep: object = { id: 0, name: 'deepest' }
    for (let level = 0; level < 40; level++) deep = { id: level, name: 'somebody', friends: [deep] }
    const estate = await start({ data: [deep] })
    expect((await estate.call('GET', '/people')).text).not.toMatch(/somebody|deepest/)
  })

  it.each([
    ['12345678', '***5678'],
    ['1234567', '***'],
    [12345678, '***5678'],
    [
      ['12345678', 'ab'],
      ['***5678', '***'],
    ],
    [{ a: '12345678' }, { a: '***5678' }],
    [null, null],
  ])('%j, and shows %j', async (iban, shown) => {
    const estate = await start({ data: [{ iban }] })
    expect((await estate.call('GET', '/people')).body).toEqual({ data: [{ iban: shown }] })
  })

  it.each([
    [48.15, 48.2],
    ['48.13', '48.1'],
    ['Marienplatz 1', undefined],
    [true, undefined],
    [{ type: 'Point', coordinates: [11.575, 48.137] }, { coordinates: [11.6, 48.1] }],
  ])('%j to more than a decimal', async (place, shown) => {
    const estate = await start({ data: [{ place }] })
    expect((await estate.call('GET', '/people')).body).toEqual({ data: [shown === undefined ? {} : { place: shown }] })
  })
})
