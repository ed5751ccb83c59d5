import { performance } from 'node:perf_hooks'
import { describe, expect, test } from 'vitest'
import { parseContract } from './load.ts'
import type { Contract, Located, Schema } from './model.ts'
import type { Direction } from './shape.ts'
import { compileValidators, declaredResponse } from './validate.ts'

function contractOf(schemas: string, version = '3.1.0', paths = '{}'): Contract {
  const text = `openapi: ${version}\ninfo: { title: T }\npaths: ${paths}\ncomponents:\n  schemas:\n    ${schemas.trim().replaceAll('\n', '\n    ')}\n`
  return parseContract({ contract: { file: 'api.yaml', text } })
}

const at = (contract: Contract, name: string) => contract.at(`/components/schemas/${name}`) as Located<Schema>

/** `pointer keyword`, or `ok`. */
function check(schema: string, value: unknown, version?: string, direction: Direction = 'request'): string {
  const contract = contractOf(`S: ${schema}`, version)
  const problems = compileValidators(contract).schemaValidator(at(contract, 'S'), direction)(value)
  return problems.map(problem => `${problem.pointer} ${problem.keyword}`).join() || 'ok'
}

describe('3.0', () => {
  test.each<[string, unknown, string]>([
    ['{ type: string, nullable: true }', null, 'ok'],
    ['{ type: string }', null, ' type'],
    ['{ type: string, nullable: true, enum: [a] }', null, 'ok'],
    ['{ type: string, nullable: true, enum: [a] }', 'b', ' enum'],
    ['{ nullable: true, allOf: [{ type: string }] }', null, 'ok'],
    ['{ nullable: true, allOf: [{ type: string }] }', 1, ' anyOf'],
    ['{ nullable: true }', 1, 'ok'],
    ['{ type: integer, minimum: 1, exclusiveMinimum: true }', 1, ' exclusiveMinimum'],
    ['{ type: integer, minimum: 1, exclusiveMinimum: false }', 1, 'ok'],
    ['{ type: integer, maximum: 1, exclusiveMaximum: true }', 1, ' exclusiveMaximum'],
    ['{ type: integer, exclusiveMaximum: true }', 1, 'ok'],
    [
      '{ type: object, properties: { a: { $ref: "#/components/schemas/S/properties/b", maxLength: 1 }, b: { type: string } } }',
      { a: 'long' },
      'ok',
    ],
  ])('%s and %j: %s', (schema, value, expected) => {
    expect(check(schema, value, '3.0.3')).toBe(expected)
  })
})

describe('3.1', () => {
  test.each<[string, unknown, string]>([
    ['{ type: [string, "null"] }', null, 'ok'],
    ['{ type: string, nullable: true }', null, ' type'],
    ['{ type: integer, exclusiveMinimum: 1 }', 1, ' exclusiveMinimum'],
    ['{ $ref: "#/components/schemas/S/$defs/b", maxLength: 1, $defs: { b: { type: string } } }', 'long', ' maxLength'],
    ['{ const: { a: [1] } }', { a: [1] }, 'ok'],
    ['{ const: { a: [1] } }', { a: [2] }, ' const'],
    ['{ enum: [{ a: 1 }, [x]] }', ['x'], 'ok'],
    ['{ prefixItems: [{ type: string }], items: false }', ['a', 1], ' items'],
    ['{ if: { required: [a] }, then: { required: [b] } }', { a: 1 }, ' required'],
    ['{ then: { required: [b] } }', {}, 'ok'],
    ['{ allOf: [{ properties: { a: {} } }], unevaluatedProperties: false }', { b: 1 }, '/b unevaluatedProperties'],
    [
      '{ type: object, additionalProperties: false, properties: { a: {} } }',
      { 'x/y': 1 },
      '/x~1y additionalProperties',
    ],
    ['{ type: object, required: [a] }', {}, ' required'],
    ['{ type: object, required: [constructor] }', {}, ' required'],
    ['{ type: object, propertyNames: { maxLength: 1 } }', { ab: 1 }, ' propertyNames'],
    ['{ patternProperties: { "^a": { type: string } }, additionalProperties: false }', { ab: 1 }, '/ab type'],
    [
      '{ uniqueItems: true }',
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      ' uniqueItems',
    ],
    ['{ uniqueItems: true }', [1, '1', true, null], 'ok'],
    ['{ uniqueItems: false }', [1, 1], 'ok'],
    ['{ multipleOf: 0.01 }', 19.99, 'ok'],
    ['{ multipleOf: 0.01 }', 19.995, ' multipleOf'],
    ['{ type: strng }', 1, 'ok'],
    ['{ minLength: "3", required: true, properties: [], enum: x, pattern: 1, items: 5, allOf: {} }', 'a', 'ok'],
    ['{ not: { type: string } }', 'a', ' not'],
    ['{ oneOf: [{ type: integer }, { type: number }] }', 1, ' oneOf'],
    ['{ anyOf: [{ type: integer }, { type: string }] }', null, ' anyOf'],
    ['{ properties: { a: false } }', { a: 1 }, '/a not'],
    ['{ $ref: "#/components/schemas/nope" }', 1, 'ok'],
    ['{ maxLength: 2 }', '😀😀', 'ok'],
  ])('%s and %j: %s', (schema, value, expected) => {
    expect(check(schema, value)).toBe(expected)
  })
})

test.each<[string, unknown, unknown]>([
  ['int32', 2_147_483_647, 2_147_483_648],
  ['int64', 2 ** 53, 1.5],
  ['uint8', 255, 256],
  ['float', 1.5, undefined],
  ['byte', 'YWJj', 'YWJ'],
  ['binary', '\u0000', undefined],
  ['date', '2024-02-29', '2023-02-29'],
  ['date-time', '2024-01-31T10:00:00Z', '2024-01-31 10:00'],
  ['time', '10:00:00Z', '25:00:00Z'],
  ['uuid', '123e4567-e89b-12d3-a456-426614174000', 'urn:uuid:123e4567-e89b-12d3-a456-426614174000'],
  ['email', 'a@b.test', 'a@'],
  ['hostname', 'a.test', '-a'],
  ['ipv4', '1.2.3.4', '1.2.3.04'],
  ['ipv6', '::1', ':1'],
  ['uri', 'https://a.test/?q', '/a'],
  ['uri-reference', '/a', '\\'],
  ['password', 'x', undefined],
  ['duration', 'P1D', '1D'],
  ['nobody-knows', 'x', undefined],
])('the format %s', (format, good, bad) => {
  expect(check(`{ format: ${format} }`, good)).toBe('ok')
  if (bad !== undefined) expect(check(`{ format: ${format} }`, bad)).toBe(' format')
})

describe('directions', () => {
  const schema = `{ type: object, required: [id, name, password], properties: { id: { type: integer, readOnly: true }, name: { type: string }, password: { type: string, writeOnly: true }, ref: { $ref: '#/components/schemas/Stamp' } } }
Stamp: { type: string, readOnly: true }
Split: { allOf: [{ properties: { id: { readOnly: true } } }, { required: [id] }] }`
  test.each<[string, Direction, unknown, string]>([
    ['S', 'request', { name: 'a', password: 'p' }, 'ok'],
    ['S', 'request', { id: 1, name: 'a', password: 'p' }, '/id readOnly'],
    ['S', 'request', { name: 'a' }, ' required'],
    ['S', 'request', { name: 'a', password: 'p', ref: 'x' }, '/ref readOnly'],
    ['S', 'response', { id: 1, name: 'a' }, 'ok'],
    ['S', 'response', { id: 1, name: 'a', ref: 'x' }, 'ok'],
    ['S', 'response', { id: 1, name: 'a', password: 'p' }, '/password writeOnly'],
    ['S', 'response', { name: 'a' }, ' required'],
    ['Split', 'request', {}, 'ok'],
    ['Split', 'response', {}, ' required'],
  ])('%s in a %s: %j is %s', (name, direction, value, expected) => {
    const contract = contractOf(`S: ${schema}`)
    const problems = compileValidators(contract).schemaValidator(at(contract, name), direction)(value)
    expect(problems.map(problem => `${problem.pointer} ${problem.keyword}`).join() || 'ok').toBe(expected)
  })
})

describe('recursive schemas', () => {
  const contract =
    contractOf(`Node: { type: object, properties: { next: { $ref: '#/components/schemas/Node' }, n: { type: integer } } }
Self: { $ref: '#/components/schemas/Self' }
Loop: { allOf: [{ $ref: '#/components/schemas/Loop' }] }`)
  const validators = compileValidators(contract)
  const node = validators.schemaValidator(at(contract, 'Node'), 'request')

  test('are followed', () => {
    expect(node({ next: { next: { n: 'x' } } })).toMatchObject([{ pointer: '/next/next/n', keyword: 'type' }])
  })

  test('end with a problem where a value nests too deep', () => {
    let deep: unknown = 1
    for (let level = 0; level < 200_000; level++) deep = { next: deep }
    expect(node(deep)).toMatchObject([{ keyword: expect.stringMatching(/depth|type/) }])
  })

  test('that are nothing but themselves neither hang nor throw', () => {
    expect(validators.schemaValidator(at(contract, 'Self'), 'request')(1)).toEqual([])
    expect(validators.schemaValidator(at(contract, 'Loop'), 'request')(1)).toMatchObject([{ keyword: 'depth' }])
  })
})

describe('operations', () => {
  const paths = `
  /a:
    post:
      parameters: [{ name: n, in: query, schema: { type: integer, maximum: 5 } }, { name: X-H, in: header, schema: { type: string, pattern: '^a+$' } }]
      requestBody: { content: { application/json: { schema: { type: integer } }, application/*: { schema: { type: string } }, text/plain: {} } }
      responses:
        201: { description: d, content: { 'application/json; charset=utf-8': { schema: { type: integer } } } }
        4XX: { description: d, content: { application/problem+json: { schema: { type: string } } } }
        default: { description: d, content: { '*/*': { schema: { type: boolean } } } }`
  const contract = contractOf('S: {}', '3.1.0', paths)
  const [operation] = contract.operations
  if (operation === undefined) throw new Error('no operation')
  const validators = compileValidators(contract)
  const request = validators.request(operation)

  test('check parameters by name', () => {
    expect(
      request.parameters(
        new Map<string, unknown>([
          ['query.n', 9],
          ['header.X-H', 'b'],
          ['query.other', 1],
        ]),
      ),
    ).toEqual([
      { in: 'query', name: 'n', pointer: '', keyword: 'maximum', message: 'must be <= 5' },
      { in: 'header', name: 'X-H', pointer: '', keyword: 'pattern', message: 'must match the pattern ^a+$' },
    ])
  })

  test('check the body by the media type that fits best', () => {
    expect(request.body('Application/JSON; charset=utf-8')?.('x')).toMatchObject([
      { in: 'body', message: 'must be an integer' },
    ])
    expect(request.body('application/xml')?.('x')).toEqual([])
    expect(request.body('text/plain')).toBeUndefined()
    expect(request.body('image/png')).toBeUndefined()
    expect(request.body('nonsense')).toBeUndefined()
  })

  test('check responses by status, class and default', () => {
    expect(validators.response(operation, 201, 'application/json')?.('x')).toHaveLength(1)
    expect(validators.response(operation, 404, 'application/problem+json')?.(1)).toHaveLength(1)
    expect(validators.response(operation, 404, 'text/html')).toBeUndefined()
    expect(validators.response(operation, 500, 'text/html')?.(1)).toHaveLength(1)
    expect(declaredResponse(operation, 299)?.status).toBe('default')
  })

  test('are compiled once', () => {
    expect(validators.request(operation)).toBe(request)
  })
})

test('no message holds the value', () => {
  const secret = 'hunter2-hunter2'
  const schemas = [
    '{ type: integer }',
    '{ enum: [a] }',
    '{ const: a }',
    '{ pattern: "^a$" }',
    '{ format: uuid }',
    '{ maxLength: 3 }',
    '{ not: {} }',
    '{ anyOf: [{ type: integer }] }',
    '{ oneOf: [{ type: integer }] }',
  ]
  for (const schema of schemas) {
    const contract = contractOf(`S: ${schema}`)
    const problems = compileValidators(contract).schemaValidator(at(contract, 'S'), 'request')(secret)
    expect(problems).toHaveLength(1)
    expect(JSON.stringify(problems)).not.toContain(secret)
  }
})

describe('time', () => {
  test.each([
    ['(a+)+$', `${'a'.repeat(50_000)}!`],
    ['^(a|a)*$', `${'a'.repeat(50_000)}!`],
    ['^(?=(a+)+$)a', `${'a'.repeat(50_000)}!`],
    ['^(\\w+\\s?)*$', `${'a '.repeat(20_000)}!`],
  ])('the pattern %s ends soon', (pattern, text) => {
    const contract = contractOf(`S: { type: string, pattern: '${pattern}' }`)
    const validate = compileValidators(contract).schemaValidator(at(contract, 'S'), 'request')
    const before = performance.now()
    expect(validate(text)).toHaveLength(1)
    expect(performance.now() - before).toBeLessThan(3000)
  })

  test.each([
    'email',
    'uri',
    'uri-reference',
    'uri-template',
    'url',
    'hostname',
    'date-time',
    'duration',
    'ipv6',
    'json-pointer',
    'relative-json-pointer',
    'byte',
    'uuid',
    'base64url',
    'regex',
    'time',
  ])('the format %s ends soon', format => {
    const contract = contractOf(`S: { type: string, format: ${format} }`)
    const validate = compileValidators(contract).schemaValidator(at(contract, 'S'), 'request')
    const before = performance.now()
    for (const length of [319, 8191, 1_000_000]) {
      for (const unit of ['a', 'a.', 'a@', '0', ':', '%41', 'http://a', '{a', 'a-', '/~0', '/a', '(a)*']) {
        const text = unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
        validate(`${text}!`)
        validate(`http://${text}\\`)
        validate(`a@${text}!`)
      }
    }
    expect(performance.now() - before).toBeLessThan(5000)
  })

  test('a list of a hundred thousand objects is checked for doubles soon', () => {
    const items = Array.from({ length: 100_000 }, (_, index) => ({ index }))
    const before = performance.now()
    expect(check('{ uniqueItems: true }', items)).toBe('ok')
    expect(performance.now() - before).toBeLessThan(2000)
  })
})

test('a pattern that cannot be enforced is reported', () => {
  const contract = contractOf(`S: { type: string, pattern: '(a)\\1' }\nT: { pattern: '^(?:ab){1,2000}$' }`)
  const validators = compileValidators(contract)
  expect(validators.problems).toEqual([])
  expect(validators.schemaValidator(at(contract, 'S'), 'request')('x')).toEqual([])
  expect(validators.schemaValidator(at(contract, 'T'), 'request')('x')).toHaveLength(1)
  expect(validators.problems).toMatchObject([
    { message: expect.stringMatching(/is not enforced/), where: { line: 6 } },
    { message: expect.stringMatching(/without its repeat counts/), where: { line: 7 } },
  ])
})
