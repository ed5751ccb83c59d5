import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../core/json.ts'
import { type Actor, anonymous } from './actor.ts'
import { answers, contractOf } from './server.fixture.ts'
import { writeRequest } from './wire.ts'

function written(parameter: object, key: string, value: JsonValue, actor: Actor = anonymous) {
  const path = key.startsWith('path.') ? '/a/{p}' : '/a'
  const name = key.slice(key.indexOf('.') + 1)
  const where = key.slice(0, key.indexOf('.'))
  const declared = where === 'path' ? {} : { parameters: [{ name, in: where, schema: {}, ...parameter }] }
  const [row] = contractOf({ [`GET ${path}`]: { ...declared, responses: answers() } }).operations
  if (row === undefined) throw new Error('the fixture has one operation')
  return writeRequest({ operation: row.operation, parameters: new Map([[key, value]]) }, '/base', actor)
}

describe('a request on the wire', () => {
  it.each<[string, object, string, JsonValue, string]>([
    ['escapes what stands in a path', {}, 'path.p', 'a/b c?', '/base/a/a%2Fb%20c%3F'],
    ['keeps dots from vanishing', {}, 'path.p', '..', '/base/a/%2E%2E'],
    ['repeats exploded lists', {}, 'query.q', ['x', 'y z'], '/base/a?q=x&q=y%20z'],
    ['joins the others', { explode: false }, 'query.q', ['x', 'y'], '/base/a?q=x,y'],
    ['writes deep objects', { style: 'deepObject' }, 'query.q', { a: 1 }, '/base/a?q%5Ba%5D=1'],
  ])('%s', (_name, parameter, key, value, path) => {
    expect(written(parameter, key, value).path).toBe(path)
  })

  it('never breaks a header', () => {
    expect(written({}, 'header.x-note', 'a\r\nevil: 1').headers['x-note']).toBe('a??evil: 1')
  })

  it.each<[Actor['credential'], string, string]>([
    [{ kind: 'bearer', token: 't' }, 'authorization', 'Bearer t'],
    [{ kind: 'basic', user: 'u', password: 'p' }, 'authorization', 'Basic dTpw'],
    [{ kind: 'header', name: 'X-Key', value: 'k' }, 'x-key', 'k'],
    [{ kind: 'cookie', name: 'sid', value: 's' }, 'cookie', 'sid=s'],
  ])('carries the credential %o', (credential, name, value) => {
    expect(written({}, 'query.q', 1, { name: 'x', credential }).headers[name]).toBe(value)
  })

  it('carries a key in the query', () => {
    const credential = { kind: 'query', name: 'api key', value: 'k&1' } as const
    expect(written({}, 'query.q', 1, { name: 'x', credential }).path).toBe('/base/a?q=1&api%20key=k%261')
  })
})
