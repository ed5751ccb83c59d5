import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseContract } from '../contract/load.ts'
import { exposeContract } from '../exposure/exposure.ts'
import { severities } from '../risk/weakness.ts'
import { auditApi } from './audit.ts'
import { defineRule, type Rule } from './rule.ts'
import { exposeRow, shorten } from './rules/table.fixture.ts'

const contract = `
security: [{ token: [] }]
components: { securitySchemes: { token: { type: http, scheme: bearer } } }
paths:
  /b: { get: { operationId: readB, responses: { '200': { description: ok } } } }
  /a: { post: { responses: { '201': { description: ok } } }, get: { responses: { '200': { description: ok } } } }
`
const api = exposeRow(contract, '3.1')

const card = {
  kind: 'rule',
  summary: 'A rule.',
  covers: ['missing-timeout'],
  severity: 'medium',
  remedy: 'Do it.',
} as const
const everywhere = defineRule({
  ...card,
  id: 'everywhere',
  *operation() {
    yield { message: 'Here.' }
  },
})
const writes = defineRule({
  ...card,
  id: 'a-write',
  *operation({ effect }) {
    if (effect === 'writes') yield { severity: 'high', message: 'A write.' }
  },
})
const whole = defineRule({
  ...card,
  id: 'whole',
  *api() {
    yield { message: 'All of it.' }
    yield { notEvaluated: 'Half of it cannot be seen.' }
  },
})
const blind = defineRule({
  ...card,
  id: 'blind',
  *operation() {
    yield { notEvaluated: 'It cannot be seen.' }
  },
})

describe('the audit', () => {
  it('orders by severity, then by operation as the contract has them, then by card', () => {
    const { findings } = auditApi(api, { rules: [whole, everywhere, writes] })
    const order = findings.map(finding => `${shorten(finding)} ${finding.card}`)
    expect(order).toEqual([
      'high POST /a rule/a-write',
      'medium API rule/whole',
      'medium GET /b rule/everywhere',
      'medium GET /a rule/everywhere',
      'medium POST /a rule/everywhere',
    ])
  })

  it('gives the same whatever the order of the rules', () => {
    const forwards = auditApi(api, { rules: [whole, everywhere, writes] })
    const backwards = auditApi(api, { rules: [writes, everywhere, whole] })
    expect(JSON.stringify(backwards.findings)).toBe(JSON.stringify(forwards.findings))
  })

  it('adds the operation and its place, with the line in the file', () => {
    const [finding] = auditApi(api, { rules: [everywhere] }).findings
    expect(finding).toMatchObject({
      operation: { id: 'readB', method: 'GET', path: '/b' },
      where: { file: 'row.json', pointer: '/paths/~1b/get' },
    })
    expect(finding?.where?.line).toBeGreaterThan(1)
    expect(finding).toMatchObject({ weakness: 'missing-timeout', risk: 'API4', remedy: 'Do it.' })
  })

  it('keeps the fingerprint when the file moves, and tells operations apart', () => {
    const moved = exposeRow(contract.replace('paths:', 'tags: [{ name: later }]\npaths:'), '3.0')
    const prints = (row: typeof api) =>
      auditApi(row, { rules: [everywhere] }).findings.map(({ fingerprint }) => fingerprint)
    expect(prints(moved)).toEqual(prints(api))
    expect(new Set(prints(api)).size).toBe(3)
  })

  it('names what it could not judge, with the card and the operation', () => {
    const { findings, notEvaluated } = auditApi(api, { rules: [blind, whole] })
    expect(findings.map(({ card }) => card)).toEqual(['rule/whole'])
    expect(notEvaluated).toHaveLength(4)
    expect(notEvaluated).toContainEqual({
      card: 'rule/blind',
      notEvaluated: 'It cannot be seen.',
      operation: { method: 'POST', path: '/a' },
    })
    expect(notEvaluated).toContainEqual({ card: 'rule/whole', notEvaluated: 'Half of it cannot be seen.' })
  })

  it.each([[['everywhere']], [['rule/everywhere']]])('leaves out what is off: %s', off => {
    expect(auditApi(api, { rules: [everywhere, whole], off }).findings.map(({ card }) => card)).toEqual(['rule/whole'])
  })

  it('runs a new rule only when it is named', () => {
    const fresh: Rule = { ...everywhere, id: 'fresh', stability: 'new' }
    expect(auditApi(api, { rules: [fresh] }).findings).toHaveLength(3)
    expect(auditApi(api).findings.map(({ card }) => card)).not.toContain('rule/fresh')
  })

  it('uses no severity that the catalogue does not know', () => {
    const known: readonly string[] = severities
    expect(auditApi(api).findings.filter(({ severity }) => !known.includes(severity))).toEqual([])
    expect(auditApi(api).findings.length).toBeGreaterThan(0)
  })
})

/** One flawed API in two languages of its makers: what is found must not hang on the words of an example. */
describe('the same flaws under other names', () => {
  const flawed = (words: Readonly<Record<string, string>>) => `
security: [{ token: [] }]
components:
  securitySchemes: { token: { type: http, scheme: bearer } }
  schemas:
    ${words['Thing']}:
      type: object
      additionalProperties: false
      properties: { id: { type: string, format: uuid }, ${words['holder']}: { type: string }, ${words['sum']}: { type: string, maxLength: 20 } }
    ${words['Move']}:
      type: object
      additionalProperties: false
      properties: { ${words['from']}: { type: string, format: uuid }, ${words['to']}: { type: string, format: uuid } }
paths:
  /${words['things']}:
    get:
      responses: { '200': { description: ok, content: { application/json: { schema: { type: array, maxItems: 9, items: { $ref: '#/components/schemas/${words['Thing']}' } } } } }, '401': { description: no }, '429': { description: no } }
  /${words['moves']}:
    post:
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/${words['Move']}' } } } }
      responses: { '201': { description: ok }, '401': { description: no }, '400': { description: no }, '429': { description: no } }
`
  it.each([
    [
      {
        Thing: 'Account',
        things: 'accounts',
        holder: 'owner_id',
        sum: 'balance',
        Move: 'NewOrder',
        moves: 'orders',
        from: 'source_account_id',
        to: 'target_account_id',
      },
    ],
    [
      {
        Thing: 'Vessel',
        things: 'fleet',
        holder: 'skipper',
        sum: 'draught',
        Move: 'Voyage',
        moves: 'journeys',
        from: 'tugVesselId',
        to: 'towedVesselId',
      },
    ],
    [
      {
        Thing: 'vault_record',
        things: 'vault-records',
        holder: 'keeper',
        sum: 'content',
        Move: 'SwapRequest',
        moves: 'swaps',
        from: 'giving-vault-record-uuid',
        to: 'takingVaultRecordUUID',
      },
    ],
  ])('%o', words => {
    const { findings } = auditApi(exposeRow(flawed(words), '3.0'))
    expect(
      findings.filter(({ severity }) => severity !== 'info').map(finding => [shorten(finding), finding.weakness]),
    ).toEqual([[`high POST /${words.moves}`, 'missing-object-rule']])
    expect(findings[0]?.message).toContain(words.from)
    expect(findings[0]?.message).toContain(words.to)
  })
})

/** Schemas as people and generators really write them, and as nobody should. */
const { schema } = fc.letrec<{ schema: unknown; properties: unknown }>(tie => ({
  properties: fc.dictionary(
    fc.constantFrom(
      'id',
      'email',
      'password',
      'ownerId',
      'user_ids',
      'callbackUrl',
      'limit',
      'token',
      'a/b~c',
      '__proto__',
      '',
    ),
    tie('schema'),
    { maxKeys: 4 },
  ),
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.boolean(),
    fc.record(
      {
        type: fc.constantFrom('string', 'integer', 'object', 'array', ['string', 'null'], 'nonsense', 3),
        format: fc.constantFrom('uuid', 'uri', 'email', 7),
        enum: fc.constantFrom(['a'], 'a', []),
        pattern: fc.constantFrom('^\\d+$', '(', 5),
        $ref: fc.constantFrom('#/components/schemas/S', '#/components/schemas/Gone', 9),
        properties: tie('properties'),
        items: tie('schema'),
        additionalProperties: tie('schema'),
        allOf: fc.oneof(fc.array(tie('schema'), { maxLength: 2 }), fc.constant('no list')),
        required: fc.constantFrom(['id'], 'id', [1]),
        readOnly: fc.constantFrom(true, 'yes'),
      },
      { requiredKeys: [] },
    ),
  ),
}))

describe('whatever a contract looks like', () => {
  it('is audited, twice the same', () => {
    fc.assert(
      fc.property(schema, schema, fc.constantFrom('3.0.3', '3.1.0'), (component, body, version) => {
        const content = { 'application/json': { schema: body } }
        const operation = { requestBody: { content }, responses: { 200: { description: 'ok', content } } }
        const parameters = [{ name: 'id', in: 'path', required: true, schema: component }]
        const document = {
          openapi: version,
          info: { title: 'Any', version: '1' },
          components: { schemas: { S: component } },
          paths: {
            '/users/{id}': { parameters, get: operation, put: operation },
            '/users': { post: operation, get: operation },
          },
        }
        const audit = () => {
          const contract = parseContract({ contract: { file: 'any.json', text: JSON.stringify(document) } })
          return JSON.stringify(auditApi(exposeContract(contract)))
        }
        expect(audit()).toBe(audit())
      }),
      { numRuns: 300 },
    )
  })
})
