import { describe, expect, it } from 'vitest'
import { redact } from './redact.ts'
import { classOfValue } from './value-class.ts'

describe('the class of a value', () => {
  it.each([
    ['ada@example.org', 'email'],
    ['+44 7700 900123', 'phone'],
    ['4111 1111 1111 1111', 'payment'],
    ['DE89 3704 0044 0532 0130 00', 'payment'],
    ['$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy', 'credential'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'secret'],
  ])('%s is %s', (text, expected) => {
    expect(classOfValue(text)).toBe(expected)
  })

  it.each([
    '4111 1111 1111 1112',
    '1234567890123',
    'a@b',
    '2026-02-11T09:30:00Z',
    '0.0002',
    'DE00 3704 0044 0532 0130 00',
    '20260211093000123',
  ])('%s is nothing', text => {
    expect(classOfValue(text)).toBeUndefined()
  })

  it('takes the place of the value in a report', () => {
    const value = {
      customer: { email: 'ada@example.org', balance: '12.50' },
      q: 'ada@example.org',
      list: [1, 2, 3, 4, 5],
    }
    expect(redact(value)).toEqual({
      customer: { email: '[email]', balance: '12.50' },
      q: '[email]',
      list: [1, 2, 3, '… 2 more'],
    })
  })
})
