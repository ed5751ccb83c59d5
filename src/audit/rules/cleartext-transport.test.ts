import { cleartextTransport } from './cleartext-transport.ts'
import { ruleTable } from './table.fixture.ts'

const server = (url: string, variables = '') => `
servers: [{ url: '${url}', variables: { ${variables} } }]
paths: { /a: { get: { responses: { '200': { description: ok } } } }, /b: { get: { responses: { '200': { description: ok } } } } }
`
const oauth = (url: string) => `
components: { securitySchemes: { way: { type: oauth2, flows: { clientCredentials: { tokenUrl: '${url}', scopes: {} } } } } }
paths: { /a: { get: { responses: { '200': { description: ok } } } } }
`

ruleTable(cleartextTransport, {
  quiet: [
    { name: 'https', contract: server('https://api.example.com/v1') },
    { name: 'wherever the contract is served', contract: server('/v1') },
    { name: 'this machine', contract: server('http://localhost:8080') },
    { name: 'this machine on any port', contract: server('http://localhost:{port}/v1', 'port: { default: 8080 }') },
    { name: 'this machine by address', contract: server('http://127.0.0.1') },
    { name: 'tokens over https', contract: oauth('https://id.example.com/token') },
  ],
  finds: [
    {
      name: 'plain HTTP, once for all operations',
      contract: server('http://api.example.com'),
      expect: ['high API'],
      says: ['http://api.example.com'],
      serves: ['API8-e'],
    },
    {
      name: 'plain HTTP with a variable in the name',
      contract: server('http://{tenant}.example.com', 'tenant: { default: acme }'),
      expect: ['high API'],
    },
    { name: 'a private network', contract: server('http://10.1.2.3'), expect: ['low API'] },
    {
      name: 'tokens over plain HTTP',
      contract: oauth('http://id.example.com/token'),
      expect: ['high API'],
      says: ['tokenUrl'],
    },
    {
      name: 'one operation with a server of its own',
      contract:
        "paths: { /a: { get: { servers: [{ url: 'http://files.example.com' }], responses: { '200': { description: ok } } } } }",
      expect: ['high GET /a'],
    },
  ],
})
