import { performance } from 'node:perf_hooks'
import { describe, expect, test } from 'vitest'
import { parseContract } from './load.ts'
import type { Contract, Located, Schema } from './model.ts'
import { schemaTypeName, schemaTypes, typesOf, walkProperties } from './walk.ts'

function contractOf(schemas: string, version = '3.1.0'): Contract {
  const text = `openapi: ${version}\ninfo: { title: T }\npaths: {}\ncomponents:\n  schemas:\n    ${schemas.trim().replaceAll('\n', '\n    ')}\n`
  return parseContract({ contract: { file: 'api.yaml', text } })
}

const walk = (contract: Contract, name = 'S') => [
  ...walkProperties(contract, contract.at(`/components/schemas/${name}`) as Located<Schema>),
]

describe('properties', () => {
  test('are found wherever a schema may hold them', () => {
    const contract = contractOf(`S:
  type: object
  required: [id]
  properties:
    id: { type: integer, readOnly: true }
    'a/b': { type: array, items: { properties: { inner: { type: string } } } }
    tuple: { prefixItems: [{ properties: { first: {} } }] }
  additionalProperties: { properties: { mapped: {} } }
  patternProperties: { '^x': { properties: { patterned: {} } } }
  allOf: [{ $ref: '#/components/schemas/Base' }, { required: [id2], properties: { id2: {} } }]
  oneOf: [{ properties: { one: {} }, required: [one] }]
  if: { properties: { cond: {} } }
  then: { properties: { yes: {} } }
  else: { properties: { no: {} } }
Base: { required: [base, id], properties: { base: { $ref: '#/components/schemas/Email', x-rugged: { visible: [a] } } } }
Email: { type: [string, 'null'], writeOnly: true, x-rugged: { sensitive: email } }`)
    const found = walk(contract)
    expect(found.map(visit => visit.path.join('.'))).toEqual([
      'id',
      'a/b',
      'a/b.[].inner',
      'tuple',
      'tuple.[].first',
      '*.mapped',
      '*.patterned',
      'base',
      'id2',
      'one',
      'cond',
      'yes',
      'no',
    ])
    expect(found.filter(visit => visit.required).map(visit => visit.name)).toEqual(['id', 'base', 'id2', 'one'])
    expect(found.find(visit => visit.name === 'inner')).toMatchObject({
      pointer: '/components/schemas/S/properties/a~1b/items/properties/inner',
      parent: { pointer: '/components/schemas/S/properties/a~1b/items' },
      types: ['string'],
    })
    expect(found.find(visit => visit.name === 'inner')?.parentType).toBeUndefined()
    expect(found.find(visit => visit.name === 'base')).toMatchObject({
      schema: { pointer: '/components/schemas/Email' },
      parentType: 'Base',
      extension: { sensitive: 'email', visible: ['a'] },
      types: ['string', 'null'],
      writeOnly: true,
    })
    expect(found.find(visit => visit.name === 'id')).toMatchObject({
      parentType: 'S',
      readOnly: true,
      types: ['integer'],
    })
    expect(found.find(visit => visit.name === 'one')?.parentType).toBe('S')
  })

  test('of a schema that holds itself are visited once', () => {
    const contract =
      contractOf(`S: { properties: { id: {}, child: { $ref: '#/components/schemas/S' }, list: { items: { $ref: '#/components/schemas/T' } } } }
T: { properties: { back: { $ref: '#/components/schemas/S' }, t: {} } }`)
    expect(walk(contract).map(visit => visit.path.join('.'))).toEqual([
      'id',
      'child',
      'list',
      'list.[].back',
      'list.[].t',
    ])
    expect(walk(contract, 'T').map(visit => visit.path.join('.'))).toEqual([
      'back',
      'back.id',
      'back.child',
      'back.list',
      't',
    ])
  })

  test('of schemas that mesh are bounded', () => {
    const names = Array.from({ length: 40 }, (_, index) => `S${index}`)
    const links = names.map(name => `${name}: { $ref: '#/components/schemas/${name}' }`).join(', ')
    const contract = contractOf(
      `S: { properties: { ${links} } }\n${names.map(name => `${name}: { properties: { ${links} } }`).join('\n')}`,
    )
    const before = performance.now()
    expect(walk(contract)).toHaveLength(20_000)
    expect(performance.now() - before).toBeLessThan(5000)
  })

  test('that are no schemas are left out', () => {
    const contract = contractOf(
      `S: { properties: { a: 1, b: true, $ref: { type: string }, c: { $ref: '#/nope' } }, allOf: 1, oneOf: [1], items: [1] }`,
    )
    expect(walk(contract).map(visit => visit.name)).toEqual(['b', '$ref', 'c'])
  })
})

test.each<[Schema | undefined, string[]]>([
  [{ type: 'string' }, ['string']],
  [{ type: ['string', 'null'] }, ['string', 'null']],
  [{ type: 'string', nullable: true }, ['string', 'null']],
  [{ properties: {} }, ['object']],
  [{ items: {} }, ['array']],
  [{ enum: [1, 'a', null, 1.5] }, ['integer', 'string', 'null', 'number']],
  [{ const: true }, ['boolean']],
  [{ type: 'strng' }, []],
  [{}, []],
  [true, []],
  [undefined, []],
])('the types of %j are %j', (schema, types) => {
  expect(typesOf(schema)).toEqual(types)
})

test('types are found through references and compositions', () => {
  const contract = contractOf(`S: { allOf: [{ $ref: '#/components/schemas/T' }, { type: object }] }
T: { oneOf: [{ type: string }, { type: integer }] }`)
  expect(schemaTypes(contract, contract.at('/components/schemas/S') as Located<Schema>)).toEqual(['object'])
  expect(schemaTypes(contract, contract.at('/components/schemas/T') as Located<Schema>)).toEqual(['string', 'integer'])
})

test.each([
  ['/components/schemas/Account', 'Account'],
  ['/components/schemas/a~1b~0c', 'a/b~c'],
  ['/components/schemas/Account/allOf/1', 'Account'],
  ['/components/schemas/Account/oneOf/0/allOf/1', 'Account'],
  ['/components/schemas/Account/properties/id', undefined],
  ['/paths/~1a/get', undefined],
])('%s is the type %s', (pointer, name) => {
  expect(schemaTypeName(pointer)).toBe(name)
})
