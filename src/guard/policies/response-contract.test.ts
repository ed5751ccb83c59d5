import { describe, expect, it, onTestFinished } from 'vitest'
import { type BenchOptions, guardBefore } from '../bench.fixture.ts'
import { responseContract } from './response-contract.ts'

const user = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'integer' },
    name: { type: 'string' },
    password: { type: 'string', writeOnly: true },
    friends: { type: 'array', items: { $ref: '#/components/schemas/User' } },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
  },
}
const json = (schema: object) => ({ description: 'x', content: { 'application/json': { schema } } })
const ref = { $ref: '#/components/schemas/User' }
const contract = {
  openapi: '3.0.3',
  info: { title: 'T', version: '1' },
  components: { schemas: { User: user } },
  paths: {
    '/user': {
      get: {
        responses: {
          200: json(ref),
          202: { description: 'no content is described' },
          '4XX': json({ type: 'object', properties: { error: { type: 'string' } } }),
        },
      },
    },
    '/bare': { get: { responses: { 200: json({ type: 'array', items: ref }) } } },
    '/raw': { get: { responses: { 200: { description: 'x', content: { 'image/png': {} } } } } },
  },
}

interface Reply {
  readonly status?: number
  readonly type?: string
  readonly body?: string | Buffer
  readonly headers?: Record<string, string>
}

async function ask(
  path: string,
  { status = 200, type = 'application/json', body = '', headers = {} }: Reply,
  options: BenchOptions = {},
) {
  const bench = await guardBefore(
    contract,
    (_request, response) => {
      response.writeHead(status, { ...(type === '' ? {} : { 'content-type': type }), ...headers })
      response.end(body)
    },
    { use: [responseContract], ...options },
  )
  onTestFinished(() => bench.close())
  const response = await fetch(`${bench.url}${path}`, { redirect: 'manual' })
  const bytes = Buffer.from(await response.arrayBuffer())
  return {
    status: response.status,
    headers: response.headers,
    text: bytes.toString('utf8'),
    bytes,
    event: bench.events[0],
  }
}

describe('response-contract', () => {
  it.each<readonly [string, string, Reply]>([
    ['what is declared, byte for byte', '/user', { body: ' {"id": 1,\n"name":"Ada"}' }],
    ['a map that is declared open', '/user', { body: '{"id":1,"labels":{"any":"thing"}}' }],
    ['an error of a declared class', '/user', { status: 418, body: '{"error":"tea"}' }],
    ['bytes that are no JSON', '/raw', { type: 'image/png', body: Buffer.from([0x89, 0x50, 0, 0xff]) }],
    ['numbers with many digits', '/user', { body: '{"id":9007199254740993}' }],
    ['304 for what is declared as 200', '/user', { status: 304, type: '' }],
  ])('passes %s', async (_, path, reply) => {
    const { status, bytes, event } = await ask(path, reply)
    expect(status).toBe(reply.status ?? 200)
    expect(bytes).toEqual(Buffer.from(reply.body ?? ''))
    expect(event).toMatchObject({ decision: 'passed', reasons: [], undeclared: [] })
  })

  it('API3-a, API3-d: takes out what is not declared, at any depth, and what is write-only', async () => {
    const friend = { id: 2, email: 'b@x', friends: [{ id: 3, ssn: '1' }] }
    const body = JSON.stringify({ id: 1, password: 'p', admin: true, friends: [friend], labels: { a: 'b' } })
    const { text, headers, event } = await ask('/user', { body, headers: { etag: '"x"', 'content-digest': 'x' } })
    expect(JSON.parse(text)).toEqual({ id: 1, friends: [{ id: 2, friends: [{ id: 3 }] }], labels: { a: 'b' } })
    expect(headers.get('content-length')).toBe(String(text.length))
    expect(headers.get('etag')).toBeNull()
    expect(headers.get('content-digest')).toBeNull()
    expect(event).toMatchObject({
      reasons: [{ card: 'policy/response-contract', weakness: 'excessive-data-exposure', mode: 'block' }],
      undeclared: ['password', 'admin', 'friends[].email', 'friends[].friends[].ssn'],
    })
  })

  it('keeps numbers with many digits when it takes something out beside them', async () => {
    expect((await ask('/user', { body: '{"id":9007199254740993,"x":1}' })).text).toBe('{"id":9007199254740993}')
  })

  it.each<readonly [string, string, Reply, number]>([
    ['API8-r: a success that is not declared', '/user', { status: 201, body: '{"id":1}' }, 502],
    [
      'API3-g: a redirect that is not declared',
      '/user',
      { status: 302, headers: { location: 'http://10.0.0.1/' } },
      502,
    ],
    ['a media type that is not declared', '/user', { type: 'text/html', body: '<p>' }, 502],
    ['a body without a media type', '/user', { type: '', body: '{"id":1}' }, 502],
    ['JSON that is none', '/user', { body: '{"id":1' }, 502],
    ['API8-r: an error that is not declared', '/bare', { status: 404, body: '{"debug":"x"}' }, 404],
    ['an error in a media type that is not declared', '/user', { status: 400, type: 'text/html', body: '<p>x' }, 400],
  ])('refuses %s', async (_, path, reply, status) => {
    const answer = await ask(path, reply)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('location')).toBeNull()
    expect(answer.event?.reasons).toMatchObject([{ card: 'policy/response-contract', weakness: 'undefined-response' }])
    expect(answer.event?.decision).toBe(status === 502 ? 'refused' : 'passed')
  })

  it('API3-g: reports values that break their schema, and refuses them by option', async () => {
    const passed = await ask('/user', { body: '{"id":"one"}' })
    expect(passed).toMatchObject({ status: 200, text: '{"id":"one"}' })
    expect(passed.event?.reasons).toMatchObject([{ weakness: 'contract-violation' }])
    const policies = { 'response-contract': { violations: 'refuse' } }
    expect((await ask('/user', { body: '{"id":"one"}' }, { policies })).status).toBe(502)
    await expect(ask('/user', {}, { policies: { 'response-contract': { violations: 'maybe' } } })).rejects.toThrow(
      'not understood',
    )
  })

  it('tells of a body that the contract does not describe', async () => {
    const answer = await ask('/user', { status: 202, body: '{"any":1}' })
    expect(answer).toMatchObject({ status: 202, text: '{"any":1}' })
    expect(answer.event?.reasons).toMatchObject([{ weakness: 'unenforced-response-schema' }])
  })

  it('changes nothing in alert mode and reports all the same', async () => {
    for (const reply of [
      { body: '{"id":1,"x":2}' },
      { status: 201, body: '{}' },
      { type: 'text/html', body: '<p>' },
      { body: '{' },
    ]) {
      const answer = await ask('/user', reply, { observe: true })
      expect(answer).toMatchObject({ status: reply.status ?? 200, text: reply.body })
      expect(answer.event).toMatchObject({ decision: 'alerted', reasons: [{ mode: 'alert' }] })
    }
  })
})
