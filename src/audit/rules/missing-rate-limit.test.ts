import { missingRateLimit } from './missing-rate-limit.ts'
import { ruleTable } from './table.fixture.ts'

const operation = (path: string, method: string, inside: string) => `
components: { securitySchemes: { token: { type: http, scheme: bearer } } }
paths:
  ${path}:
    ${method}:
      ${inside}
`
const password =
  'requestBody: { content: { application/json: { schema: { type: object, properties: { user: { type: string }, password: { type: string } } } } } }'
const done = "responses: { '204': { description: done } }"
const limited = "responses: { '204': { description: done }, '429': { description: slow down } }"
const people =
  "responses: { '200': { description: ok, content: { application/json: { schema: { type: object, properties: { email: { type: string } } } } } } }"

ruleTable(missingRateLimit, {
  quiet: [
    { name: 'a documented 429', contract: operation('/notes', 'get', `security: []\n      ${limited}`) },
    {
      name: 'a RateLimit header',
      contract: operation(
        '/notes',
        'get',
        "responses: { '200': { description: ok, headers: { RateLimit-Policy: { schema: { type: string } } } } }",
      ),
    },
    {
      name: 'sign-in with limits per address and per account',
      contract: operation(
        '/login',
        'post',
        `security: []\n      x-rugged: { limits: [{ per: address, rate: 20/1m }, { per: target, target: /user, rate: 5/15m }] }\n      ${password}\n      ${done}`,
      ),
    },
  ],
  finds: [
    {
      name: 'sign-in that may be tried without end',
      contract: operation('/login', 'post', `security: []\n      ${password}\n      ${done}`),
      expect: ['medium POST /login', 'info API'],
      says: ['login', 'guessed'],
      serves: ['API4-l'],
    },
    {
      name: 'a declared one-time code',
      contract: operation('/second', 'post', `security: []\n      x-rugged: { flow: otp }\n      ${done}`),
      expect: ['high POST /second', 'info API'],
    },
    {
      name: 'a limit per address, none per account',
      contract: operation(
        '/login',
        'post',
        `security: []\n      x-rugged: { limits: [{ per: address, rate: 20/1m }] }\n      ${password}\n      ${done}`,
      ),
      expect: ['medium POST /login'],
      says: ['thousands of addresses'],
    },
    {
      name: 'people, for anybody, at any speed',
      contract: operation('/members', 'get', `security: []\n      ${people}`),
      expect: ['medium GET /members', 'info API'],
      says: ['record by record'],
    },
    {
      name: 'nothing said about an ordinary operation',
      contract: operation('/notes', 'get', `security: [{ token: [] }]\n      ${people}`),
      expect: ['info API'],
      says: ['Of 1 operation 1'],
    },
  ],
})
