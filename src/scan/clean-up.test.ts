import { describe, expect, it } from 'vitest'
import { startNotes, strict } from './notes.fixture.ts'
import { objectOwnership } from './probes/object-ownership.ts'
import { scanApi } from './scan.ts'
import { ann, answers, ben, contractOf, notFound, ref, scanWith, serve, takes, unauthorised } from './server.fixture.ts'

describe('after a scan', () => {
  it('everything that it has made is gone, and everything else still there', async () => {
    const { url, exposure, seen, close } = await startNotes(strict)
    const list = async (name: string) => {
      const response = await fetch(new URL('/jottings', url), { headers: { authorization: `Bearer token-of-${name}` } })
      return JSON.stringify(await response.json())
    }
    const before = [await list('ann'), await list('ben')].map(text => text.replace(/"(?:stars|text)":[^,}]+/g, ''))
    await scanApi({ exposure, url, actors: [ann, ben], probes: [objectOwnership] })
    const after = [await list('ann'), await list('ben')].map(text => text.replace(/"(?:stars|text)":[^,}]+/g, ''))
    await close()
    expect(seen.filter(({ method, target }) => method === 'POST' && target === '/jottings').length).toBeGreaterThan(2)
    expect(after).toEqual(before)
  })

  it('what it has overwritten is as it was, and what it cannot take back is told', async () => {
    const exposure = contractOf(
      {
        'GET /shelves': { responses: answers({ type: 'array', items: ref('Shelf') }) },
        'GET /shelves/{shelfId}': { responses: answers(ref('Shelf')) },
        'PUT /shelves/{shelfId}': { requestBody: takes(ref('ShelfChange')), responses: answers(ref('Shelf')) },
        'POST /orders': { requestBody: takes(ref('OrderInput')), responses: answers(ref('Order'), '201') },
      },
      {
        Shelf: {
          type: 'object',
          properties: { id: { type: 'string' }, label: { type: 'string' }, depth: { type: 'integer' } },
        },
        ShelfChange: {
          type: 'object',
          required: ['label'],
          properties: { label: { type: 'string' }, depth: { type: 'integer' } },
        },
        OrderInput: { type: 'object', required: ['count'], properties: { count: { type: 'integer' } } },
        Order: { type: 'object', properties: { id: { type: 'integer' }, count: { type: 'integer' } } },
      },
    )
    const shelves = ['ann', 'ben'].map(user => ({ id: `shelf-of-${user}`, label: `left wall of ${user}`, depth: 30 }))
    const original = JSON.stringify(shelves)
    const own = (user: string | undefined) => shelves.filter(({ id }) => id === `shelf-of-${user}`)
    let orders = 0
    let changes = 0
    const starting = serve(exposure, {
      'GET /shelves': ({ user }) => (user === undefined ? unauthorised : { status: 200, body: own(user) }),
      'GET /shelves/{shelfId}': ({ params }) => {
        const shelf = shelves.find(({ id }) => id === params['shelfId'])
        return shelf === undefined ? notFound : { status: 200, body: shelf }
      },
      'PUT /shelves/{shelfId}': ({ params, body, user }) => {
        const shelf = shelves.find(({ id }) => id === params['shelfId'])
        if (shelf === undefined || user === undefined) return notFound
        changes += 1
        Object.assign(shelf, body)
        return { status: 200, body: shelf }
      },
      'POST /orders': ({ body, user }) =>
        user === undefined ? unauthorised : { status: 201, body: { id: 70 + orders++, count: body['count'] } },
    })
    const { leftBehind, findings } = await scanWith(objectOwnership, starting)
    expect(findings.map(({ operation }) => operation?.method)).toContain('PUT')
    expect(changes).toBeGreaterThan(4)
    expect(JSON.stringify(shelves)).toBe(original)
    expect(orders).toBeGreaterThan(0)
    expect(leftBehind).toHaveLength(orders)
    expect(leftBehind[0]).toMatch(/^POST \/orders made order 70 for ann$/)
  })
})
