import { createServer } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Fault } from '../core/fault.ts'
import {
  answerJson,
  type BenchOptions,
  exposureOf,
  guardBefore,
  listen,
  type UpstreamHandler,
} from './bench.fixture.ts'

const contract = `
openapi: 3.0.3
info: { title: Notes, version: 1.0.0 }
servers: [{ url: /v1 }]
security: [{ token: [] }]
paths:
  /notes/{id}:
    get:
      operationId: getNote
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer } }
        - { name: limit, in: query, schema: { type: integer, maximum: 50 } }
      responses:
        '200': { description: The note, content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }
        '404': { description: None, content: { application/json: { schema: { type: object } } } }
  /notes:
    post:
      security: []
      requestBody:
        required: true
        content:
          application/json: { schema: { $ref: '#/components/schemas/NewNote' } }
      responses:
        '201': { description: Made, content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }
  /health:
    get: { security: [], responses: { '204': { description: Fine } } }
    head: { security: [], responses: { '204': { description: Fine } } }
components:
  securitySchemes: { token: { type: http, scheme: bearer } }
  schemas:
    Note: { type: object, properties: { id: { type: integer }, text: { type: string } } }
    NewNote: { type: object, required: [text], properties: { text: { type: string, maxLength: 100 } } }
`

const note: UpstreamHandler = answerJson({ id: 1, text: 'Milk', secret: 'x' }, 200, { server: 'Acme/1.0', etag: '"1"' })

async function bench(handler?: UpstreamHandler, options?: BenchOptions) {
  const started = await guardBefore(contract, handler, options)
  onTestFinished(() => started.close())
  return started
}

const signedIn = { authorization: 'Bearer abc' }

describe('the guard', () => {
  it('passes what the contract documents and takes out what it does not', async () => {
    const { url, events, seen } = await bench(note)
    const response = await fetch(`${url}/v1/notes/1?limit=5`, { headers: signedIn })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ id: 1, text: 'Milk' })
    expect(response.headers.get('server')).toBeNull()
    expect(response.headers.get('etag')).toBeNull()
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(seen).toHaveLength(1)
    expect(events).toMatchObject([
      {
        operation: { id: 'getNote', method: 'GET', path: '/notes/{id}' },
        caller: { kind: 'credential', address: '127.0.0.1' },
        status: 200,
        decision: 'alerted',
        reasons: expect.arrayContaining([
          { card: 'policy/response-contract', weakness: 'excessive-data-exposure', mode: 'block' },
        ]),
        undeclared: ['secret'],
      },
    ])
  })

  it('refuses with a problem that carries the incident id of the event', async () => {
    const { url, events, seen } = await bench()
    const response = await fetch(`${url}/v1/other`)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const problem = await response.json()
    expect(problem).toEqual({
      type: 'urn:ruggedapi:problem:not-found',
      title: 'Not Found',
      status: 404,
      detail: 'There is nothing here.',
      instance: `urn:uuid:${events[0]?.id}`,
    })
    expect(seen).toEqual([])
  })

  it('says that a port is in use', async () => {
    const taken = createServer()
    const { port } = new URL(await listen(taken))
    onTestFinished(() => void taken.close())
    const start = guardBefore(contract, undefined, { listen: { port: Number(port) } })
    await expect(start).rejects.toThrow(Fault)
    await expect(start).rejects.toMatchObject({ code: 'port-unavailable' })
  })

  it('reloads a contract and keeps the old one when the new one does not compile', async () => {
    const { url, guard } = await bench(answerJson({}))
    expect((await fetch(`${url}/v2/extra`)).status).toBe(404)
    expect(() => guard.reload(exposureOf(contract), { policies: { 'rate-limt': {} } })).toThrow('rate-limt')
    expect((await fetch(`${url}/v1/health`)).status).toBe(502)
    guard.reload(exposureOf(contract.replaceAll('/health', '/healthy')))
    expect((await fetch(`${url}/v1/health`)).status).toBe(404)
    expect((await fetch(`${url}/v1/healthy`)).status).toBe(502)
  })
})

describe('who is calling', () => {
  it.each<readonly [hops: number, header: string | undefined, address: string, forwarded: string]>([
    [0, undefined, '127.0.0.1', '127.0.0.1'],
    [0, '6.6.6.6', '127.0.0.1', '127.0.0.1'],
    [1, undefined, '127.0.0.1', '127.0.0.1'],
    [1, '192.0.2.7', '192.0.2.7', '192.0.2.7, 127.0.0.1'],
    [1, '6.6.6.6, 192.0.2.7', '192.0.2.7', '192.0.2.7, 127.0.0.1'],
    [2, '6.6.6.6, 192.0.2.7, 10.0.0.1', '192.0.2.7', '192.0.2.7, 10.0.0.1, 127.0.0.1'],
    [2, '10.0.0.1', '127.0.0.1', '10.0.0.1, 127.0.0.1'],
    [1, 'unknown', '127.0.0.1', 'unknown, 127.0.0.1'],
    [1, '::ffff:192.0.2.7', '192.0.2.7', '::ffff:192.0.2.7, 127.0.0.1'],
    [1, '[2001:DB8:0:0::1]:443', '2001:db8::1', '[2001:DB8:0:0::1]:443, 127.0.0.1'],
  ])('with %i trusted hops and X-Forwarded-For %s it is %s', async (trustedHops, header, address, forwarded) => {
    const { url, events, seen } = await bench((_request, response) => response.writeHead(204).end(), {
      trustedHops,
      use: [],
    })
    await fetch(`${url}/v1/health`, header === undefined ? {} : { headers: { 'x-forwarded-for': header } })
    expect(events).toMatchObject([{ caller: { kind: 'anonymous', address } }])
    expect(seen[0]?.headers['x-forwarded-for']).toBe(forwarded)
  })
})

describe('the end', () => {
  it('lets requests finish and takes no more', async () => {
    const { url, guard } = await bench(
      (_request, response) => void setTimeout(() => response.writeHead(204).end(), 200),
      { use: [] },
    )
    const pending = fetch(`${url}/v1/health`)
    await new Promise(resolve => setTimeout(resolve, 50))
    const closed = guard.close(500)
    expect((await pending).status).toBe(204)
    await closed
    await expect(fetch(`${url}/v1/health`)).rejects.toThrow()
  })

  it('cuts what does not finish in time', async () => {
    const { url, guard } = await bench(() => undefined, { use: [] })
    const pending = fetch(`${url}/v1/health`).then(
      () => 'answered',
      () => 'cut',
    )
    await new Promise(resolve => setTimeout(resolve, 50))
    await guard.close(50)
    expect(await pending).toBe('cut')
  })
})
