import { describe, expect, it } from 'vitest'
import { exposeOne, exposeYaml, rowOf } from './contract.fixture.ts'

const list = `responses: { '200': { description: ok, content: { application/json: { schema: { type: array, items: { type: object, properties: { a: { type: string } } } } } } } }`
const answer = (schema: string, path = '/a') =>
  rowOf(
    exposeYaml(
      `paths:\n  ${path}:\n    get:\n      responses: { '200': { description: ok, content: { application/json: { schema: ${schema} } } } }`,
    ),
    `GET ${path}`,
  )

describe('page parameters', () => {
  it.each([
    ['limit', true],
    ['per_page', true],
    ['pageSize', true],
    ['maxResults', true],
    ['itemsPerPage', true],
    ['number_of_rows', true],
    ['count', true],
    ['page', false],
    ['offset', false],
    ['year', false],
    ['min_size_of_house', false],
  ])('%s: %s', (name, steers) => {
    const { limits } = exposeOne(`parameters: [{ name: ${name}, in: query, schema: { type: integer } }]\n      ${list}`)
    expect(limits.pages.map(({ field }) => field.name)).toEqual(steers ? [name] : [])
  })

  it.each<[string, number | undefined]>([
    ['maximum: 50', 50],
    ['exclusiveMaximum: 51', 51],
    ['enum: [10, 25]', 25],
    ['minimum: 1', undefined],
  ])('with %s go up to %s', (keywords, maximum) => {
    const { limits } = exposeOne(
      `parameters: [{ name: limit, in: query, schema: { type: integer, ${keywords} } }]\n      ${list}`,
    )
    expect(limits.pages[0]?.maximum).toBe(maximum)
  })
})

describe('an answer is a list', () => {
  it.each<[string, string, string, boolean]>([
    ['an array', '/a', '{ type: array, items: { type: string } }', true],
    [
      'an array in an envelope',
      '/a',
      '{ type: object, properties: { data: { type: array, items: { type: string } } } }',
      true,
    ],
    [
      'the collection by its name',
      '/pens',
      '{ type: object, properties: { pens: { type: array, items: { type: object, properties: { a: { type: string } } } } } }',
      true,
    ],
    [
      'an envelope in an envelope',
      '/a',
      '{ type: object, properties: { data: { type: object, properties: { items: { type: array, items: { type: object, properties: { a: { type: string } } } } } } } }',
      true,
    ],
    [
      'one object with lines',
      '/a/{id}',
      '{ type: object, properties: { lines: { type: array, items: { type: object, properties: { a: { type: string } } } } } }',
      false,
    ],
    [
      'one object with tags',
      '/a',
      '{ type: object, properties: { tags: { type: array, items: { type: string } } } }',
      false,
    ],
    ['an object', '/a', '{ type: object, properties: { a: { type: string } } }', false],
  ])('%s at %s', (_name, path, schema, expected) => {
    expect(answer(schema, path).limits.list).toBe(expected)
  })
})

describe('limits', () => {
  it('are those of the overlay, and what the contract tells clients', () => {
    const { limits } = exposeOne(
      "x-rugged: { limits: [{ per: address, rate: 5/1m }] }\n      responses: { '429': { description: no } }",
    )
    expect(limits.rates).toEqual([{ per: 'address', rate: { count: 5, milliseconds: 60_000 } }])
    expect(limits.documented).toBe(true)
    expect(
      exposeOne(
        "responses: { '200': { description: ok, headers: { X-RateLimit-Limit: { schema: { type: integer } } } } }",
      ).limits.documented,
    ).toBe(true)
    expect(exposeOne("responses: { '200': { description: ok } }").limits).toMatchObject({
      documented: false,
      rates: [],
    })
  })

  it.each([
    ['{ type: string }', true],
    ['{ type: string, maxLength: 9 }', false],
    ['{ type: string, enum: [a] }', false],
    ['{ type: string, format: date }', false],
    ["{ type: string, pattern: '^[A-Z]{2}\\d{1,9}$' }", false],
    ["{ type: string, pattern: '^[A-Z]+$' }", true],
    ["{ type: string, pattern: '[A-Z]{2}' }", true],
    ["{ type: string, pattern: '^a{2,}$' }", true],
    ['{ type: array, maxItems: 2, items: { type: integer } }', false],
    ['{ type: array, items: { type: integer } }', true],
    ["{ allOf: [{ $ref: '#/components/schemas/Number' }], description: bounded }", false],
    ["{ $ref: '#/components/schemas/Number' }", false],
    ["{ anyOf: [{ $ref: '#/components/schemas/Number' }, { type: string }] }", true],
    ['{ type: integer }', false],
  ])('of an input %s: unbounded %s', (schema, unbounded) => {
    const { limits } = exposeOne(
      `parameters: [{ name: q, in: query, schema: ${schema} }]\n      responses: {}`,
      "components: { schemas: { Number: { type: string, pattern: '^[0-9]{10}$' } } }",
    )
    expect(limits.unbounded.length > 0).toBe(unbounded)
  })

  it('know which bodies carry files', () => {
    const api = exposeYaml(
      'paths: { /a: { post: { requestBody: { content: { multipart/form-data: {}, image/png: {}, application/json: {} } }, responses: {} } } }',
    )
    expect(rowOf(api, 'POST /a').limits.uploads).toEqual(['multipart/form-data', 'image/png'])
  })
})

describe('what is counted, paid or ordered', () => {
  const lines = '{ type: array, items: { type: object, properties: { a: { type: string } } } }'
  const post = (path: string, body: string, answer: string, id = '') =>
    rowOf(
      exposeYaml(
        `paths:\n  ${path}:\n    post:${id === '' ? '' : `\n      operationId: ${id}`}\n      requestBody: { content: { application/json: { schema: { type: object, properties: ${body} } } } }\n      responses: { '200': { description: ok, content: { application/json: { schema: ${answer} } } } }`,
      ),
      `POST ${path}`,
    ).limits
  const amounts =
    '{ amount: { type: integer }, quantity: { type: integer }, n: { type: integer }, length: { type: integer } }'

  it.each([
    ['/payments', amounts, `{ type: object, properties: { postings: ${lines} } }`, ''],
    ['/holds', '{ count: { type: integer }, limit: { type: integer } }', lines, ''],
    [
      '/basket',
      `{ lines: { type: array, items: { type: object, properties: { limit: { type: integer } } } } }`,
      lines,
      'searchBasket',
    ],
    ['/offers/search', amounts, lines, ''],
  ])('is no page size: POST %s %s', (path, body, answer, id) => {
    expect(post(path, body, answer, id).pages).toEqual([])
  })

  it.each([
    ['/goods/search', ''],
    ['/goods:query', ''],
    ['/goods', 'listGoods'],
    ['/goods', 'goods.find'],
  ])('is one where a body asks for records: POST %s %s', (path, id) => {
    const body =
      '{ limit: { type: integer }, count: { type: integer }, page: { type: object, properties: { size: { type: integer } } } }'
    const { pages } = post(path, body, `{ type: object, properties: { goods: ${lines} } }`, id)
    expect(pages.map(({ field, wellKnown }) => [field.path.join('.'), wellKnown])).toEqual([
      ['limit', true],
      ['count', false],
      ['page.size', true],
    ])
  })

  it('does not make a list of what a write answers with, nor of a record with its lines', () => {
    expect(post('/orders', '{}', `{ type: object, properties: { items: ${lines} } }`).list).toBe(false)
    expect(
      answer(`{ type: object, properties: { id: { type: string }, lines: ${lines} } }`, '/basket').limits.list,
    ).toBe(false)
    expect(
      answer(`{ type: object, properties: { total: { type: integer }, goods: ${lines} } }`, '/goods').limits.list,
    ).toBe(true)
  })

  it('in a query says it by names that are surer and less sure', () => {
    const { limits } = exposeOne(
      `parameters: [{ name: n, in: query, schema: { type: integer } }, { name: limit, in: query, schema: { type: integer } }, { name: amount, in: query, schema: { type: integer } }]\n      ${list}`,
    )
    expect(limits.pages.map(({ field, wellKnown }) => [field.name, wellKnown])).toEqual([
      ['n', false],
      ['limit', true],
    ])
  })
})
