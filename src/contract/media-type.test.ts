import { performance } from 'node:perf_hooks'
import { expect, test } from 'vitest'
import { bestMediaType, isJson, mediaTypeEssence, parseMediaType } from './media-type.ts'

test.each([
  ['application/json', 'application/json', {}],
  ['Application/JSON; Charset=UTF-8', 'application/json', { charset: 'UTF-8' }],
  ['  text/plain ;a="b;\\"c" ; d=e;', 'text/plain', { a: 'b;"c', d: 'e' }],
  ['application/*+json', 'application/*+json', {}],
  ['*/*', '*/*', {}],
  ['application/vnd.a.b-v1+json', 'application/vnd.a.b-v1+json', {}],
])('%s is read', (text, essence, parameters) => {
  expect(mediaTypeEssence(text)).toBe(essence)
  expect(Object.fromEntries(parseMediaType(text)?.parameters ?? [])).toEqual(parameters)
})

test.each([
  ...[
    '',
    'json',
    '/',
    'a/',
    '/b',
    'a/b/c',
    'a b/c',
    'a/b c',
    '*/json',
    'a/b;x',
    'a/b;x=',
    'a/b; x =1',
    'a/b;x="y',
    'a/b;x=1;X=2',
  ],
  ...['a/b,c/d', 'application/json\r\nX: y', 'applicátion/json', `a/${'b'.repeat(2000)}`, 'a/b;=c'],
])('%j is no media type', text => {
  expect(parseMediaType(text)).toBeUndefined()
})

test.each([
  ['application/json', ['*/*', 'application/*', 'application/json'], 2],
  ['application/problem+json', ['*/*', 'application/*', 'application/*+json', 'application/json'], 2],
  ['application/json', ['application/*+json', 'application/*'], 1],
  ['text/plain; charset=x', ['TEXT/PLAIN'], 0],
  ['text/html', ['text/plain', '*/*'], 1],
  ['text/html', ['text/plain'], undefined],
  ['*/*', ['*/*'], undefined],
  ['application/*', ['application/*'], undefined],
  ['nonsense', ['*/*'], undefined],
  ['text/html', ['nonsense'], undefined],
])('%s is best served by one of %j', (concrete, declared, index) => {
  expect(bestMediaType(concrete, declared)).toBe(index)
})

test.each([
  ['application/json', true],
  ['application/hal+json; x=y', true],
  ['text/json', true],
  ['application/jsonp', false],
  ['application/json-seq', false],
])('%s holds JSON: %s', (text, expected) => {
  expect(isJson(text)).toBe(expected)
})

test('a long text is read in time in proportion', () => {
  const before = performance.now()
  parseMediaType(`a/b${';'.repeat(1000)}x`)
  parseMediaType(`a/b;a="${'\\"'.repeat(500)}`)
  parseMediaType(`a/b${' '.repeat(1000)}x`)
  expect(performance.now() - before).toBeLessThan(200)
})
