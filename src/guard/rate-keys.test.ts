import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliseTarget } from './rate-keys.ts'

describe('normaliseTarget', () => {
  it.each([
    ['Ada@Example.org', ' ada@example.ORG '],
    ['ada', '\uff41\uff44\uff41'],
    ['ada', 'a\u200bd\u00ada'],
    ['jose', 'Jos\u00e9'],
    ['jose', 'Jose\u0301'],
    ['+4912345', '+49 123 45'],
    ['strasse', 'STRASSE'],
    ['\ufb01n', 'fin'],
    ['123', '123'],
    ['alice', `${' '.repeat(5_000)}alice`],
    ['alice', 'al\u3164ice\u2800'],
  ])('takes %s and %s for one', (a, b) => {
    expect(normaliseTarget(a)).toBe(normaliseTarget(b))
  })

  it('takes 17 and "17" for one, and other values apart', () => {
    expect(normaliseTarget(17)).toBe(normaliseTarget('17'))
    expect(normaliseTarget('ada')).not.toBe(normaliseTarget('adb'))
  })

  it('finds the same for what it has normalised before, whatever was sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), text => {
        const once = normaliseTarget(text)
        expect(normaliseTarget(once)).toBe(once)
        expect(normaliseTarget(text.toUpperCase().toLowerCase())).toBe(normaliseTarget(text.toUpperCase()))
      }),
    )
  })
})
