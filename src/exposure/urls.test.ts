import { describe, expect, it } from 'vitest'
import { exposeYaml, rowOf } from './contract.fixture.ts'

const urls = (property: string) =>
  rowOf(
    exposeYaml(
      `paths: { /a: { post: { requestBody: { content: { application/json: { schema: { type: object, properties: { ${property} } } } } }, responses: {} } } }`,
    ),
    'POST /a',
  ).urls

describe('an input holds a URL', () => {
  it.each([
    ['by declaration', 'x: { type: string, x-rugged: { url: { hosts: [a.example] } } }', 'declared'],
    ['by its format', 'source: { type: string, format: uri }', 'derived'],
    ['by its name', 'callbackUrl: { type: string }', 'guessed'],
    ['by its name, in one word', 'imageurl: { type: string }', 'guessed'],
    ['in a list', 'sources: { type: array, items: { type: string, format: uri } }', 'derived'],
    [
      'in a list that is declared',
      'feeds: { type: array, x-rugged: { url: { hosts: [a.example] } }, items: { type: string } }',
      'declared',
    ],
  ])('%s', (_name, property, source) => {
    const found = urls(property)
    expect(found.map(input => input.source)).toEqual([source])
    expect(found[0]?.allow?.hosts).toEqual(source === 'declared' ? ['a.example'] : undefined)
  })

  it.each([
    ['a place for the browser', 'redirect_uri: { type: string, format: uri }'],
    ['what the server sets', 'url: { type: string, readOnly: true }'],
    ['a number', 'url: { type: integer }'],
    ['one of a few', 'url: { type: string, enum: [https://a.example] }'],
    ['another format', 'link: { type: string, format: uuid }'],
    ['an object', 'link: { type: object, properties: { text: { type: string } } }'],
    ['a word with url in it', 'curling: { type: string }'],
  ])('not: %s', (_name, property) => {
    expect(urls(property)).toEqual([])
  })

  it('in the query, but not in the headers that browsers set', () => {
    const api = exposeYaml(
      'paths: { /a: { get: { parameters: [{ name: page_url, in: query, schema: { type: string } }, { name: Referer, in: header, schema: { type: string, format: uri } }], responses: {} } } }',
    )
    expect(rowOf(api, 'GET /a').urls.map(({ field }) => field.name)).toEqual(['page_url'])
  })
})
