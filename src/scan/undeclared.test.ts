import { describe, expect, it } from 'vitest'
import { sensitiveIn } from './sensitive.ts'
import { answers, contractOf } from './server.fixture.ts'
import { shapeOf, undeclaredIn } from './undeclared.ts'

const person = {
  type: 'object',
  properties: {
    email: { type: 'string' },
    tags: { type: 'object', additionalProperties: { type: 'object', properties: { x: {} } } },
  },
}
const api = contractOf({
  'GET /people': {
    responses: {
      ...answers({ type: 'object', properties: { data: { type: 'array', items: person } } }),
      ...answers({ type: 'object', properties: { why: {} } }, '4XX'),
      ...answers(undefined, '204'),
    },
  },
})
const [row] = api.operations

function answer(status: number) {
  return {
    status,
    headers: {},
    mediaType: 'application/json',
    text: '',
    value: undefined,
    truncated: false,
    milliseconds: 0,
  }
}

describe('undeclared members', () => {
  it.each([
    [
      200,
      {
        data: [
          { email: 'a', extra: 1 },
          { extra: 2, deep: { y: 1 } },
        ],
      },
      ['data.[].extra', 'data.[].deep'],
    ],
    [200, { data: [{ tags: { any: { x: 1, y: 2 } } }] }, ['data.[].tags.*.y']],
    [200, { data: [], more: true }, ['more']],
    [404, { why: 'x', stack: 'y' }, ['stack']],
    [200, { data: [{ email: 'a' }] }, []],
  ])('of %i', (status, value, expected) => {
    if (row === undefined) throw new Error('the fixture has one operation')
    const shape = shapeOf(api, row.operation, answer(status))
    expect(shape === undefined ? undefined : undeclaredIn(shape, value).map(({ path }) => path.join('.'))).toEqual(
      expected,
    )
  })

  it('cannot be told where nothing is declared', () => {
    if (row === undefined) throw new Error('the fixture has one operation')
    expect(shapeOf(api, row.operation, answer(204))).toBeUndefined()
  })
})

describe('sensitive values', () => {
  it('are told by name, form and surroundings, and only where something is there', () => {
    if (row === undefined) throw new Error('the fixture has one operation')
    const value = {
      data: [{ email: 'a@b.example' }, { email: 'c@d.example', phone: '' }, { note: '+4477009001234', email: 'x***' }],
      shop: { email: null },
    }
    const found = sensitiveIn(value, row).map(entry => ({ ...entry, values: entry.values.size }))
    expect(found).toEqual([
      { path: 'data[].email', class: 'email', harm: 'strong', declared: true, personal: true, values: 2 },
      { path: 'data[].note', class: 'phone', harm: 'strong', declared: false, personal: true, values: 1 },
    ])
  })
})
