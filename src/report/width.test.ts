import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clip, displayWidth, padTo, wrap } from './width.ts'

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['plain', 5],
    ['naïve', 5],
    ['nai\u0308ve', 5],
    ['日本語', 6],
    ['한국', 4],
    ['ｆｕｌｌ', 8],
    ['✓ done', 6],
    ['❤️', 2],
    ['👩‍💻', 2],
    ['🇩🇪🇫🇷', 4],
    ['a\u200db', 2],
  ])('of %j is %i', (text, width) => expect(displayWidth(text)).toBe(width))
})

describe('padTo', () => {
  it('counts columns, not characters', () => {
    expect(padTo('日本', 6)).toBe('日本  ')
    expect(padTo('7', 3, 'right')).toBe('  7')
    expect(padTo('too wide', 3)).toBe('too wide')
  })
})

describe('clip', () => {
  it('keeps what fits, blanks and all, and never half a character', () => {
    expect(clip('a  b', 3)).toBe('a  ')
    expect(clip('日本語', 5)).toBe('日本')
    expect(clip('', 5)).toBe('')
  })
})

describe('wrap', () => {
  it('breaks at blanks and cuts what is too wide', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrap('abcdefghij kl', 4)).toEqual(['abcd', 'efgh', 'ij', 'kl'])
    expect(wrap('日本語', 4)).toEqual(['日本', '語'])
    expect(wrap('', 10)).toEqual([''])
  })

  it('keeps every letter, and no line is wider than it may be', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.integer({ min: 2, max: 40 }), (text, width) => {
        const lines = wrap(text, width)
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })
})
