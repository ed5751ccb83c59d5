import { missingAuthentication } from './missing-authentication.ts'
import { ruleTable } from './table.fixture.ts'

/** One operation among others that ask who is calling. */
function operation(path: string, method: string, inside: string, schemas = ''): string {
  return `
components:
  securitySchemes: { token: { type: http, scheme: bearer } }
  schemas:
    Nothing: { type: object }
    ${schemas}
paths:
  /guarded:
    get:
      security: [{ token: [] }]
      responses: { '200': { description: ok } }
  ${path}:
    ${method}:
      ${inside}
`
}

const answers = (properties: string) =>
  `responses: { '200': { description: ok, content: { application/json: { schema: { type: object, properties: { ${properties} } } } } } }`
const takes = (properties: string) =>
  `requestBody: { content: { application/json: { schema: { type: object, properties: { ${properties} } } } } }`
const done = "responses: { '204': { description: done } }"

ruleTable(missingAuthentication, {
  quiet: [
    {
      name: 'a write that asks for a token',
      contract: operation('/notes', 'post', `security: [{ token: [] }]\n      ${done}`),
    },
    {
      name: 'a public list that tells nothing of people',
      contract: operation('/posters', 'get', `security: []\n      ${answers('title: { type: string }')}`),
    },
    {
      name: 'sign-in with a password',
      contract: operation(
        '/login',
        'post',
        `security: []\n      ${takes('name: { type: string }, password: { type: string }')}\n      ${answers('access_token: { type: string }')}`,
      ),
    },
    {
      name: 'somebody registers with a password of his own',
      contract: operation(
        '/users',
        'post',
        `security: []\n      ${takes('email: { type: string }, password: { type: string }')}\n      ${answers('id: { type: string }')}`,
      ),
    },
    {
      name: 'recovery',
      contract: operation(
        '/account/recovery',
        'post',
        `security: []\n      ${takes('username: { type: string }')}\n      ${done}`,
      ),
    },
    {
      name: 'a declared flow',
      contract: operation('/enter', 'post', `security: []\n      x-rugged: { flow: login }\n      ${done}`),
    },
    { name: 'health', contract: operation('/healthz', 'get', answers('up: { type: boolean }')) },
    {
      name: 'a webhook that others deliver to',
      contract: operation(
        '/webhooks/payments',
        'post',
        `security: []\n      ${takes('event: { type: string }')}\n      ${done}`,
      ),
    },
    {
      name: 'a search by POST',
      contract: operation(
        '/posters/search',
        'post',
        `security: []\n      ${takes('words: { type: string }')}\n      ${answers('title: { type: string }')}`,
      ),
    },
    {
      name: "the phone of a shop is no person's",
      contract: operation(
        '/shops',
        'get',
        `security: []\n      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Shop' } } } } }`,
        'Shop: { type: object, properties: { phone: { type: string }, latitude: { type: number } } }',
      ),
    },
    {
      name: 'personal data that only some roles get to see',
      contract: operation(
        '/members',
        'get',
        `security: []\n      ${answers('email: { type: string, x-rugged: { visible: [staff] } }')}`,
      ),
    },
    {
      name: "the name of a book's author, by declaration public",
      contract: operation(
        '/books',
        'get',
        `security: []\n      ${answers('author: { type: object, properties: { name: { type: string } } }')}`,
      ),
    },
    {
      name: 'when a password was changed is no password',
      contract: operation(
        '/rules',
        'get',
        `security: []\n      ${answers('password_changed_at: { type: string }, password_policy: { type: string }')}`,
      ),
    },
  ],
  finds: [
    {
      name: 'a write about which the contract is silent',
      contract: operation('/notes', 'post', done),
      expect: ['high POST /notes'],
      says: ['does not say who may call'],
    },
    {
      name: 'a deletion that anybody may do',
      contract: operation('/notes/{noteId}', 'delete', `security: []\n      ${done}`),
      expect: ['high DELETE /notes/{noteId}'],
      says: ['deletes'],
    },
    {
      name: 'an order without an account may be meant',
      contract: operation('/orders', 'post', `security: []\n      ${done}`),
      expect: ['medium POST /orders'],
    },
    {
      name: 'an optional credential at a write',
      contract: operation('/notes', 'put', `security: [{ token: [] }, {}]\n      ${done}`),
      expect: ['high PUT /notes'],
      says: ['optional'],
    },
    {
      name: 'a public list of people',
      contract: operation(
        '/members',
        'get',
        `security: []\n      ${answers('email: { type: string }, birth_date: { type: string, format: date }')}`,
      ),
      expect: ['high GET /members'],
      says: ['birth-date and email', 'guessed'],
    },
    {
      name: 'names and pictures of the same people',
      contract: operation(
        '/feed',
        'get',
        `security: []\n      ${answers('sender: { type: object, properties: { display_name: { type: string }, photo: { type: string } } }')}`,
      ),
      expect: ['medium GET /feed'],
      says: ['name and picture'],
    },
    {
      name: 'a session for nothing but a name',
      contract: operation(
        '/users/{userId}/session',
        'post',
        `security: []\n      ${answers('session_token: { type: string }')}`,
      ),
      expect: ['high POST /users/{userId}/session'],
      says: ['no password'],
    },
    {
      name: 'what hangs below a person',
      contract: operation(
        '/students/{number}/purchases',
        'get',
        `security: []\n      parameters: [{ name: number, in: path, required: true, schema: { type: string } }]\n      ${answers('sum: { type: number }')}`,
      ),
      expect: ['medium GET /students/{number}/purchases'],
      says: ['one student'],
    },
    {
      name: 'what belongs to somebody by its own rule',
      contract: operation(
        '/bills',
        'get',
        `security: []\n      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Bill' } } } } }`,
        'Bill: { type: object, x-rugged: { owner: { property: payer, is: sub } }, properties: { id: { type: string }, payer: { type: string } } }',
      ),
      expect: ['high GET /bills'],
      says: ['belongs to somebody'],
    },
    {
      name: 'a contract that says nothing anywhere',
      contract: `
paths:
  /notes:
    post: { responses: { '204': { description: done } } }
    get: { responses: { '200': { description: ok } } }
`,
      expect: ['high API', 'medium POST /notes'],
      says: ['never says who may call'],
    },
  ],
})
