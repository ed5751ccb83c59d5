import { describe, expect, it } from 'vitest'
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
