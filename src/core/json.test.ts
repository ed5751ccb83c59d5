import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromPointer, member, stableStringify, toPointer } from './json.ts'

describe('pointers', () => {
  it('gives back the tokens it was made of, whatever they hold (RFC 6901 section 3)', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), tokens => {
        expect(fromPointer(toPointer(tokens))).toEqual(tokens)
      }),
    )
  })

  it('refuses text that is no pointer', () => {
    expect(fromPointer('paths')).toBeUndefined()
  })
})

describe('member', () => {
  it.each(['constructor', '__proto__', 'toString'])('never finds the inherited %s', key => {
    expect(member({}, key)).toBeUndefined()
  })

  it('finds an own property of any name', () => {
    expect(member(JSON.parse('{"__proto__": 1}'), '__proto__')).toBe(1)
  })
})

describe('stableStringify', () => {
  it('gives equal text for equal values, whatever the order of members', () => {
    expect(stableStringify({ b: [1, { d: 1, c: null }], a: 'x' })).toBe('{"a":"x","b":[1,{"c":null,"d":1}]}')
  })
})
