import { performance } from 'node:perf_hooks'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseContract } from './load.ts'
import { compileMatcher } from './match.ts'
import type { Contract, Operation } from './model.ts'
import { type ParsedParameters, parseParameters } from './parameters.ts'
import { renderRequest } from './render.ts'
import { compileValidators } from './validate.ts'

function contractOf(parameters: string, path = '/a'): Contract {
  const text = `openapi: 3.1.0
info: { title: T }
paths:
  ${path}:
    get: { responses: {}, parameters: [${parameters}] }
components: { schemas: { Int: { type: integer }, Ids: { type: array, items: { $ref: '#/components/schemas/Int' } } } }
`
  return parseContract({ contract: { file: 'api.yaml', text } })
}

function operationOf(parameters: string, path = '/a'): Operation {
  const [operation] = contractOf(parameters, path).operations
  if (operation === undefined) throw new Error('no operation')
  return operation
}

const read = (parameter: string, raw: { query?: string; path?: string; headers?: Record<string, string | string[]> }) =>
  parseParameters(operationOf(parameter, raw.path === undefined ? '/a' : '/a/{p}'), {
    pathParameters: new Map(raw.path === undefined ? [] : [['p', raw.path]]),
    query: raw.query ?? '',
    headers: raw.headers ?? {},
  })

const outcome = ({ values, problems, undeclaredQuery }: ParsedParameters) => {
  if (problems.length > 0)
    return problems.map(problem => `${problem.in}.${problem.name ?? ''}${problem.pointer} ${problem.keyword}`).join()
  if (values.size > 0) return [...values.values()][0]
  return undeclaredQuery.length > 0 ? `undeclared ${undeclaredQuery.join()}` : 'nothing'
}

const query = (schema: string, more = '') => `{ name: q, in: query, schema: ${schema} ${more} }`

describe('scalars are read strictly', () => {
  test.each([
    ['{ type: integer }', 'q=17', 17],
    ['{ type: integer }', 'q=-0', 0],
    ['{ type: integer }', 'q=-5', -5],
    ['{ type: integer }', 'q=1e3', 'query.q type'],
    ['{ type: integer }', 'q=+1', 'query.q type'],
    ['{ type: integer }', 'q=%2B1', 'query.q type'],
    ['{ type: integer }', 'q=%201', 'query.q type'],
    ['{ type: integer }', 'q=0x1', 'query.q type'],
    ['{ type: integer }', 'q=1.0', 'query.q type'],
    ['{ type: integer }', 'q=007', 'query.q type'],
    ['{ type: integer }', 'q=1_000', 'query.q type'],
    ['{ type: integer }', 'q=١', 'query.q type'],
    ['{ type: integer }', 'q=', 'query.q type'],
    ['{ type: integer }', 'q=9007199254740993', '9007199254740993'],
    ['{ type: integer }', 'q=Infinity', 'query.q type'],
    ['{ type: number }', 'q=1e3', 1000],
    ['{ type: number }', 'q=9007199254740992', 9007199254740992],
    ['{ type: number }', 'q=9007199254740993', '9007199254740993'],
    ['{ type: number }', 'q=1.50', 1.5],
    ['{ type: number }', 'q=.5', 'query.q type'],
    ['{ type: number }', 'q=1e999', 'query.q type'],
    ['{ type: number }', 'q=NaN', 'query.q type'],
    ['{ type: boolean }', 'q=true', true],
    ['{ type: boolean }', 'q=True', 'query.q type'],
    ['{ type: boolean }', 'q=1', 'query.q type'],
    ['{ type: string }', 'q=1', '1'],
    ['{ type: string }', 'q=', ''],
    ['{ type: string }', 'q', ''],
    ['{ type: string }', 'q=a+b%20c%2B', 'a b c+'],
    ['{ type: string }', 'q=a=b', 'a=b'],
    ['{ type: string }', '%71=x', 'x'],
    ['{ type: [integer, "null"] }', 'q=null', null],
    ['{ type: [string, integer] }', 'q=5', 5],
    ['{ anyOf: [{ $ref: "#/components/schemas/Int" }, { const: all }] }', 'q=all', 'all'],
    ['{ anyOf: [{ $ref: "#/components/schemas/Int" }, { const: all }] }', 'q=3', 3],
    ['{}', 'q=5', '5'],
    ['{ type: string }', 'q=a&q=b', 'query.q repeated'],
    ['{ type: string }', 'q=a&Q=b', 'a'],
    ['{ type: string }', 'q=%zz', 'query. encoding'],
    ['{ type: string }', 'q=%ff', 'query. encoding'],
    ['{ type: string }', 'x=1&&y', 'undeclared x,y'],
  ])('%s from %s', (schema, text, expected) => {
    const encoded = text.replace('١', '%D9%A1')
    expect(outcome(read(query(schema), { query: encoded }))).toEqual(expected)
  })
})

describe('styles', () => {
  const ints = '{ type: array, items: { type: integer } }'
  const object = '{ type: object, properties: { r: { type: integer }, g: { type: string } } }'
  test.each<[string, string, string, unknown]>([
    [ints, '', 'q=1&q=2', [1, 2]],
    [ints, '', 'q=1', [1]],
    [ints, '', 'q=', []],
    [ints, '', 'q=1&q=x', 'query.q/1 type'],
    [ints, ', explode: false', 'q=1,2', [1, 2]],
    [ints, ', explode: false', 'q=1%2C2', [1, 2]],
    [ints, ', explode: false', 'q=1,2&q=3', 'query.q repeated'],
    [ints, ', style: spaceDelimited, explode: false', 'q=1%202+3', [1, 2, 3]],
    [ints, ', style: pipeDelimited, explode: false', 'q=1|2%7C3', [1, 2, 3]],
    [ints, ', style: pipeDelimited', 'q=1|2', [1, 2]],
    [ints, ', style: pipeDelimited, explode: true', 'q=1|2', 'query.q/0 type'],
    ['{ $ref: "#/components/schemas/Ids" }', '', 'q=1&q=2', [1, 2]],
    [object, '', 'r=1&g=x', { r: 1, g: 'x' }],
    [object, '', 'r=1&r=2', 'query.q/r repeated'],
    [object, '', 'b=1', 'undeclared b'],
    [object, ', explode: false', 'q=r,1,g,x', { r: 1, g: 'x' }],
    [object, ', explode: false', 'q=r,1,g', 'query.q style'],
    [object, ', style: deepObject', 'q[r]=1&q%5Bg%5D=x', { r: 1, g: 'x' }],
    [object, ', style: deepObject', 'q[r]=1&q[r]=2', 'query.q repeated'],
    [object, ', style: deepObject', 'q[r]=x', 'query.q/r type'],
    [object, ', style: deepObject', 'q[r=1', 'undeclared q[r'],
    [object, ', style: deepObject', 'q=1', 'undeclared q'],
    [object, ', style: deepObject', 'q[a][b]=1&q[a][c][]=2&q[a][c][]=3', { a: { b: '1', c: ['2', '3'] } }],
    [object, ', style: deepObject', 'q[r]=1&q[r][x]=2', 'query.q/r repeated'],
    [ints, ', style: deepObject', 'q[1]=2&q[0]=1', [1, 2]],
    [ints, ', style: deepObject', 'q[]=2&q[]=1', [2, 1]],
    ['{ type: [string, array], items: { type: string } }', '', 'q=a', 'a'],
    ['{ type: [string, array], items: { type: string } }', '', 'q=a&q=b', ['a', 'b']],
  ])('%s%s from %s', (schema, more, text, expected) => {
    const found = outcome(read(query(schema, more), { query: text }))
    expect(found).toEqual(
      typeof expected === 'string' && expected.endsWith('repeated') ? expect.stringMatching(/repeated$/) : expected,
    )
  })

  test.each<[string, string, string, unknown]>([
    [ints, '', '1,2', [1, 2]],
    [object, '', 'r,1,g,x', { r: 1, g: 'x' }],
    [object, 'explode: true', 'r=1,g=x', { r: 1, g: 'x' }],
    ['{ type: integer }', 'style: label', '.5', 5],
    ['{ type: integer }', 'style: label', '5', 'path.p style'],
    [ints, 'style: label', '.1,2', [1, 2]],
    [ints, 'style: label, explode: true', '.1.2', [1, 2]],
    [object, 'style: label, explode: true', '.r=1.g=x', { r: 1, g: 'x' }],
    [object, 'style: label', '.r,1,g,x', { r: 1, g: 'x' }],
    ['{ type: integer }', 'style: matrix', ';p=5', 5],
    ['{ type: integer }', 'style: matrix', ';x=5', 'path.p style'],
    ['{ type: integer }', 'style: matrix', ';p=5;p=6', 'path.p repeated'],
    ['{ type: string }', 'style: matrix', ';p', ''],
    [ints, 'style: matrix', ';p=1,2', [1, 2]],
    [ints, 'style: matrix, explode: true', ';p=1;p=2', [1, 2]],
    [object, 'style: matrix, explode: true', ';r=1;g=x', { r: 1, g: 'x' }],
    [object, 'style: matrix', ';p=r,1,g,x', { r: 1, g: 'x' }],
  ])('%s %s in a path from %s', (schema, more, text, expected) => {
    const parameter = `{ name: p, in: path, required: true, schema: ${schema} ${more === '' ? '' : `, ${more}`} }`
    expect(outcome(read(parameter, { path: text }))).toEqual(expected)
  })

  test.each<[string, Record<string, string | string[]>, unknown]>([
    ['{ name: X-N, in: header, schema: { type: integer } }', { 'x-n': ' 5 ' }, 5],
    ['{ name: X-N, in: header, schema: { type: integer } }', { 'X-N': ['5', '6'] }, 'header.X-N repeated'],
    [`{ name: X-N, in: header, schema: ${ints} }`, { 'x-n': ['1 , 2', '3'] }, [1, 2, 3]],
    ['{ name: X-N, in: header, required: true, schema: {} }', {}, 'header.X-N required'],
    ['{ name: c, in: cookie, schema: { type: integer } }', { cookie: 'b=2; c=5' }, 5],
    ['{ name: c, in: cookie, schema: { type: string } }', { cookie: 'c=a%20b+' }, 'a b+'],
    ['{ name: c, in: cookie, schema: { type: integer } }', { cookie: ['c=5', 'c=6'] }, 'cookie.c repeated'],
    [
      '{ name: f, in: query, content: { application/json: { schema: { type: object } } } }',
      { q: 'f={"a":[1]}' },
      { a: [1] },
    ],
    [
      '{ name: f, in: query, content: { application/json: { schema: { type: object } } } }',
      { q: 'f={a}' },
      'query.f content',
    ],
  ])('%s', (parameter, headers, expected) => {
    const text = typeof headers['q'] === 'string' ? encodeURI(headers['q']) : ''
    expect(outcome(read(parameter, { query: text, headers }))).toEqual(expected)
  })

  test('__proto__ is a name like any other', () => {
    const parameter = query('{ type: object, additionalProperties: { type: string } }', ', style: deepObject')
    const value = read(parameter, { query: 'q[__proto__][a]=1&q[constructor]=2' }).values.get('query.q')
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor'])
    expect(({} as Record<string, unknown>)['a']).toBeUndefined()
  })

  test('a map that explodes takes what nobody else does', () => {
    const operation = operationOf(
      `${query('{ type: object, additionalProperties: { type: string } }')}, { name: n, in: query, schema: { type: integer } }`,
    )
    const { values, undeclaredQuery } = parseParameters(operation, {
      pathParameters: new Map(),
      query: 'n=1&a=x',
      headers: {},
    })
    expect([...values]).toEqual([
      ['query.n', 1],
      ['query.q', { a: 'x' }],
    ])
    expect(undeclaredQuery).toEqual([])
  })

  test('a query of any length is read in time in proportion', () => {
    const before = performance.now()
    expect(outcome(read(query(ints), { query: 'q=1&'.repeat(100_000) }))).toBe('query. encoding')
    read(query(object, ', style: deepObject'), { query: `q${'[a]'.repeat(5000)}=1&${'q[b][]=1&'.repeat(4000)}` })
    expect(performance.now() - before).toBeLessThan(1000)
  })
})

describe('what is rendered is read back', () => {
  const text = fc.string({ unit: 'binary', maxLength: 8 })
  const plain = fc.stringMatching(/^[a-z0-9 é]{1,6}$/)
  const numbers = fc.array(fc.integer(), { maxLength: 4 })
  const cases: readonly [string, fc.Arbitrary<unknown>][] = [
    ['{ name: v, in: query, schema: { type: string } }', text],
    ['{ name: v, in: query, schema: { type: integer } }', fc.maxSafeInteger()],
    [
      '{ name: v, in: query, schema: { type: number } }',
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter(value => !Object.is(value, -0)),
    ],
    ['{ name: v, in: query, schema: { type: boolean } }', fc.boolean()],
    ['{ name: v, in: query, schema: { type: array, items: { type: integer } } }', numbers],
    ['{ name: v, in: query, explode: false, schema: { type: array, items: { type: integer } } }', numbers],
    [
      '{ name: v, in: query, style: spaceDelimited, explode: false, schema: { type: array, items: { type: integer } } }',
      numbers,
    ],
    [
      '{ name: v, in: query, style: pipeDelimited, explode: false, schema: { type: array, items: { type: integer } } }',
      numbers,
    ],
    [
      '{ name: v, in: query, schema: { type: array, items: { type: string } } }',
      fc.array(text, { minLength: 2, maxLength: 4 }),
    ],
    [
      '{ name: v, in: query, style: deepObject, schema: { type: object, properties: { a: { type: string }, b: { type: integer } } } }',
      fc.record({ a: text, b: fc.integer() }),
    ],
    [
      '{ name: v, in: query, schema: { type: object, properties: { a: { type: string }, b: { type: integer } } } }',
      fc.record({ a: text, b: fc.integer() }),
    ],
    [
      '{ name: v, in: query, content: { application/json: { schema: {} } } }',
      fc.jsonValue().map(value => JSON.parse(JSON.stringify(value))),
    ],
    [
      '{ name: v, in: header, schema: { type: array, items: { type: integer } } }',
      fc.array(fc.integer(), { minLength: 1, maxLength: 4 }),
    ],
    ['{ name: v, in: cookie, schema: { type: string } }', text],
    ['{ name: v, in: path, required: true, schema: { type: integer } }', fc.integer()],
    ['{ name: v, in: path, required: true, schema: { type: string } }', plain],
    [
      '{ name: v, in: path, required: true, schema: { type: array, items: { type: string } } }',
      fc.array(plain, { minLength: 1, maxLength: 3 }),
    ],
    [
      '{ name: v, in: path, required: true, style: label, explode: true, schema: { type: array, items: { type: string } } }',
      fc.array(plain, { minLength: 1, maxLength: 3 }),
    ],
    ['{ name: v, in: path, required: true, style: matrix, schema: { type: string } }', plain.map(value => `${value}=`)],
    [
      '{ name: v, in: path, required: true, style: matrix, explode: true, schema: { type: array, items: { type: string } } }',
      fc.array(plain, { minLength: 1, maxLength: 3 }),
    ],
    [
      '{ name: v, in: path, required: true, explode: true, schema: { type: object, additionalProperties: { type: string } } }',
      fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), plain, { minKeys: 1, maxKeys: 3 }),
    ],
  ]
  test.each(cases)('%s', (parameter, arbitrary) => {
    const place = /in: (\w+)/.exec(parameter)?.[1] ?? ''
    const contract = contractOf(parameter, place === 'path' ? '/a/{v}/b' : '/a')
    const matcher = compileMatcher(contract)
    const [operation] = contract.operations
    if (operation === undefined) throw new Error('no operation')
    fc.assert(
      fc.property(arbitrary, value => {
        const parameters = new Map([[`${place}.v`, value]])
        const { method, path, headers } = renderRequest(operation, { parameters })
        const match = matcher.match(method, path)
        expect(match.kind, path).toBe('found')
        if (match.kind !== 'found') return
        const parsed = parseParameters(match.operation, { ...match, headers })
        expect(parsed.problems).toEqual([])
        expect(parsed.undeclaredQuery).toEqual([])
        expect(parsed.values.get(`${place}.v`)).toEqual(value)
      }),
    )
  })

  test('with base path, body and media type', () => {
    const contract = parseContract({
      contract: {
        file: 'a',
        text: 'openapi: 3.1.0\ninfo: { title: T }\nservers: [{ url: https://x.test/v1 }]\npaths: { /a: { post: { requestBody: { content: { text/plain: {}, application/x+json: {} } }, responses: {} } } }',
      },
    })
    const [operation] = contract.operations
    if (operation === undefined) throw new Error('no operation')
    expect(renderRequest(operation, { parameters: new Map(), body: { a: 1 } })).toEqual({
      method: 'POST',
      path: '/v1/a',
      headers: { 'Content-Type': 'application/x+json' },
      body: '{"a":1}',
    })
  })
})

test('integers beyond 2^53 are checked as they are written', () => {
  const contract = contractOf(
    '{ name: q, in: query, schema: { type: integer, format: int64, multipleOf: 3, maximum: 9223372036854774000 } }',
  )
  const [operation] = contract.operations
  if (operation === undefined) throw new Error('no operation')
  const validator = compileValidators(contract).request(operation)
  const check = (text: string) => {
    const { values, problems } = parseParameters(operation, {
      pathParameters: new Map(),
      query: `q=${text}`,
      headers: {},
    })
    return [...problems, ...validator.parameters(values)].map(problem => problem.keyword)
  }
  expect(check('9007199254740993')).toEqual([])
  expect(check('9007199254740994')).toEqual(['multipleOf'])
  expect(check('9223372036854775800')).toEqual(['maximum'])
  expect(check('-9223372036854775809')).toEqual(['format'])
  expect(check('9'.repeat(5000))).toEqual(['format'])
})
