import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseContract } from './load.ts'
import type { Contract, Located, Schema } from './model.ts'
import { declaredShape, pick } from './shape.ts'

function contractOf(schemas: string, version = '3.1.0'): Contract {
  const text = `openapi: ${version}\ninfo: { title: T }\npaths: {}\ncomponents:\n  schemas:\n    ${schemas.trim().replaceAll('\n', '\n    ')}\n`
  return parseContract({ contract: { file: 'api.yaml', text } })
}

const shapeOf = (contract: Contract, name = 'S', direction: 'request' | 'response' = 'response') =>
  declaredShape(contract, contract.at(`/components/schemas/${name}`) as Located<Schema>, direction)

const picked = (schema: string, value: unknown) => {
  const { value: kept, removed } = pick(shapeOf(contractOf(`S: ${schema}`)), value)
  return [kept, removed]
}

const props = '{ type: object, properties: { a: { type: string } } }'

describe('what is declared stays, the rest goes', () => {
  test.each<[string, unknown, unknown, string[]]>([
    [props, { a: 1, b: 2 }, { a: 1 }, ['b']],
    ['{ properties: { a: {} } }', { a: { x: 1 }, b: 2 }, { a: { x: 1 } }, ['b']],
    [
      '{ type: array, items: { properties: { a: {} } } }',
      [{ a: 1 }, { a: 1, b: 2 }, { b: 3 }],
      [{ a: 1 }, { a: 1 }, {}],
      ['[].b'],
    ],
    [
      '{ properties: { data: { type: array, items: { properties: { id: {} } } } } }',
      { data: [{ id: 1, email: 2 }] },
      { data: [{ id: 1 }] },
      ['data[].email'],
    ],
    [`{ allOf: [${props}, { properties: { b: {} } }] }`, { a: 1, b: 2, c: 3 }, { a: 1, b: 2 }, ['c']],
    [`{ oneOf: [${props}, { properties: { b: {} } }] }`, { a: 1, b: 2, c: 3 }, { a: 1, b: 2 }, ['c']],
    [
      `{ if: { properties: { a: {} } }, then: { properties: { b: {} } }, else: { properties: { c: {} } } }`,
      { a: 1, b: 2, c: 3, d: 4 },
      { a: 1, b: 2, c: 3 },
      ['d'],
    ],
    [`{ allOf: [${props}, { description: only words }] }`, { a: 1, b: 2 }, { a: 1 }, ['b']],
    [`{ allOf: [${props}, { required: [b] }] }`, { a: 1, b: 2 }, { a: 1 }, ['b']],
    [`{ properties: { a: {} }, oneOf: [{ required: [a] }, { required: [b] }] }`, { a: 1, b: 2 }, { a: 1 }, ['b']],
    ['{ properties: { a: {} }, additionalProperties: false }', { a: 1, b: 2 }, { a: 1 }, ['b']],
    ['{ type: object, additionalProperties: false }', { b: 2 }, {}, ['b']],
    ['{ type: string }', { b: 2 }, {}, ['b']],
    ['{ type: string }', [1], [], ['[]']],
    ['{ type: array, items: { type: string } }', { a: 1 }, {}, ['a']],
    ['{ items: { type: string } }', { a: 1 }, {}, ['a']],
    ['{ properties: { a: {} } }', [{ b: 1 }], [], ['[]']],
    [
      '{ additionalProperties: { properties: { a: {} } } }',
      { k1: { a: 1, b: 2 }, k2: { b: 3 } },
      { k1: { a: 1 }, k2: {} },
      ['*.b'],
    ],
    ['{ patternProperties: { "^x": { properties: { a: {} } } } }', { x1: { a: 1, b: 2 } }, { x1: { a: 1 } }, ['*.b']],
    ['{ properties: { a: { type: string, writeOnly: true }, b: {} } }', { a: 1, b: 2 }, { b: 2 }, ['a']],
    [
      '{ properties: { a: { type: string, writeOnly: true } }, additionalProperties: true }',
      { a: 1, b: 2 },
      { b: 2 },
      ['a'],
    ],
    [
      '{ prefixItems: [{ properties: { a: {} } }, { properties: { b: {} } }] }',
      [{ a: 1, c: 1 }, { b: 2 }],
      [{ a: 1 }, { b: 2 }],
      ['[].c'],
    ],
    ['{ properties: { a: { $ref: "#/components/schemas/S" } } }', { a: { a: { b: 1 } } }, { a: { a: {} } }, ['a.a.b']],
    ['false', { a: 1 }, {}, ['a']],
    [props, JSON.parse('{"a": 1, "__proto__": {"x": 1}, "constructor": 2}'), { a: 1 }, ['__proto__', 'constructor']],
  ])('%s of %j', (schema, value, kept, removed) => {
    expect(picked(schema, value)).toEqual([kept, removed])
  })
})

describe('what the contract opens stays whole', () => {
  test.each<[string, unknown]>([
    ['{}', { a: { b: [1] } }],
    ['true', { a: 1 }],
    ['{ description: anything }', [{ a: 1 }]],
    ['{ type: object }', { a: 1 }],
    ['{ type: array }', [{ a: 1 }]],
    ['{ type: object, additionalProperties: true }', { a: { b: 1 } }],
    ['{ additionalProperties: { type: integer } }', { a: 1 }],
    ['{ properties: { a: {} }, additionalProperties: true }', { a: 1, b: 2 }],
    ['{ properties: { a: {} }, unevaluatedProperties: {} }', { a: 1, b: 2 }],
    [`{ allOf: [${props}, { additionalProperties: true }] }`, { a: 1, b: 2 }],
    [`{ anyOf: [${props}, {}] }`, { a: 1, b: 2 }],
    [`{ anyOf: [${props}, { type: object }] }`, { a: 1, b: 2 }],
    ['{ enum: [{ a: 1 }] }', { a: 1 }],
    ['{ $ref: "#/nope" }', { a: 1 }],
    [props, { a: 'x' }],
    [props, null],
    [props, 'text'],
    ['{ type: array, items: { properties: { a: {} } } }', [{ a: 1 }, {}]],
  ])('%s gives %j itself', (schema, value) => {
    const { value: kept, removed } = pick(shapeOf(contractOf(`S: ${schema}`)), value)
    expect(kept).toBe(value)
    expect(removed).toEqual([])
  })
})

test('beside a $ref nothing counts in 3.0, and readOnly counts in requests', () => {
  const contract = contractOf(
    'S: { $ref: "#/components/schemas/T", properties: { b: {} } }\nT: { properties: { a: { readOnly: true }, c: {} } }',
    '3.0.3',
  )
  expect(pick(shapeOf(contract), { a: 1, b: 2, c: 3 }).value).toEqual({ a: 1, c: 3 })
  expect(pick(shapeOf(contract, 'S', 'request'), { a: 1, b: 2, c: 3 }).value).toEqual({ c: 3 })
})

test('what was removed is listed once and a hundred times at most', () => {
  const shape = shapeOf(contractOf('S: { type: array, items: { properties: { a: {} } } }'))
  expect(pick(shape, [{ b: 1 }, { b: 2 }]).removed).toEqual(['[].b'])
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, 1]))
  expect(pick(shape, [many]).removed).toHaveLength(100)
})

test('values that nest too deep are cut off', () => {
  const shape = shapeOf(contractOf('S: { properties: { a: { $ref: "#/components/schemas/S" } } }'))
  let deep: unknown = 1
  for (let level = 0; level < 100_000; level++) deep = { a: deep }
  expect(pick(shape, deep).removed).toHaveLength(1)
  expect(() => JSON.stringify(pick(shape, deep).value)).not.toThrow()
})

test('shapes of schemas that mesh are found lazily', () => {
  const names = Array.from({ length: 60 }, (_, index) => `S${index}`)
  const all = names.map(name => `{ $ref: "#/components/schemas/${name}" }`).join(', ')
  const contract = contractOf(
    names.map(name => `${name}: { properties: { next: { oneOf: [${all}] }, id: {} } }`).join('\n'),
  )
  const value = { next: { next: { next: { id: 1, x: 2 } } } }
  expect(pick(shapeOf(contract, 'S0'), value).removed).toEqual(['next.next.next.x'])
})

test('what was picked is picked whole', () => {
  const shape = shapeOf(
    contractOf(
      `S: { properties: { a: { $ref: '#/components/schemas/S' }, l: { type: array, items: { $ref: '#/components/schemas/S' } }, m: { additionalProperties: { $ref: '#/components/schemas/S' } } } }`,
    ),
  )
  const value = fc.letrec(tie => ({
    any: fc.oneof(
      { maxDepth: 5 },
      fc.integer(),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'l', 'm', 'x', '__proto__'), tie('any'), { maxKeys: 4 }),
    ),
  })).any
  fc.assert(
    fc.property(value, given => {
      const first = pick(shape, given)
      const second = pick(shape, first.value)
      expect(second.value).toBe(first.value)
      expect(second.removed).toEqual([])
      if (first.removed.length === 0) expect(first.value).toBe(given)
    }),
  )
})
