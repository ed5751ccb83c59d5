import { describe, expect, it } from 'vitest'
import { exposeYaml, rowOf } from './contract.fixture.ts'
import { sensitiveFields } from './exposure.ts'
import { weaker } from './fact.ts'

const api = exposeYaml(`
paths:
  /a:
    get: { responses: { '200': { description: ok, content: { application/json: { schema: { type: object, properties: { email: { type: string }, title: { type: string } } } } } } } }
    post: { x-rugged: { roles: [staff] }, responses: {} }
    delete: { responses: {} }
    head: { responses: {} }
`)

describe('the fact table', () => {
  it('has a row for each operation, found by it', () => {
    expect(api.operations.map(({ operation, effect }) => [operation.key, effect])).toEqual(
      expect.arrayContaining([
        ['GET /a', 'reads'],
        ['POST /a', 'writes'],
        ['DELETE /a', 'deletes'],
        ['HEAD /a', 'reads'],
      ]),
    )
    for (const row of api.operations) expect(api.of(row.operation)).toBe(row)
  })

  it('says whether roles are declared anywhere', () => {
    expect(api.declaresRoles).toBe(true)
    expect(exposeYaml('paths: {}').declaresRoles).toBe(false)
  })

  it('does not answer for an operation of another contract', () => {
    const [other] = exposeYaml('paths: { /b: { get: { responses: {} } } }').operations
    expect(() => other && api.of(other.operation)).toThrow('GET /b is not an operation of this contract')
  })

  it('picks out what is sensitive', () => {
    expect(sensitiveFields(rowOf(api, 'GET /a').fields.out).map(({ name }) => name)).toEqual(['email'])
  })

  it('claims no more than the less certain of two facts', () => {
    expect([weaker('declared', 'guessed'), weaker('derived', 'declared'), weaker('declared', 'declared')]).toEqual([
      'guessed',
      'derived',
      'declared',
    ])
  })
})
