import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { policies } from '../guard/policies/index.ts'
import { type Configuration, parseConfiguration } from './configuration.ts'

const schema = new URL('../../schema/rugged.schema.json', import.meta.url)
const editorAccepts = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(schema, 'utf8')))

const vocabulary = { policies: ['rate-limit', 'page-size', 'object-ledger'] }
const environment = { PORT: '9000', EMPTY: '' }

function parse(text: string): Configuration {
  return parseConfiguration({ file: '/srv/rugged.yaml', text }, vocabulary, environment)
}

function complaint(text: string): string {
  try {
    parse(text)
  } catch (error) {
    return error instanceof Error && 'toLine' in error && typeof error.toLine === 'function'
      ? error.toLine()
      : String(error)
  }
  return 'no complaint'
}

describe('rugged.yaml', () => {
  it('takes paths from its own folder and values from the environment', () => {
    const { contract, listen, events } = parse(
      'contract: api/openapi.yaml\nlisten: 0.0.0.0:${PORT}\nevents: /var/log/e.jsonl\n',
    )
    expect([contract, listen, events]).toEqual(['/srv/api/openapi.yaml', '0.0.0.0:9000', '/var/log/e.jsonl'])
  })

  it('takes a policy as a mode or as an object with options', () => {
    const { policies: entries } = parse('policies: { rate-limit: off, page-size: { mode: alert, maximum: 50 } }')
    expect(entries).toEqual({ 'rate-limit': { mode: 'off' }, 'page-size': { mode: 'alert', maximum: 50 } })
  })

  it('takes an issuer with its keys as a file, a URL, or the set itself', () => {
    const issuer = (jwks: string) =>
      parse(`issuers: [{ issuer: i, audience: a, jwks: ${jwks}, algorithms: [ES256] }]`).issuers[0]
    expect(issuer('keys.json')?.jwks).toBe('/srv/keys.json')
    expect(issuer('https://login.example/jwks')?.jwks).toBe('https://login.example/jwks')
    expect(issuer('{ keys: [] }')?.jwks).toEqual({ keys: [] })
  })

  it.each([
    ['upstraem: x', /rugged\.yaml:1:1: .*"upstraem".* Did you mean "upstream"\?/],
    ['policies: { rate-limti: off }', /rugged\.yaml:1:13: .*Did you mean "rate-limit"\?/],
    ['policies: { rate-limit: maybe }', /must be one of block, alert, off/],
    ["operations: { 'GET /x': { page-szie: off } }", /Did you mean "page-size"\?/],
    ['observe: perhaps', /observe must be true or false/],
    ['trustedHops: -1', /trustedHops must be a whole number/],
    ['issuers: [{ issuer: i }]', /issuers\[0\] has no "/],
    ['keys: [{ name: k, hash: abc }]', /sha256: and 64 hexadecimal digits.*sha256sum/],
    ['listen: ${NOWHERE}', /NOWHERE is not set/],
    ['listen: ${EMPTY}', /EMPTY is not set/],
    ['a: 1\na: 2', /rugged\.yaml:2:1/],
    ['- list', /must be an object/],
    ['', /empty/],
  ])('complains about %s with the place and the way out', (text, words) => {
    expect(complaint(text)).toMatch(words)
  })

  it('never reaches the prototype', () => {
    expect(complaint('__proto__: { observe: true }')).toContain('__proto__')
  })

  describe.each([
    ['', {}],
    ['an upstream', { upstream: 'http://127.0.0.1:3000', observe: true, trustedHops: 2 }],
    ['one issuer', { issuers: [{ issuer: 'i', audience: ['a', 'b'], jwks: { keys: [] }, algorithms: 'ES256' }] }],
    [
      'a key',
      { keys: [{ name: 'k', hash: `sha256:${'0'.repeat(64)}`, scopes: ['read'], claims: { tenant: 'acme' } }] },
    ],
    [
      'modes',
      {
        policies: { 'rate-limit': 'off', 'page-size': { mode: 'alert', maximum: 3 } },
        operations: { 'GET /x': { 'rate-limit': 'alert' } },
      },
    ],
    ['an unknown key', { upstraem: 'x' }],
    ['a wrong mode', { policies: { 'rate-limit': 'blok' } }],
    ['an issuer without keys', { issuers: [{ issuer: 'i', audience: 'a' }] }],
    ['claims that are none', { keys: [{ name: 'k', hash: `sha256:${'0'.repeat(64)}`, claims: 'acme' }] }],
    ['a key without hash', { keys: [{ name: 'k' }] }],
    ['a hash that is none', { keys: [{ name: 'k', hash: 'sha256:xyz' }] }],
    ['a negative number of hops', { trustedHops: -1 }],
    ['a list', []],
  ])('%s', (_name, value) => {
    it('is judged by the schema for editors as it is by us', () => {
      const text = JSON.stringify(value)
      expect(editorAccepts(value)).toBe(complaint(text) === 'no complaint')
    })
  })

  it('accepts the example that we ship', () => {
    const file = fileURLToPath(new URL('../../examples/rugged.yaml', import.meta.url))
    const known = { policies: policies.map(policy => policy.id) }
    const { issuers, policies: entries } = parseConfiguration({ file, text: readFileSync(file, 'utf8') }, known, {})
    expect(issuers[0]?.algorithms).toEqual(['ES256'])
    expect(entries['page-size']).toEqual({ mode: 'block', maximum: 50 })
  })
})
