import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAnswer } from './answer.ts'

const whole = [
  ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 200, 5, false],
  ['without a body', 'HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n', 204, 0, false],
  [
    'in chunks',
    'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n',
    201,
    15,
    false,
  ],
  ['that is the last one', 'HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno', 500, 2, true],
] as const

describe('readAnswer', () => {
  it.each(whole)('reads an answer %s', (_, text, status, bodyLength, closes) => {
    expect(readAnswer(Buffer.from(text))).toEqual({ status, bodyLength, end: text.length, closes })
  })

  it('waits for the rest, wherever an answer was cut', () => {
    fc.assert(
      fc.property(fc.constantFrom(...whole), fc.nat(), ([, text], at) => {
        expect(readAnswer(Buffer.from(text.slice(0, at % text.length)))).toBeUndefined()
      }),
    )
  })

  it('says where an answer ends when another one follows', () => {
    const [[, text]] = whole
    expect(readAnswer(Buffer.from(text + text))?.end).toBe(text.length)
  })

  it.each([
    ['something else', 'SSH-2.0-server\r\n\r\n', /no answer/],
    ['no length', 'HTTP/1.1 200 OK\r\n\r\nhello', /without a length/],
    ['a chunk of no size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', /without a size/],
  ])('does not take %s for an answer', (_, text, message) => {
    expect(() => readAnswer(Buffer.from(text))).toThrow(message)
  })
})
