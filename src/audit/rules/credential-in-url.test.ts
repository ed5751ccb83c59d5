import { credentialInUrl } from './credential-in-url.ts'
import { ruleTable } from './table.fixture.ts'

const query = (parameter: string, path = '/a') => `
paths:
  ${path}:
    get:
      parameters: [{ ${parameter} }]
      responses: { '200': { description: ok } }
`
const key = (place: string) => `
security: [{ key: [] }]
components: { securitySchemes: { key: { type: apiKey, in: ${place}, name: k } } }
paths: { /a: { get: { responses: { '200': { description: ok } } } } }
`

ruleTable(credentialInUrl, {
  quiet: [
    { name: 'a key in a header', contract: key('header') },
    { name: 'where the next page begins', contract: query('name: page_token, in: query, schema: { type: string }') },
    { name: 'a password in a header', contract: query('name: X-Password, in: header, schema: { type: string }') },
    { name: 'whether there is a password', contract: query('name: password, in: query, schema: { type: boolean }') },
    {
      name: 'a resource called by its sid',
      contract: query('name: sid, in: path, required: true, schema: { type: string }', '/calls/{sid}'),
    },
  ],
  finds: [
    {
      name: 'a key in the query',
      contract: key('query'),
      expect: ['high API'],
      says: ['"key"', 'as k'],
      serves: ['API2-e'],
    },
    {
      name: 'a password in the query',
      contract: query('name: password, in: query, schema: { type: string }'),
      expect: ['medium GET /a'],
      says: ['guessed'],
    },
    {
      name: 'a declared secret in the query',
      contract: query('name: stamp, in: query, schema: { type: string }, x-rugged: { sensitive: secret }'),
      expect: ['high GET /a'],
    },
    {
      name: 'a one-time token in a link',
      contract: query('name: token, in: path, required: true, schema: { type: string }', '/invitations/{token}'),
      expect: ['low GET /invitations/{token}'],
    },
  ],
})
