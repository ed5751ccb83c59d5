import { ruleTable } from './table.fixture.ts'
import { undefinedResponse } from './undefined-response.ts'

const responses = (list: string, inside = '') => `
components: { securitySchemes: { token: { type: http, scheme: bearer } } }
paths:
  /a:
    get:
      ${inside}
      responses: { ${list} }
`
const schema = 'content: { application/json: { schema: { type: object, properties: { a: { type: string } } } } }'
const takes = 'parameters: [{ name: q, in: query, schema: { type: string } }]'

ruleTable(undefinedResponse, {
  quiet: [
    {
      name: 'everything defined',
      contract: responses(
        `'200': { description: ok, ${schema} }, '401': { description: no }, '400': { description: no }`,
        `security: [{ token: [] }]\n      ${takes}`,
      ),
    },
    {
      name: 'a default for every error',
      contract: responses(
        `'200': { description: ok, ${schema} }, default: { description: no }`,
        `security: [{ token: [] }]\n      ${takes}`,
      ),
    },
    { name: 'nothing to answer', contract: responses("'204': { description: done }") },
  ],
  finds: [
    {
      name: 'JSON without a schema',
      contract: responses("'200': { description: ok, content: { application/json: {} } }"),
      expect: ['low GET /a'],
      says: ['a schema for 200'],
      serves: ['API8-r'],
    },
    {
      name: 'a token is asked for, and no refusal defined',
      contract: responses(
        `'200': { description: ok, ${schema} }, '404': { description: no }`,
        'security: [{ token: [] }]',
      ),
      expect: ['low GET /a'],
      says: ['401 or 403'],
    },
    {
      name: 'errors alone',
      contract: responses("'400': { description: no }"),
      expect: ['low GET /a'],
      says: ['any success'],
    },
    {
      name: 'inputs, and no answer to wrong ones',
      contract: responses(`'200': { description: ok, ${schema} }`, takes),
      expect: ['low GET /a'],
      says: ['4XX'],
    },
  ],
})
