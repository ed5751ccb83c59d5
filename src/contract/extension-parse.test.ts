import { describe, expect, test } from 'vitest'
import { Fault } from '../core/fault.ts'
import { parseRate } from './extension-value.ts'
import { parseContract } from './load.ts'
import type { Contract, Located, Schema } from './model.ts'

interface Places {
  readonly root?: string
  readonly operation?: string
  readonly parameter?: string
  readonly object?: string
  readonly property?: string
  readonly rest?: string
}

const document = ({
  root = '',
  operation = '',
  parameter = '',
  object = '',
  property = '',
  rest = '',
}: Places) => `openapi: 3.0.3
info: { title: T, version: '1' }
${root === '' ? '#' : `x-rugged: ${root}`}
paths:
  /a/{id}:
    get:
      ${operation === '' ? '#' : `x-rugged: ${operation}`}
      parameters:
        - name: id
          in: path
          required: true
          ${parameter === '' ? '#' : `x-rugged: ${parameter}`}
          schema: { type: string, x-rugged: { id: fromSchema } }
      responses: {}
components:
  schemas:
    Base: { type: object, x-rugged: { budget: { objects: 5, per: hour } }, properties: {} }
    Email: { type: string, x-rugged: { sensitive: email, visible: [admin] } }
    A:
      type: object
      ${object === '' ? '#' : `x-rugged: ${object}`}
      allOf: [{ $ref: '#/components/schemas/Base' }]
      properties:
        p:
          $ref: '#/components/schemas/Email'
          ${property === '' ? '#' : `x-rugged: ${property}`}
${rest}`

const parse = (places: Places): Contract => parseContract({ contract: { file: 'api.yaml', text: document(places) } })

function faultOf(places: Places): Fault {
  try {
    parse(places)
  } catch (cause) {
    if (cause instanceof Fault) return cause
    throw cause
  }
  throw new Error('no fault')
}

const schema = (contract: Contract, pointer: string) => contract.at(pointer) as Located<Schema>

describe('what is understood', () => {
  test('at the document', () => {
    const { extension } = parse({
      root: '{ environment: production, audience: partner, owner: team-a, egress: { x: 1 } }',
    })
    expect(extension).toEqual({ environment: 'production', audience: 'partner', owner: 'team-a' })
  })

  test('at an operation', () => {
    const operation = `
        roles: [user, admin]
        flow: { name: checkout, step: pay, after: [cart], least: 3s }
        limits:
          - { per: subject, rate: "5/1m", burst: 2, cost: 3, penalty: 10m }
          - { per: target, target: /email, rate: 10000/day }
        confirm: { acr: urn:mfa, max_age: 300 }
        sunset: 2027-01-31
        successor: /v2/a
        cache: { for: 60s }
        budget: { objects: 500, per: day }`
    expect(parse({ operation }).operations[0]?.extension).toEqual({
      roles: ['user', 'admin'],
      flow: { name: 'checkout', step: 'pay', after: ['cart'], least: 3000 },
      limits: [
        { per: 'subject', rate: { count: 5, milliseconds: 60_000 }, burst: 2, cost: 3, penalty: '10m' },
        { per: 'target', target: '/email', rate: { count: 10_000, milliseconds: 86_400_000 } },
      ],
      confirm: { acr: 'urn:mfa', maxAge: 300 },
      sunset: '2027-01-31',
      successor: '/v2/a',
      cache: { for: '60s' },
      budget: { objects: 500, per: 'day' },
    })
    expect(parse({ operation: '{ flow: login, roles: [] }' }).operations[0]?.extension).toEqual({
      flow: 'login',
      roles: [],
    })
  })

  test('at a parameter, over what its schema says', () => {
    expect(parse({}).operations[0]?.parameters[0]?.extension).toEqual({ id: 'fromSchema' })
    expect(parse({ parameter: '{ id: account, seal: caller }' }).operations[0]?.parameters[0]?.extension).toEqual({
      id: 'account',
      seal: 'caller',
    })
  })

  test('at an object schema, with what it is composed of', () => {
    const object =
      '{ owner: { property: userId, is: sub, check: read-before-write }, tenant: { property: t, is: org }, shared: [x], relation: r, id: account }'
    const contract = parse({ object })
    expect(contract.objectExtension(schema(contract, '/components/schemas/A'))).toEqual({
      owner: { property: 'userId', is: 'sub', check: 'read-before-write' },
      tenant: { property: 't', is: 'org' },
      shared: ['x'],
      relation: 'r',
      budget: { objects: 5, per: 'hour' },
    })
    expect(contract.valueExtension(schema(contract, '/components/schemas/A'))).toEqual({ id: 'account' })
  })

  test('beside a $ref, over what it refers to, in 3.0 too', () => {
    const contract = parse({
      property:
        '{ view: { rounded: 2 }, visible: support, url: { schemes: [https], hosts: [x.test], ports: [443], mediaTypes: [image/png] } }',
    })
    expect(contract.valueExtension(schema(contract, '/components/schemas/A/properties/p'))).toEqual({
      sensitive: 'email',
      visible: ['support'],
      view: { kind: 'rounded', decimals: 2 },
      url: { schemes: ['https'], hosts: ['x.test'], ports: [443], mediaTypes: ['image/png'] },
    })
  })

  test.each([
    ['masked', { kind: 'masked' }],
    ['"rounded: 2"', { kind: 'rounded', decimals: 2 }],
    ['{ aggregate: 20 }', { kind: 'aggregate', least: 20 }],
  ])('the view %s', (written, view) => {
    const contract = parse({ property: `{ view: ${written} }` })
    expect(contract.valueExtension(schema(contract, '/components/schemas/A/properties/p')).view).toEqual(view)
  })
})

test.each([
  ['5/1m', 5, 60_000],
  ['1000/s', 1000, 1000],
  ['10000/day', 10_000, 86_400_000],
  ['5/15m', 5, 900_000],
  ['1/100ms', 1, 100],
  ['3 / 1h', 3, 3_600_000],
])('the rate %s', (text, count, milliseconds) => {
  expect(parseRate(text)).toEqual({ count, milliseconds })
})

test.each(['5', '5/', '/1m', '-1/s', '5/0m', '5/1y', '5/1m/2', '1e3/s', '5/constructor', '5.5/s'])(
  '%s is no rate',
  text => {
    expect(parseRate(text)).toBeUndefined()
  },
)

describe('what is not understood', () => {
  test.each<[string, Places, number, number, RegExp, RegExp]>([
    [
      'a typing error at the document',
      { root: '{ audiense: public }' },
      3,
      13,
      /no key "audiense"/,
      /Did you mean "audience"/,
    ],
    [
      'a typing error at an operation',
      { operation: '{ limit: [] }' },
      7,
      19,
      /no key "limit"/,
      /Did you mean "limits"/,
    ],
    [
      'a typing error in a limit',
      { operation: '{ limits: [{ per: key, rat: 1/s }] }' },
      7,
      40,
      /x-rugged\.limits\[0\] has no key "rat"/,
      /Did you mean "rate"/,
    ],
    [
      'a typing error at a parameter',
      { parameter: '{ seel: caller }' },
      12,
      23,
      /no key "seel"/,
      /Did you mean "seal"/,
    ],
    ['a typing error at an object', { object: '{ ownr: {} }' }, 21, 19, /no key "ownr"/, /Did you mean "owner"/],
    [
      'a key of another place',
      { operation: '{ seal: caller }' },
      7,
      19,
      /no key "seal"/,
      /belongs at a parameter or a schema/,
    ],
    [
      'a word that is not one of them',
      { parameter: '{ seal: calller }' },
      12,
      23,
      /must be one of caller, everyone/,
      /Did you mean "caller"/,
    ],
    [
      'a flow that nobody knows',
      { operation: '{ flow: paymnt }' },
      7,
      19,
      /must be one of login/,
      /Did you mean "payment"/,
    ],
    [
      'a rate that is none',
      { operation: '{ limits: [{ per: key, rate: 5 per minute }] }' },
      7,
      40,
      /must be a rate/,
      /count\/time/,
    ],
    ['a limit without rate', { operation: '{ limits: [{ per: key }] }' }, 7, 28, /lacks "rate"/, /rate: "5\/1m"/],
    [
      'a limit per target without one',
      { operation: '{ limits: [{ per: target, rate: 1/s }] }' },
      7,
      28,
      /names none/,
      /Add target/,
    ],
    ['roles as a number', { operation: '{ roles: 1 }' }, 7, 19, /must be a list/, /\[ … \]/],
    [
      'an owner without claim',
      { object: '{ owner: { property: a } }' },
      21,
      19,
      /needs "property" and "is"/,
      /is: sub/,
    ],
    ['a date that is none', { operation: '{ sunset: tomorrow }' }, 7, 19, /must be a date/, /2027-01-31/],
    [
      'a budget per year',
      { operation: '{ budget: { objects: 1, per: year } }' },
      7,
      41,
      /must be one of minute/,
      /Known are|Did you mean/,
    ],
    ['a negative budget', { operation: '{ budget: { objects: -1, per: day } }' }, 7, 29, /whole number/, /number/],
    ['two views', { property: '{ view: { rounded: 1, aggregate: 2 } }' }, 26, 23, /must say one thing/, /masked/],
    ['an entry that is text', { root: 'production' }, 3, 1, /must be an object/, /environment/],
    ['an entry left empty', { root: '~' }, 3, 1, /must be an object/, /environment/],
    [
      'a place where nobody reads it',
      { rest: '  responses: { R: { description: d, x-rugged: { roles: [a] } } }' },
      27,
      37,
      /not read at a response/,
      /belongs at an operation/,
    ],
    [
      'the key itself',
      { rest: 'x-ruged: { environment: production }' },
      27,
      1,
      /"x-ruged" is not known/,
      /Did you mean "x-rugged"/,
    ],
  ])('%s is a fault with its place and the way out', (_, places, line, column, message, hint) => {
    const fault = faultOf(places)
    expect(fault).toMatchObject({ code: 'extension-invalid', place: { file: 'api.yaml', line, column } })
    expect(fault.message).toMatch(message)
    expect(fault.hint).toMatch(hint)
  })

  test('an entry among paths or statuses is a fault', () => {
    const among = (paths: string) => () =>
      parseContract({ contract: { file: 'a', text: `openapi: 3.0.3\ninfo: { title: T }\npaths: ${paths}` } })
    expect(among('{ x-rugged: { roles: [a] } }')).toThrow(/is not read here/)
    expect(among('{ /a: { get: { responses: { x-rugged: { roles: [a] } } } } }')).toThrow(/is not read here/)
    expect(among('{ x-other: { a: 1 }, /a: { get: { responses: { x-other: 1 } } } }')).not.toThrow()
  })

  test('a property named x-rugged is a property, and examples are data', () => {
    const rest =
      '    B: { type: object, properties: { x-rugged: { type: string } }, example: { x-rugged: { nope: 1 } } }'
    expect(() => parse({ rest })).not.toThrow()
  })
})
