import { ruleTable } from './table.fixture.ts'
import { undefinedSecurityScheme } from './undefined-security-scheme.ts'

const two = (security: string) => `
security: [{ ${security}: [] }]
components: { securitySchemes: { token: { type: http, scheme: bearer } } }
paths:
  /a: { get: { responses: { '200': { description: ok } } } }
  /b: { get: { responses: { '200': { description: ok } } } }
`

ruleTable(undefinedSecurityScheme, {
  quiet: [
    { name: 'a scheme that is defined', contract: two('token') },
    { name: 'no security at all', contract: "paths: { /a: { get: { responses: { '200': { description: ok } } } } }" },
  ],
  finds: [
    {
      name: 'a name that nothing defines, once for all who ask for it',
      contract: two('tokn'),
      expect: ['high GET /a'],
      says: ['"tokn"', '2 operations ask'],
    },
  ],
})
