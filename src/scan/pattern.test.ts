import { describe, expect, it } from 'vitest'
import { textForPattern } from './pattern.ts'
import { seededRandom } from './random.ts'

describe('a text for a pattern', () => {
  it.each([
    '^[A-Z]{3}-\\d{4}$',
    '^\\d{1,9}(\\.\\d{1,8})?$',
    '^(?:red|green|blue)$',
    '^97[89]-[0-9]{10}$',
    '^[a-z0-9_]+$',
    '^[^/]+$',
    '^-?\\d+\\.\\d{2,8}$',
    '^#[0-9a-fA-F]{6}$',
    '^(?<area>0\\d{2,4}) \\d+$',
    '^a*b+c?$',
    '^[\\w.-]{2,}$',
  ])('%s matches it, for every seed', pattern => {
    for (let seed = 0; seed < 50; seed++) {
      expect(textForPattern(pattern, seededRandom(seed))).toMatch(new RegExp(pattern, 'u'))
    }
  })

  it.each(['(?=a)b', '(a)\\1', '(?!x)y', '[unclosed', 'a'.repeat(600), '\\p{L}+'])('is not made up for %s', pattern => {
    expect(textForPattern(pattern, seededRandom(1))).toBeUndefined()
  })

  it('ends for patterns that ask for a lot', () => {
    expect(textForPattern('((((a{9}){9}){9}){9}){9}', seededRandom(1))).toBeUndefined()
  })
})
