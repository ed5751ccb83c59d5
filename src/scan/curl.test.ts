import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { curlLine, shellQuote } from './curl.ts'

const secrets = [
  { value: 'hunter2/secret', variable: 'TOKEN_A' },
  { value: "se'cret $(2)", variable: 'TOKEN_B' },
]

describe('a curl line', () => {
  it('holds everything but the secret', () => {
    const headers = { accept: '*/*', authorization: 'Bearer hunter2/secret', 'content-type': 'application/json' }
    const request = { method: 'POST', path: '/a?key=hunter2%2Fsecret&b=1', headers, body: '{"it":"isn\'t"}' }
    expect(curlLine(request, 'http://127.0.0.1:1', secrets)).toBe(
      `curl -sS -g --path-as-is -X POST 'http://127.0.0.1:1/a?key='"$TOKEN_A"'&b=1' -H 'authorization: Bearer '"$TOKEN_A" -H 'content-type: application/json' --data-raw '{"it":"isn'\\''t"}'`,
    )
  })

  it.each([
    ['GET', 'curl -sS -g --path-as-is http://h/x'],
    ['HEAD', 'curl -sS -g --path-as-is -I http://h/x'],
    ['DELETE', 'curl -sS -g --path-as-is -X DELETE http://h/x'],
  ])('of a %s', (method, line) => {
    expect(curlLine({ method, path: '/x', headers: {} }, 'http://h', [])).toBe(line)
  })

  it('comes out of a shell as it was, whatever it holds', () => {
    // NUL cannot be an argument of a program (POSIX execve), so no shell line can hold it.
    const text = fc.string({ unit: 'binary', maxLength: 40 }).map(value => value.replaceAll('\0', ''))
    const piece = fc.oneof(
      text,
      fc.constantFrom(...secrets.map(({ value }) => value), '$HOME', '`id`', '\n', "'", '"', '\\'),
    )
    const env = Object.fromEntries(secrets.map(({ value, variable }) => [variable, value]))
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), pieces => {
        const whole = Buffer.from(pieces.join('')).toString()
        const quoted = shellQuote(whole, secrets)
        for (const { value } of secrets) expect(quoted).not.toContain(value)
        expect(execFileSync('sh', ['-c', `printf %s ${quoted}`], { env }).toString()).toBe(whole)
      }),
      { numRuns: 60 },
    )
  })
})
