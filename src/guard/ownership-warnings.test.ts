import { describe, expect, it } from 'vitest'
import { exposureOf } from './bench.fixture.ts'
import { ownershipWarnings } from './ownership-warnings.ts'

const vault = {
  type: 'object',
  'x-rugged': { owner: { property: 'keeper', is: 'sub' } },
  properties: { id: { type: 'string' }, keeper: { type: 'string' } },
}
const ok = {
  '200': { description: 'ok', content: { 'application/json': { schema: { $ref: '#/components/schemas/Vault' } } } },
}
const id = [{ name: 'vaultId', in: 'path', required: true, schema: { type: 'string' } }]

function warnings(
  paths: object,
  verifiesTokens = true,
  security: object[] | null = [{ token: [] }],
  schema: object = vault,
) {
  const exposure = exposureOf({
    openapi: '3.1.0',
    info: { title: 'Vaults', version: '1' },
    ...(security === null ? {} : { security }),
    paths,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } }, schemas: { Vault: schema } },
  })
  return ownershipWarnings(exposure, { verifiesTokens })
}

const readable = { '/vaults/{vaultId}': { get: { parameters: id, responses: ok } } }

describe('ownershipWarnings', () => {
  it('has nothing to say where every rule can be proven', () => {
    expect(warnings(readable)).toEqual([])
    expect(warnings(readable, false, [{ token: [] }], { ...vault, 'x-rugged': {} })).toEqual([])
  })

  it.each<[string, readonly string[], string]>([
    ['an issuer is missing', warnings(readable, false), 'no issuer is configured'],
    ['nothing gives the object back', warnings({ '/vaults': { post: { responses: ok } } }), 'Describe a GET for it'],
    ['a read is public', warnings(readable, true, []), 'is public (security: [])'],
    ['nobody has to sign in', warnings(readable, true, null), 'Declare "security"'],
    [
      'a rule holds no id',
      warnings(readable, true, [{ token: [] }], {
        ...vault,
        properties: { keeper: { type: 'string' }, label: { type: 'string' } },
      }),
      'Vault is NOT enforced for requests',
    ],
    ['a rule holds no answer', warnings({ '/vaults': { post: { responses: {} } } }), 'no successful answer'],
    [
      'the decision is somebody else’s',
      warnings(readable, true, [{ token: [] }], { ...vault, 'x-rugged': { relation: 'viewer' } }),
      'external decision',
    ],
  ])('says that %s', (_, found, words) => {
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(words)
  })
})
