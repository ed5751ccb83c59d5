import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pathShape, propertyShape } from './path-shape.ts'

describe('pathShape', () => {
  it.each([
    ['/debug/users', '/debug/users'],
    ['/v2/order-items/4711', '/v2/order-items/{}'],
    ['/oauth2/token?code=1#x', '/oauth2/token'],
    ['/.env', '/.env'],
    ['/v1-beta/x', '/v1-beta/x'],
    ['/backup.tar.gz', '/backup.tar.gz'],
    ['/users/anna@example.org', '/users/{}'],
    ['/users/3f2b7c1e-0000-4000-8000-000000000000/keys/', '/users/{}/keys/'],
    ['/files/deadbeef01', '/files/{}'],
    ['/%2e%2e/etc', '/{}/etc'],
    [`/${'a'.repeat(40)}`, '/{}'],
    ['/a/b/c/d/e/f/g/h/i/j/k/l/m/n', '/a/b/c/d/e/f/g/h/i/j/k/…'],
  ])('%s becomes %s', (path, shape) => expect(pathShape(path)).toBe(shape))

  it('is short and free of what a terminal or a page could take for its own, whatever is fed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), path => {
        expect(pathShape(`/${path}`)).toMatch(/^[\w{}./…-]{0,500}$/)
      }),
    )
  })
})

describe('propertyShape', () => {
  it.each([
    ['user.password_hash', 'user.password_hash'],
    ['items[].price', 'items[].price'],
    ['/items/*/costPrice', '/items/*/costPrice'],
    ['balances.4711.amount', 'balances.{}.amount'],
    ['/by/anna@example.org', '/by/{}'],
    ['address2_line1', 'address2_line1'],
    ['address2.line1', 'address2.line1'],
  ])('%s becomes %s', (property, shape) => expect(propertyShape(property)).toBe(shape))
})
