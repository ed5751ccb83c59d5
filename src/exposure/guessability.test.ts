import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choicesOf } from './choices.ts'
import { guessabilityOf } from './guessability.ts'

describe('an id', () => {
  it.each<[string, object, string]>([
    ['a number', { type: 'integer' }, 'integer'],
    ['a number in text', { type: 'string', format: 'int64' }, 'integer'],
    ['digits', { type: 'string', pattern: '^\\d+$' }, 'integer'],
    ['digits behind a prefix', { type: 'string', pattern: '^ORD-[0-9]{6}$' }, 'integer'],
    ['numbers by example', { type: 'string', example: '10421' }, 'integer'],
    ["a carrier's number", { type: 'string', pattern: '^[A-Z]{2}\\d{9}[A-Z]{2}$' }, 'short'],
    ['six letters or digits', { type: 'string', pattern: '^[A-Z0-9]{6}$' }, 'short'],
    ['eight characters', { type: 'string', maxLength: 8 }, 'short'],
    ['a UUID', { type: 'string', format: 'uuid' }, 'random'],
    [
      'a random UUID by example',
      { type: 'string', format: 'uuid', examples: ['9e0a7a4e-6d1b-4c53-8f4b-4d9e0d6a2c35'] },
      'random',
    ],
    ['a UUID by example alone', { type: 'string', example: '9e0a7a4e-6d1b-4c53-8f4b-4d9e0d6a2c35' }, 'random'],
    ['thirty-two hexadecimal digits', { type: 'string', pattern: '^[0-9a-f]{32}$' }, 'random'],
    [
      'a UUID with a clock',
      { type: 'string', format: 'uuid', examples: ['018f4a3e-7c1b-7f6e-8a3e-1b2c3d4e5f60'] },
      'time-ordered',
    ],
    ['an id of MongoDB', { type: 'string', pattern: '^[0-9a-f]{24}$' }, 'time-ordered'],
    ['a ULID by example', { type: 'string', example: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }, 'time-ordered'],
    ['text', { type: 'string' }, 'unknown'],
    ['text with a generous end', { type: 'string', maxLength: 255 }, 'unknown'],
    ['words of any length', { type: 'string', pattern: '^[a-z0-9-]+$' }, 'unknown'],
    ['a pattern with alternatives', { type: 'string', pattern: '^(a|b)\\d+$' }, 'unknown'],
  ])('%s', (_name, schema, expected) => {
    const types = 'type' in schema && typeof schema.type === 'string' ? [schema.type] : []
    expect(guessabilityOf(schema, types)).toBe(expected)
  })

  it('without a schema is unknown', () => {
    expect(guessabilityOf(undefined, [])).toBe('unknown')
    expect(guessabilityOf(true, [])).toBe('unknown')
  })

  it('has as much choice as its pattern leaves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.stringMatching(/^[a-z]{0,5}$/), (digits, prefix) => {
        const choices = choicesOf(`^${prefix}\\d{${digits}}$`)
        expect(choices?.digitsOnly).toBe(true)
        expect(choices?.bits).toBeCloseTo(digits * Math.log2(10), 6)
      }),
    )
  })

  it('with any pattern at all is judged without failing', () => {
    const known = ['integer', 'short', 'time-ordered', 'random', 'unknown']
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), pattern => known.includes(guessabilityOf({ pattern }, ['string']))),
    )
  })
})
