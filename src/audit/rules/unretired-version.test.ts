import { ruleTable } from './table.fixture.ts'
import { unretiredVersion } from './unretired-version.ts'

const deprecated = (inside: string, responses = "'200': { description: ok }") => `
paths:
  /v1/notes:
    get:
      ${inside}
      responses: { ${responses} }
`

ruleTable(unretiredVersion, {
  quiet: [
    { name: 'an operation in use', contract: deprecated('deprecated: false') },
    { name: 'a date', contract: deprecated("deprecated: true\n      x-rugged: { sunset: '2031-01-31' }") },
    {
      name: 'a Sunset header',
      contract: deprecated(
        'deprecated: true',
        "'200': { description: ok, headers: { Sunset: { schema: { type: string } } } }",
      ),
    },
    { name: "a date under another tool's key", contract: deprecated("deprecated: true\n      x-sunset: '2031-01-31'") },
  ],
  finds: [
    {
      name: 'deprecated, and no end',
      contract: deprecated('deprecated: true'),
      expect: ['low GET /v1/notes'],
      says: ['what replaces it'],
      serves: ['API9-e'],
    },
    {
      name: 'a successor without a date',
      contract: deprecated('deprecated: true\n      x-rugged: { successor: /v2/notes }'),
      expect: ['low GET /v1/notes'],
    },
  ],
})
