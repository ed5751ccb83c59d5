import Ajv from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { seededRandom } from './random.ts'
import { answers, contractOf, takes } from './server.fixture.ts'
import { buildCall, type Variant } from './values.ts'

function bodyFor(schema: object, variant: Partial<Variant> = {}, seed = 1): unknown {
  const api = contractOf({ 'POST /x': { requestBody: takes(schema), responses: answers() } })
  const [row] = api.operations
  if (row === undefined) throw new Error('the fixture has one operation')
  const source = { contract: api.contract, random: seededRandom(seed), nonce: 'n1', learnt: () => undefined }
  return buildCall(row, { inputs: 'required', examples: true, choice: 0, fresh: false, ...variant }, source).body
}

const schemas: readonly object[] = [
  { type: 'string', minLength: 30, maxLength: 40 },
  { type: 'string', maxLength: 3 },
  { type: 'string', format: 'uuid' },
  { type: 'string', format: 'date-time' },
  { type: 'string', format: 'email' },
  { type: 'string', format: 'uri' },
  { type: 'string', pattern: '^[A-Z]{2}[0-9]{4}$' },
  { type: 'integer', minimum: 5, maximum: 5 },
  { type: 'integer', exclusiveMinimum: 7, maximum: 9 },
  { type: 'number', multipleOf: 0.25, minimum: 1 },
  { type: 'integer', maximum: -3 },
  { type: ['string', 'null'], enum: ['a', 'b', null] },
  { const: 7 },
  { type: 'array', minItems: 3, items: { type: 'integer' } },
  { oneOf: [{ type: 'null' }, { type: 'object', required: ['k'], properties: { k: { const: 'v' } } }] },
  {
    allOf: [
      { type: 'object', required: ['a'], properties: { a: { type: 'string' } } },
      {
        type: 'object',
        required: ['b'],
        properties: { b: { type: 'object', required: ['c'], properties: { c: { type: 'boolean' } } } },
      },
    ],
  },
]

describe('a generated body', () => {
  it.each(schemas.map(schema => [JSON.stringify(schema), schema] as const))('is valid for %s', (_name, schema) => {
    const ajv = new Ajv.default({ strict: false })
    formats.default(ajv)
    const validate = ajv.compile(schema)
    for (let choice = 0; choice < 4; choice++) {
      for (const examples of [true, false]) {
        const value = bodyFor(schema, { choice, examples, inputs: choice % 2 === 0 ? 'required' : 'all' }, choice)
        expect([value, validate(value)]).toEqual([value, true])
      }
    }
  })

  it('keeps to examples, and leaves out what only the server sets', () => {
    const properties = {
      city: { type: 'string', examples: ['Bremen'] },
      id: { type: 'string', readOnly: true },
      zip: { type: 'string' },
    }
    const schema = { type: 'object', required: ['city', 'id'], properties }
    expect(bodyFor(schema)).toEqual({ city: 'Bremen' })
    expect(bodyFor(schema, { inputs: 'all' })).toMatchObject({ city: 'Bremen', zip: expect.any(String) })
  })

  it('ends for a schema that holds itself', () => {
    const schema = {
      type: 'object',
      required: ['next'],
      properties: { next: { $ref: '#/paths/~1x/post/requestBody/content/application~1json/schema' } },
    }
    expect(JSON.stringify(bodyFor(schema)).length).toBeLessThan(1_000)
  })

  it('is new each time where it must be', () => {
    expect(
      bodyFor(
        { type: 'object', required: ['username'], properties: { username: { type: 'string', example: 'ada' } } },
        { fresh: true },
      ),
    ).toEqual({ username: 'rugged n1' })
  })
})
