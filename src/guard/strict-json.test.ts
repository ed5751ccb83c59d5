import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStrictJson, writeJson } from './strict-json.ts'

const parse = (text: string) => parseStrictJson(Buffer.from(text))

describe('parseStrictJson', () => {
  it.each([
    ['two members of one name', '{"a":1,"a":2}', 'two members of one name'],
    ['two members of one name, one escaped', '{"a":1,"\\u0061":2}', 'two members of one name'],
    ['a duplicate deep inside', '{"x":[{"a":1},{"b":{"c":1,"c":1}}]}', 'two members of one name'],
    ['the prototype', '{"__proto__":{"admin":true}}', 'a member called __proto__'],
    ['the prototype, escaped', '{"\\u005f_proto__":{}}', 'a member called __proto__'],
    ['the constructor', '{"a":{"constructor":{"prototype":{}}}}', 'a member called constructor'],
    ['trailing data', '{"a":1} {"a":2}', 'not well-formed'],
    ['a byte order mark', '\ufeff{}', 'byte order mark'],
    ['depth', '['.repeat(65) + ']'.repeat(65), 'deeper than 64'],
    ['an integer beyond 2^53', '{"id":9007199254740993}', 'more digits than are kept'],
    ['an integer beyond 2^53 with a fraction', '[9007199254740993.0]', 'more digits than are kept'],
    ['an overflow', '[1e400]', 'out of range'],
    ['a vanishing number', '[1e-400]', 'out of range'],
    ['nothing', '', 'not well-formed'],
    ['NaN', 'NaN', 'not well-formed'],
    ['a comment', '{"a":1/**/}', 'not well-formed'],
    ['a trailing comma', '[1,]', 'not well-formed'],
  ])('refuses %s', (_, text, words) => {
    const result = parse(text)
    expect('problem' in result && result.problem).toContain(words)
  })

  it('refuses bytes that are not UTF-8', () => {
    expect(parseStrictJson(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toMatchObject({ problem: 'is not valid UTF-8' })
    expect(parseStrictJson(Buffer.from('"a"', 'utf16le'))).toHaveProperty('problem')
  })

  it.each([
    '{"a":"x:{[\\"y\\\\\\":"}',
    '"\\\\"',
    '[9007199254740991,-0,0.1,1.5e10,1E+2,-1e-5]',
    '[1.7976931348623157e308,0.12345678901234567890]',
    '{"a":{"a":{"a":null}}}',
    ' [ ] ',
  ])('takes %s', text => {
    expect(parse(text)).toEqual({ value: JSON.parse(text) })
  })

  it('takes a dangerous name that the contract declares, but never the prototype', () => {
    const allowed = new Set(['constructor', '__proto__'])
    expect(parseStrictJson(Buffer.from('{"constructor":"Ferrari"}'), { allowed })).toHaveProperty('value')
    expect(parseStrictJson(Buffer.from('{"__proto__":1}'), { allowed })).toHaveProperty('problem')
  })

  it('keeps long numbers as they were written where asked to', () => {
    const text = '{"id":9007199254740993,"n":[1,12345678901234567890]}'
    const result = parseStrictJson(Buffer.from(text), { keepLossy: true })
    expect('value' in result && writeJson(result.value, result.lossy)).toBe(text)
  })

  it('refuses to keep two long numbers that a double cannot tell apart', () => {
    const result = parseStrictJson(Buffer.from('[9007199254740993,9007199254740992]'), { keepLossy: true })
    expect(result).toHaveProperty('problem')
  })

  it('takes whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), value => {
        const text = JSON.stringify(value)
        const names = /"(?:__proto__|constructor|prototype)":/.test(text)
        const result = parse(text)
        if (!names && !/\d{16}/.test(text)) expect(result).toEqual({ value: JSON.parse(text) })
      }),
    )
  })

  it('finds every duplicate', () => {
    const name = fc.string({ maxLength: 4 })
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), fc.nat(), (names, at) => {
        const twice = [...new Set(names)]
        twice.push(twice[at % twice.length] ?? '')
        const text = `{${twice.map(key => `${JSON.stringify(key)}:1`).join(',')}}`
        expect(parse(text)).toHaveProperty('problem')
      }),
    )
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), bytes => void parseStrictJson(Buffer.from(bytes))))
  })
})
