import { excessiveDataExposure } from './excessive-data-exposure.ts'
import { ruleTable } from './table.fixture.ts'

const answer = (path: string, method: string, schema: string, inside = '') => `
security: [{ token: [] }]
components: { securitySchemes: { token: { type: http, scheme: bearer } } }
paths:
  ${path}:
    ${method}:
      ${inside}
      responses: { '200': { description: ok, content: { application/json: { schema: { ${schema} } } } } }
`
const one = (properties: string) => `type: object, properties: { ${properties} }`
const many = (properties: string) => `type: array, items: { type: object, properties: { ${properties} } }`

ruleTable(excessiveDataExposure, {
  quiet: [
    { name: 'ordinary properties', contract: answer('/notes', 'get', many('title: { type: string }')) },
    { name: 'a token from sign-in', contract: answer('/login', 'post', one('access_token: { type: string }')) },
    {
      name: 'a key, once, when it is made',
      contract: answer('/api-keys', 'post', one('secret_key: { type: string }')),
    },
    {
      name: 'a password that is only ever sent',
      contract: answer('/users/{id}', 'get', one('password: { type: string, writeOnly: true }')),
    },
    {
      name: 'facts about a password',
      contract: answer(
        '/users/{id}',
        'get',
        one('password_changed_at: { type: string }, has_password: { type: boolean }'),
      ),
    },
    { name: 'where the next page begins', contract: answer('/notes', 'get', one('next_page_token: { type: string }')) },
    { name: "one's own record", contract: answer('/me/cards', 'get', many('iban: { type: string }')) },
    {
      name: 'people, for those who may read it',
      contract: answer('/patients', 'get', many('diagnosis: { type: string, x-rugged: { visible: [doctor] } }')),
    },
    {
      name: 'a map of numbers',
      contract: answer('/counts', 'get', 'type: object, additionalProperties: { type: integer }'),
    },
  ],
  finds: [
    {
      name: 'a hash of a password',
      contract: answer('/users/{id}', 'get', one('name: { type: string }, password_hash: { type: string }')),
      expect: ['high GET /users/{id}'],
      says: ['password_hash', 'guessed'],
      serves: ['API3-a'],
    },
    {
      name: 'a password even where it is set',
      contract: answer('/users', 'post', one('password: { type: string }')),
      expect: ['high POST /users'],
    },
    {
      name: 'the code of a recovery in its answer',
      contract: answer('/password/reset', 'post', one('sent: { type: boolean }, pin: { type: string }')),
      expect: ['high POST /password/reset'],
    },
    {
      name: 'a code by declaration',
      contract: answer('/notes', 'get', one('mark: { type: string, x-rugged: { sensitive: credential } }')),
      expect: ['high GET /notes'],
    },
    {
      name: 'a token in a record',
      contract: answer('/devices', 'get', many('refresh_token: { type: string }')),
      expect: ['medium GET /devices'],
    },
    {
      name: 'a key behind a path about keys',
      contract: answer('/api-keys', 'get', many('secret_key: { type: string }')),
      expect: ['low GET /api-keys'],
    },
    {
      name: 'what ails many people',
      contract: answer('/patients', 'get', many('diagnosis: { type: string }')),
      expect: ['medium GET /patients'],
      says: ['health'],
    },
    {
      name: 'the addresses of many people',
      contract: answer('/customers', 'get', many('email: { type: string }')),
      expect: ['low GET /customers'],
    },
    {
      name: 'an answer of any shape',
      contract: answer('/dump', 'get', 'type: object'),
      expect: ['low GET /dump'],
      serves: ['API3-d'],
    },
    {
      name: 'properties, and whatever else there may be',
      contract: answer(
        '/notes',
        'get',
        'type: object, additionalProperties: true, properties: { title: { type: string } }',
      ),
      expect: ['low GET /notes'],
    },
  ],
})
