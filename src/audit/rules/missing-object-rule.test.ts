import { missingObjectRule } from './missing-object-rule.ts'
import { ruleTable } from './table.fixture.ts'

const secured = `
security: [{ token: [] }]
components:
  securitySchemes: { token: { type: http, scheme: bearer } }
`

/** A wallet is handed out to its user, and a transfer names two of them in its body. */
function wallets(wallet: string, body: string, extra = ''): string {
  return `${secured}
  schemas:
    Wallet:
      type: object
      ${wallet}
      properties:
        id: { type: string, format: uuid }
        holder_id: { type: string }
    Transfer:
      type: object
      properties:
        ${body}
paths:
  /wallets:
    get:
      responses: { '200': { description: ok, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Wallet' } } } } } }
  /transfers:
    post:
      ${extra}
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Transfer' } } } }
      responses: { '201': { description: ok } }
`
}

/** One operation on a person, by number. */
function people(security: string, properties: string, id = 'type: integer'): string {
  return `${secured}
  schemas:
    Person:
      type: object
      properties:
        id: { ${id} }
        ${properties}
paths:
  /people/{personId}:
    get:
      ${security}
      parameters: [{ name: personId, in: path, required: true, schema: { ${id} } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Person' } } } } }
  /mine:
    get:
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Person' } } } } }
`
}

ruleTable(missingObjectRule, {
  quiet: [
    {
      name: 'the type has an owner',
      contract: wallets(
        'x-rugged: { owner: { property: holder_id, is: sub } }',
        'from_wallet_id: { type: string, format: uuid }',
      ),
    },
    {
      name: 'the type has a tenant',
      contract: wallets('x-rugged: { tenant: { property: org, is: org } }', 'from_wallet_id: { type: string }'),
    },
    { name: 'the type is shared', contract: wallets('x-rugged: { shared: true }', 'from_wallet_id: { type: string }') },
    {
      name: 'the id is sealed to the caller',
      contract: wallets('', 'from_wallet_id: { type: string, x-rugged: { id: wallet, seal: caller } }'),
    },
    { name: 'the body names no object', contract: wallets('', 'amount: { type: string }') },
    {
      name: 'an id of a request is machinery',
      contract: wallets('', 'request_id: { type: string }\n        correlationId: { type: string }'),
    },
    {
      name: 'one of a few known values is a choice',
      contract: wallets('', 'wallet_id: { type: string, enum: [main, savings] }'),
    },
    {
      name: 'a client names what it creates',
      contract: `${secured}
  schemas: { Wallet: { type: object, properties: { id: { type: string } } } }
paths:
  /wallets:
    post:
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Wallet' } } } }
      responses: { '201': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Wallet' } } } } }
`,
    },
    {
      name: 'everybody may read the catalogue, and somebody orders from it',
      contract: `${secured}
  schemas: { Poster: { type: object, properties: { id: { type: integer }, title: { type: string } } } }
paths:
  /posters:
    get:
      security: []
      responses: { '200': { description: ok, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Poster' } } } } } }
  /wishes:
    post:
      requestBody: { content: { application/json: { schema: { type: object, properties: { poster_id: { type: integer } } } } } }
      responses: { '201': { description: ok } }
`,
    },
    {
      name: 'the parameter selects by year',
      contract: `${secured}
paths:
  /reports/{year}:
    get:
      parameters: [{ name: year, in: path, required: true, schema: { type: integer } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { type: object, properties: { id: { type: integer } } } } } } }
`,
    },
  ],
  finds: [
    {
      name: 'a rule that no id carries',
      contract: `${secured}
  schemas:
    Reading: { type: object, x-rugged: { owner: { property: holder, is: sub } }, properties: { holder: { type: string }, value: { type: integer } } }
paths:
  /reading:
    get:
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Reading' } } } } }
`,
      expect: ['medium API'],
      says: ['Reading', 'tied to no id'],
    },
    {
      name: 'a body names two objects that anybody may have',
      contract: wallets(
        '',
        'from_wallet_id: { type: string, format: uuid }\n        to_wallet_id: { type: string, format: uuid }',
      ),
      expect: ['high POST /transfers'],
      says: ['wallet', 'from_wallet_id and to_wallet_id'],
      serves: ['API1-a'],
    },
    {
      name: 'a batch of ids stands deep in the body',
      contract: wallets(
        '',
        'legs: { type: array, items: { type: object, properties: { walletIds: { type: array, items: { type: string } } } } }',
      ),
      expect: ['high POST /transfers'],
      says: ['legs.[].walletIds.[]'],
      serves: ['API1-c'],
    },
    {
      name: 'roles narrow down who calls, not whose object',
      contract: wallets('', 'wallet_id: { type: string, format: uuid }', 'x-rugged: { roles: [clerk] }'),
      expect: ['medium POST /transfers'],
    },
    {
      name: 'a list of ids in the query and a header name objects',
      contract: `${secured}
  schemas: { Ledger: { type: object, properties: { id: { type: string, format: uuid } } } }
paths:
  /ledgers:
    get:
      responses: { '200': { description: ok, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Ledger' } } } } } }
  /sums:
    get:
      parameters:
        - { name: ledger_ids, in: query, schema: { type: array, items: { type: string, format: uuid } } }
        - { name: X-Ledger-Id, in: header, schema: { type: string, format: uuid } }
      responses: { '200': { description: ok } }
`,
      expect: ['medium GET /sums'],
      says: ['query ledger_ids.[] and header X-Ledger-Id'],
    },
    {
      name: 'an id in the path can be counted up',
      contract: people('', 'nickname: { type: string }'),
      expect: ['high GET /people/{personId}'],
      says: ['counting'],
    },
    {
      name: 'a number leads to personal data, and nobody has to sign in',
      contract: people('security: []', 'email: { type: string, format: email }\n        phone: { type: string }'),
      expect: ['critical GET /people/{personId}'],
      says: ['Nobody has to sign in', 'email and phone'],
    },
    {
      name: 'random ids that anybody who is signed in can use',
      contract: people('', 'email: { type: string }', 'type: string, format: uuid'),
      expect: ['medium GET /people/{personId}'],
    },
    {
      name: 'a type that no operation hands out is a guess',
      contract: `${secured}
paths:
  /crates/{crateId}:
    delete:
      parameters: [{ name: crateId, in: path, required: true, schema: { type: integer } }]
      responses: { '204': { description: gone } }
`,
      expect: ['low DELETE /crates/{crateId}'],
      says: ['guessed'],
    },
    {
      name: 'everybody may read it, and nothing says who may change it',
      contract: `${secured}
  schemas: { Poster: { type: object, properties: { id: { type: integer }, title: { type: string } } } }
paths:
  /posters/{posterId}:
    parameters: [{ name: posterId, in: path, required: true, schema: { type: integer } }]
    get:
      security: []
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Poster' } } } } }
    put:
      requestBody: { content: { application/json: { schema: { type: object, properties: { title: { type: string } } } } } }
      responses: { '204': { description: ok } }
`,
      expect: ['medium PUT /posters/{posterId}'],
    },
  ],
  blind: [
    {
      name: 'a body without a schema',
      contract: `${secured}
paths:
  /transfers:
    post:
      requestBody: { content: { application/json: {} } }
      responses: { '201': { description: ok } }
`,
    },
  ],
})
