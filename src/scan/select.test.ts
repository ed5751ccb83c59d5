import { describe, expect, it } from 'vitest'
import { selects } from './select.ts'
import { answers, contractOf } from './server.fixture.ts'

const [row] = contractOf({
  'GET /books/{isbn}/pages': { operationId: 'readPages', tags: ['Reading'], responses: answers() },
}).operations

describe('an operation is selected', () => {
  it.each([
    ['readPages', true],
    ['Reading', true],
    ['GET /books/{isbn}/pages', true],
    ['get /books/*', true],
    ['/books/*/pages', true],
    ['*pages', true],
    ['POST /books/*', false],
    ['/books', false],
    ['*pages*pages', false],
  ])('by %s: %s', (selector, expected) => {
    if (row === undefined) throw new Error('the fixture has one operation')
    expect(selects(row.operation, [selector], true)).toBe(expected)
    expect([selects(row.operation, undefined, true), selects(row.operation, [], false)]).toEqual([true, false])
  })
})
