import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalId, objectKey } from './object-id.ts'

describe('canonicalId', () => {
  it.each([
    [7, '7'],
    ['7', '7'],
    [-0, '0'],
    ['A7', 'A7'],
    ['0D9B4A3E-51D1-4B6F-8C39-6F4F4E6F6F10', '0d9b4a3e-51d1-4b6f-8c39-6f4f4e6f6f10'],
    ['a/b', 'a/b'],
    ['..a', '..a'],
  ])('%j is %j', (value, id) => {
    expect(canonicalId(value)).toBe(id)
  })

  it.each([[' 7'], ['7 '], ['07'], ['7.0'], ['+7'], ['7\u200b'], ['７'], ['0x7'], ['a7'], ['7;']])(
    '%j is not the same as its look-alike',
    value => {
      expect(canonicalId(value)).not.toBe('7')
      expect(canonicalId(value)).not.toBe('A7')
    },
  )

  it.each([
    [''],
    ['.'],
    ['..'],
    ['7\n'],
    ['7\u0000'],
    ['7\u2028'],
    [2 ** 53],
    [1.5],
    [Number.NaN],
    [true],
    [null],
    [undefined],
    [{}],
    [['7']],
    [{ $ne: '' }],
  ])('nobody can vouch for %j', value => {
    expect(canonicalId(value)).toBeUndefined()
  })
})

describe('objectKey', () => {
  it('keeps different objects apart and long ids short', () => {
    const part = fc.string({ maxLength: 80 })
    fc.assert(
      fc.property(
        fc.constantFrom('account', 'order'),
        part,
        fc.constantFrom('account', 'order'),
        part,
        (t1, a, t2, b) => {
          expect(objectKey(t1, a) === objectKey(t2, b)).toBe(t1 === t2 && a === b)
        },
      ),
    )
    expect(objectKey('account', 'x'.repeat(5_000)).length).toBeLessThan(80)
  })
})
