import { contractProblem } from './contract-problem.ts'
import { ruleTable } from './table.fixture.ts'

const schema = (inside: string) => `
paths:
  /notes:
    get:
      responses: { '200': { description: ok, content: { application/json: { schema: { ${inside} } } } } }
`

ruleTable(contractProblem, {
  quiet: [
    { name: 'a contract in order', contract: schema('type: object') },
    {
      name: 'a scheme that is not defined has a rule of its own',
      contract: "security: [{ tokn: [] }]\npaths: { /a: { get: { responses: { '200': { description: ok } } } } }",
    },
  ],
  finds: [
    {
      name: 'a reference that leads nowhere',
      contract: schema("$ref: '#/components/schemas/Gone'"),
      expect: ['low GET /notes'],
      says: ['Gone'],
    },
    {
      name: 'a parameter that the path does not have',
      contract:
        "paths: { /a: { get: { parameters: [{ name: b, in: path, required: true, schema: { type: string } }], responses: { '200': { description: ok } } } } }",
      expect: ['low GET /a'],
    },
  ],
})
