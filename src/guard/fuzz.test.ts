import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, guardBefore } from './bench.fixture.ts'
import { sendRaw, statusesOf } from './raw.fixture.ts'

const responses = { 200: { description: 'ok', content: { 'application/json': { schema: { type: 'object' } } } } }
const body = { content: { 'application/json': { schema: { type: 'object', properties: { a: { type: 'integer' } } } } } }
const contract = {
  openapi: '3.0.3',
  info: { title: 'T', version: '1' },
  paths: { '/thing': { post: { requestBody: body, responses } } },
}

const whole = Buffer.from(
  'POST /thing HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 7\r\nConnection: close\r\n\r\n{"a":1}',
)
const chunked = Buffer.from(
  'POST /thing HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n',
)

let bench: Bench
beforeAll(async () => {
  const limits = { headersTimeout: 200, requestTimeout: 400 }
  bench = await guardBefore(contract, undefined, { limits, policies: { 'rate-limit': { mode: 'off' } } })
})
afterAll(() => bench.close())

/** Bytes that were replaced, put in or taken out, biased to those that mean something to a parser. */
const telling = fc.constantFrom(...Buffer.from('\r\n \t:;,0aF{}"\0\xff/'))
const edit = fc.record({
  at: fc.nat({ max: 200 }),
  kind: fc.constantFrom('replace', 'insert', 'remove'),
  byte: fc.oneof(telling, fc.nat({ max: 255 })),
})

describe('whatever bytes come', () => {
  it('at most one request goes out for one that came in, valid and as it was checked, and the guard lives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(whole, chunked),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        async (message, edits) => {
          const bytes = [...message]
          for (const { at, kind, byte } of edits)
            bytes.splice(at % bytes.length, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [byte]))
          bench.seen.length = 0
          const text = await sendRaw(bench.port, Buffer.from(bytes), 900)
          expect(bench.seen.length).toBeLessThanOrEqual(1)
          expect(statusesOf(text).filter(status => status !== 100).length).toBeLessThanOrEqual(2)
          for (const { method, target, body: sent, headers } of bench.seen) {
            expect({ method, target }).toEqual({ method: 'POST', target: expect.stringMatching(/^\/thing\??$/) })
            expect(headers['transfer-encoding']).toBeUndefined()
            if (sent !== '')
              expect(Object.keys(JSON.parse(sent))).toEqual(
                expect.toSatisfy(keys => keys.every((key: string) => key === 'a')),
              )
          }
        },
      ),
      { numRuns: 150 },
    )
    expect(statusesOf(await sendRaw(bench.port, whole))).toEqual([200])
  }, 180_000)
})
