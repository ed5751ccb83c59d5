import { massAssignment } from './mass-assignment.ts'
import { ruleTable } from './table.fixture.ts'

const write = (path: string, properties: string, { method = 'post', more = '', inside = '' } = {}) => `
security: [{ token: [] }]
components: { securitySchemes: { token: { type: http, scheme: bearer } } }
paths:
  ${path}:
    ${method}:
      ${inside}
      requestBody: { content: { application/json: { schema: { type: object, additionalProperties: false, ${more} properties: { ${properties} } } } } }
      responses: { '204': { description: done } }
`

ruleTable(massAssignment, {
  quiet: [
    { name: 'what a client may set', contract: write('/profile', 'nickname: { type: string }') },
    {
      name: 'a property that only the server writes',
      contract: write('/profile', 'role: { type: string, readOnly: true }'),
    },
    { name: 'the price of a product that is created', contract: write('/products', 'price: { type: number }') },
    { name: 'the state of an address', contract: write('/addresses', 'state: { type: string }') },
    {
      name: 'a list of credits names people',
      contract: write('/films', 'credits: { type: array, items: { type: string } }'),
    },
    {
      name: 'a map on purpose',
      contract:
        "paths: { /labels: { put: { requestBody: { content: { application/json: { schema: { type: object, additionalProperties: { type: string } } } } }, responses: { '204': { description: done } } } } }",
    },
  ],
  finds: [
    {
      name: "a role in one's own profile",
      contract: write('/users/me', 'nickname: { type: string }, role: { type: string }', { method: 'patch' }),
      expect: ['high PATCH /users/me'],
      says: ['role', 'guessed'],
      serves: ['API3-b'],
    },
    {
      name: 'a balance and a flag of verification',
      contract: write('/users', 'balance: { type: number }, email_verified: { type: boolean }'),
      expect: ['high POST /users'],
      says: ['balance and email_verified'],
      serves: ['API3-f'],
    },
    {
      name: 'a role where roles are what it is about',
      contract: write('/teams/members', 'role: { type: string }'),
      expect: ['low POST /teams/members'],
    },
    {
      name: 'a role, for declared roles only',
      contract: write('/users', 'role: { type: string }', { inside: 'x-rugged: { roles: [admin] }' }),
      expect: ['low POST /users'],
    },
    {
      name: 'a price in an order',
      contract: write('/orders', 'unit_price: { type: number }'),
      expect: ['medium POST /orders'],
    },
    { name: 'a status', contract: write('/tickets', 'status: { type: string }'), expect: ['low POST /tickets'] },
    {
      name: 'where the client says it is decides',
      contract: write('/gates/open', 'latitude: { type: number }'),
      expect: ['low POST /gates/open'],
    },
    {
      name: 'an open request schema, once for both that use it',
      contract: `
components:
  schemas: { Note: { type: object, properties: { title: { type: string } } } }
paths:
  /notes:
    post: { requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }, responses: { '204': { description: done } } }
    put: { requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }, responses: { '204': { description: done } } }
`,
      expect: ['low PUT /notes'],
      says: ['Note', '2 operations'],
      serves: ['API3-e'],
    },
  ],
})
