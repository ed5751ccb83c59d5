import { predictableObjectId } from './predictable-object-id.ts'
import { ruleTable } from './table.fixture.ts'

function crates(id: string, { schema = '', security = '', properties = 'weight: { type: string }' } = {}): string {
  return `
security: [{ token: [] }]
components:
  securitySchemes: { token: { type: http, scheme: bearer } }
  schemas: { Crate: { type: object, ${schema} properties: { id: { ${id} }, ${properties} } } }
paths:
  /crates/{crateId}:
    get:
      ${security}
      parameters: [{ name: crateId, in: path, required: true, schema: { ${id} } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Crate' } } } } }
`
}

ruleTable(predictableObjectId, {
  quiet: [
    { name: 'a random UUID', contract: crates('type: string, format: uuid') },
    { name: 'an unbounded string is not judged', contract: crates('type: string') },
    { name: 'objects that are shared', contract: crates('type: integer', { schema: 'x-rugged: { shared: true },' }) },
    { name: 'a sealed id', contract: crates('type: integer, x-rugged: { seal: caller }') },
    { name: 'what everybody may see anyway', contract: crates('type: integer', { security: 'security: []' }) },
  ],
  finds: [
    {
      name: 'a number',
      contract: crates('type: integer'),
      expect: ['low GET /crates/{crateId}'],
      says: ['counted up', 'missing-object-rule'],
      serves: ['API1-g'],
    },
    {
      name: 'digits in quotes',
      contract: crates("type: string, pattern: '^[0-9]{1,12}$'"),
      expect: ['low GET /crates/{crateId}'],
    },
    {
      name: 'a short code',
      contract: crates('type: string, maxLength: 6'),
      expect: ['low GET /crates/{crateId}'],
      says: ['short enough'],
    },
    {
      name: 'digits behind a fixed prefix',
      contract: crates("type: string, pattern: '^CR-\\d{7}$'"),
      expect: ['low GET /crates/{crateId}'],
    },
    {
      name: 'a UUID with a clock in it',
      contract: crates('type: string, format: uuid, example: 018f4a3e-7c1b-7f6e-8a3e-1b2c3d4e5f60'),
      expect: ['low GET /crates/{crateId}'],
      says: ['clock'],
    },
    {
      name: 'numbers of owned objects, the rule being all that protects them',
      contract: crates('type: integer', { schema: 'x-rugged: { owner: { property: holder, is: sub } },' }),
      expect: ['low GET /crates/{crateId}'],
      says: ['owner rule is all'],
    },
    {
      name: 'numbers that lead to people without authentication',
      contract: crates('type: integer', { security: 'security: []', properties: 'email: { type: string }' }),
      expect: ['medium GET /crates/{crateId}'],
      says: ['without authentication'],
    },
  ],
})
