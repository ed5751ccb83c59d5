import { describe, expect, it } from 'vitest'
import type { Answer } from './answer.ts'
import { ValuePool } from './pool.ts'
import { answers, contractOf, ref, takes } from './server.fixture.ts'

const api = contractOf(
  {
    'GET /baskets': { responses: answers({ type: 'array', items: ref('Basket') }) },
    'POST /baskets': { requestBody: takes({ type: 'object' }), responses: answers(ref('Basket'), '201') },
    'GET /baskets/{basketId}': { responses: answers(ref('Basket')) },
    'GET /untold': { responses: answers({ type: 'object' }) },
  },
  {
    Basket: {
      type: 'object',
      properties: { id: { type: 'string' }, maker: { type: 'string' }, colour: { type: 'string' } },
    },
  },
)

function learn(pool: ValuePool, key: string, value: unknown, extra: Partial<Answer> = {}, actor = 'ann'): void {
  const exposure = api.operations.find(({ operation }) => operation.key === key)
  if (exposure === undefined) throw new Error(`no ${key}`)
  const answer = {
    status: 200,
    headers: {},
    mediaType: '',
    text: '',
    value,
    truncated: false,
    milliseconds: 0,
    ...extra,
  }
  pool.learn(exposure, { operation: exposure.operation, parameters: new Map() }, answer, actor)
}

describe('a pool of values', () => {
  it('keeps what each actor was given apart, the objects they made first', () => {
    const pool = new ValuePool(api, new Set())
    learn(pool, 'GET /baskets', [{ id: 'b1', maker: 's1', colour: 'red' }])
    learn(pool, 'POST /baskets', { id: 'b2', maker: 's2' })
    expect(pool.ids('basket', 'ann').map(({ value, source }) => [value, source])).toEqual([
      ['b2', 'created'],
      ['b1', 'listed'],
    ])
    expect(pool.ids('basket', 'ben')).toEqual([])
    expect(pool.named('Colour', 'ann')).toEqual(['red'])
    expect([pool.isCreated('basket', 'b2'), pool.isCreated('basket', 'b1')]).toEqual([true, false])
  })

  it('takes the id of what was made from the Location header', () => {
    const pool = new ValuePool(api, new Set())
    learn(pool, 'POST /baskets', undefined, {
      status: 201,
      headers: { location: 'https://api.example/v2/baskets/b%209?x=1' },
    })
    expect(pool.ids('basket', 'ann')).toEqual([{ type: 'basket', value: 'b 9', source: 'created' }])
  })

  it('learns ids that no contract declares, and forgets what is gone', () => {
    const pool = new ValuePool(api, new Set())
    learn(pool, 'GET /untold', { id: 'u1', basketId: 'b7' })
    expect(pool.allIds('ann').map(({ type, value }) => [type, value])).toEqual(
      expect.arrayContaining([
        ['untold', 'u1'],
        ['basket', 'b7'],
      ]),
    )
    pool.forget('basket', 'b7')
    expect(pool.ids('basket', 'ann')).toEqual([])
  })

  it('stays small, whatever it is given', () => {
    const pool = new ValuePool(api, new Set())
    for (let round = 0; round < 50; round++) {
      learn(
        pool,
        'GET /baskets',
        Array.from({ length: 100 }, (_, at) => ({ id: `b${round}-${at}` })),
      )
    }
    expect(pool.ids('basket', 'ann').length).toBeLessThanOrEqual(40)
  })
})
