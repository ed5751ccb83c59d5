import { ruleTable } from './table.fixture.ts'
import { unfitAuthenticationScheme } from './unfit-authentication-scheme.ts'

const scheme = (definition: string, security = '[{ way: [] }]', more = '') => `
security: ${security}
components:
  securitySchemes: { way: { ${definition} }, strong: { type: http, scheme: bearer } }
  schemas:
    Bill: { type: object, ${more} properties: { id: { type: string }, payer: { type: string } } }
paths:
  /bills:
    get:
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Bill' } } } } }
`
const owned = 'x-rugged: { owner: { property: payer, is: sub } },'

ruleTable(unfitAuthenticationScheme, {
  quiet: [
    { name: 'a bearer token', contract: scheme('type: http, scheme: Bearer') },
    {
      name: 'the authorization code flow',
      contract: scheme(
        'type: oauth2, flows: { authorizationCode: { authorizationUrl: https://a.example/a, tokenUrl: https://a.example/t, scopes: {} } }',
      ),
    },
    { name: 'a key for what belongs to no user', contract: scheme('type: apiKey, in: header, name: X-Key') },
    {
      name: 'a key and a token together',
      contract: scheme('type: apiKey, in: header, name: X-Key', '[{ way: [], strong: [] }]', owned),
    },
    { name: 'a weak scheme that nobody asks for', contract: scheme('type: http, scheme: basic', '[{ strong: [] }]') },
  ],
  finds: [
    {
      name: 'Basic',
      contract: scheme('type: http, scheme: basic'),
      expect: ['medium API'],
      says: ['password itself'],
      serves: ['API2-o'],
    },
    {
      name: "a scheme of one's own",
      contract: scheme('type: http, scheme: hmac-ours'),
      expect: ['medium API'],
      says: ['no registered'],
    },
    {
      name: 'the implicit flow',
      contract: scheme('type: oauth2, flows: { implicit: { authorizationUrl: https://a.example/a, scopes: {} } }'),
      expect: ['medium API'],
      says: ['implicit', 'RFC 9700'],
    },
    {
      name: 'the password flow',
      contract: scheme('type: oauth2, flows: { password: { tokenUrl: https://a.example/t, scopes: {} } }'),
      expect: ['medium API'],
      says: ['password flow'],
    },
    {
      name: 'a key where objects belong to users',
      contract: scheme('type: apiKey, in: header, name: X-Key', '[{ way: [] }]', owned),
      expect: ['medium API'],
      says: ['names a program'],
      serves: ['API2-w'],
    },
    {
      name: 'a key instead of a token',
      contract: scheme('type: apiKey, in: header, name: X-Key', '[{ way: [] }, { strong: [] }]'),
      expect: ['low API'],
      says: ['way instead of strong'],
    },
  ],
})
