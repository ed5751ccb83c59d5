import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePattern } from './pattern.ts'

test.each([
  ['^\\d+$', '12', '1a', 'whole'],
  ['^\\u00e9$', 'é', 'e', 'whole'],
  ['^\\u{1F600}$', '😀', 'a', 'whole'],
  ['^\\ud83d\\ude00$', '😀', 'a', 'whole'],
  ['^.$', '😀', '\u2028', 'whole'],
  ['^[^]$', '\n', 'ab', 'whole'],
  ['[]', undefined, 'a', 'whole'],
  ['^[\\s]\\s$', '\u00a0\ufeff', 'ab', 'whole'],
  ['^\\S$', 'a', '\u2003', 'whole'],
  ['^\\p{Script=Greek}\\p{Letter}\\P{Lu}$', 'αβx', 'aβx', 'whole'],
  ['^\\cA[\\b]\\0$', '\u0001\b\0', 'cAb', 'whole'],
  ['^\\-\\_\\z\\Q\\@$', '-_zQ@', '-_', 'whole'],
  ['^[[:a]$', ':', '[:a', 'whole'],
  ['^(?<year>\\d{4})$', '2024', '24', 'whole'],
  ['(?<=a)b', 'ab', 'cb', 'whole'],
  ['(?<!a)b', 'cb', 'ab', 'whole'],
  ['^(?=.*\\d)(?=.*[A-Z])(?!admin).{3,}$', 'aB1', 'ab1', 'whole'],
  ['^(?!-)[a-z-]+$', 'a-', '-a', 'whole'],
  ['^(?!.*\\.\\.)[a-z.]+$', 'a.b', 'a..b', 'whole'],
  ['^[a-z]{2,4096}$', 'a'.repeat(4096), 'a'.repeat(4097), 'whole'],
  ['^.{1,5000}$', '😀'.repeat(5000), '', 'whole'],
  ['^.{1500}$', 'a'.repeat(1500), 'a'.repeat(1499), 'whole'],
  ['^(?:ab){1,2000}$', 'abab', 'aba', 'in part'],
  ['^(?:a{1,500}){3}$', 'aaa', 'b', 'in part'],
  ['^(?=(?:ab){1,2000}$).{3,}$', 'abab', 'ab', 'in part'],
  ['(a)\\1', 'b', undefined, 'not'],
  ['^a(?=b)', 'x', undefined, 'not'],
  ['(?=a)b|c', 'x', undefined, 'not'],
  ['(', 'x', undefined, 'not'],
])('%s passes %j and refuses %j, enforced: %s', (pattern, good, bad, enforced) => {
  const compiled = compilePattern(pattern)
  expect(compiled.enforced).toBe(enforced)
  if (good !== undefined) expect(compiled.test(good)).toBe(true)
  if (bad !== undefined) expect(compiled.test(bad)).toBe(false)
})

describe('for the patterns of contracts', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    '\\d',
    '\\w',
    '\\s',
    '.',
    '[ab]',
    '[^a]',
    '[\\d-]',
    '(?:ab)',
    '(?:a|b)',
    '\\.',
    '\\/',
    '\\u0061',
    '[\\w.]',
    '\\W',
    '\\D',
    '\\S',
  )
  const piece = fc.tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,3}', '{0,}', '+?')).map(([a, b]) => a + b)
  const body = fc.array(piece, { minLength: 1, maxLength: 5 }).map(pieces => pieces.join(''))
  const pattern = fc.oneof(
    body.map(text => `^${text}$`),
    body,
    fc.tuple(body, body).map(([a, b]) => `^(?=${a})(?!${b})${a}`),
    fc.tuple(body, body).map(([a, b]) => `^(?:${a}|${b})$`),
  )
  test('the linear engine agrees with that of JavaScript', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '1', ' ', '.', '/', '-', '\n', 'é', '😀', '\u2028'),
      maxLength: 8,
    })
    fc.assert(
      fc.property(pattern, text, (source, given) => {
        const compiled = compilePattern(source)
        expect(compiled.enforced).toBe('whole')
        expect(compiled.test(given), `${source} on ${JSON.stringify(given)}`).toBe(new RegExp(source, 'u').test(given))
      }),
      { numRuns: 5000 },
    )
  })
})
