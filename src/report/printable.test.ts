import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printable } from './printable.ts'

describe('printable', () => {
  it.each([
    ['plain — naïve 日本語 👩‍💻 ok', 'plain — naïve 日本語 👩‍💻 ok'],
    ['\u001b[31mred\u001b]0;title\u0007', '\\e[31mred\\e]0;title\\u{7}'],
    ['\u009b31m', '\\u{9b}31m'],
    ['a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['a\u2028b\u0085c', 'a\\u{2028}b\\u{85}c'],
    ['txt.\u202eexe\u202c', 'txt.\\u{202e}exe\\u{202c}'],
    ['in\u200bvis\ufeffible\u{e0041}', 'in\\u{200b}vis\\u{feff}ible\\u{e0041}'],
    ['lone \ud800 surrogate', 'lone \\u{d800} surrogate'],
    ['\u0000\u007f\uffff', '\\u{0}\\u{7f}\\u{ffff}'],
  ])('makes %j visible', (text, seen) => expect(printable(text)).toBe(seen))

  it('leaves no control character, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the very characters that must be gone
        expect(printable(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/)
      }),
    )
  })
})
