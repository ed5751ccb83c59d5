import { describe, expect, it } from 'vitest'
import { exposeYaml, rowOf } from './contract.fixture.ts'
import type { OperationExposure } from './exposure.ts'

describe('requests travel', () => {
  it.each<[string, string, boolean, boolean]>([
    ['https://api.example.com', 'https', false, false],
    ['HTTP://api.example.com', 'http', false, true],
    ['http://localhost:3000', 'http', true, false],
    ['http://127.0.0.1:3000', 'http', true, false],
    ['http://10.0.0.8', 'http', true, false],
    ['http://[::1]:80', 'http', true, false],
    ['ws://api.example.com', 'http', false, true],
    ['ftp://api.example.com', 'other', false, false],
    ['/v1', 'relative', false, false],
    ['//api.example.com', 'relative', false, false],
  ])('to %s: %s', (url, scheme, internal, cleartext) => {
    const { transport } = serving(`{ url: '${url}' }`)
    expect(transport.servers).toEqual([{ url, scheme, internal, pointer: '/servers/0' }])
    expect(transport.cleartext).toBe(cleartext)
  })

  it('to where the variables of a server lead by default', () => {
    const { transport } = serving(
      "{ url: '{scheme}://localhost:{port}', variables: { scheme: { default: http }, port: { default: '80' } } }",
    )
    expect(transport.servers).toMatchObject([{ url: 'http://localhost:80', scheme: 'http', internal: true }])
  })
})

function serving(server: string): OperationExposure {
  return rowOf(exposeYaml(`servers: [${server}]\npaths: { /a: { get: { responses: {} } } }`), 'GET /a')
}
