import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { parseContract } from '../../contract/load.ts'
import { isObject, type JsonValue } from '../../core/json.ts'
import { type ApiExposure, exposeContract } from '../../exposure/exposure.ts'
import type { Finding } from '../../risk/finding.ts'
import type { RequirementId } from '../../risk/requirements.ts'
import { auditApi } from '../audit.ts'
import type { Rule } from '../rule.ts'
import { rules } from './index.ts'

/** A contract as OpenAPI 3.0 in YAML, without `openapi` and `info`; security, servers and components as far as needed. */
export interface QuietRow {
  readonly name: string
  readonly contract: string
}

export interface FindingRow extends QuietRow {
  /** `high POST /orders`, or `high API`: exactly these, in the order of the audit. */
  readonly expect: readonly string[]
  /** What the messages have to name. */
  readonly says?: readonly string[]
  /** Lines of the matrix that this row shows; they fail when the rule is off. */
  readonly serves?: readonly RequirementId[]
}

export interface RuleTable {
  readonly quiet: readonly QuietRow[]
  readonly finds: readonly FindingRow[]
  /** Rows in which the rule says that it cannot judge. */
  readonly blind?: readonly QuietRow[]
}

const forms = ['3.0', '3.1'] as const
type Form = (typeof forms)[number]

/** The fact table of a row in one form of OpenAPI. */
export function exposeRow(row: string, form: Form): ApiExposure {
  const written = load(row)
  // as: YAML gives JSON values here; the rows hold no dates, and parseContract checks the rest
  const body = written as JsonValue
  if (!isObject(body)) throw new TypeError('A row is a YAML object')
  const head = { openapi: form === '3.0' ? '3.0.3' : '3.1.0', info: { title: 'Row', version: '1' }, paths: {} }
  const document = { ...head, ...body }
  const text = JSON.stringify(form === '3.0' ? document : toNewer(document), undefined, 2)
  return exposeContract(parseContract({ contract: { file: 'row.json', text } }))
}

/** The 3.1 form of the same flaw: types as lists, `null` as a type, examples in the plural, exclusive bounds as numbers. */
function toNewer(value: JsonValue | undefined): JsonValue {
  if (Array.isArray(value)) return value.map(toNewer)
  if (!isObject(value)) return value ?? null
  const result: Record<string, JsonValue> = {}
  for (const [key, child] of Object.entries(value)) result[key] = toNewer(child)
  const { type, nullable, example, in: place } = result
  const schema = typeof type === 'string' && /^(?:string|integer|number|boolean|array|object)$/.test(type)
  if (schema) result['type'] = nullable === true ? [type, 'null'] : [type]
  if (schema) delete result['nullable']
  if (schema && example !== undefined && place === undefined) {
    result['examples'] = [example]
    delete result['example']
  }
  return result
}

/** Runs every row in both forms: `quiet` has no finding, `finds` has exactly the expected ones. */
export function ruleTable(rule: Rule, table: RuleTable): void {
  describe.each(forms)(`${rule.id}, OpenAPI %s`, form => {
    it.each(table.quiet)('is quiet: $name', ({ contract }) => {
      expect(auditApi(exposeRow(contract, form), { rules: [rule] }).findings.map(shorten)).toEqual([])
    })

    it.each(table.finds)('finds: $name', ({ contract, expect: expected, says = [] }) => {
      const { findings } = auditApi(exposeRow(contract, form), { rules: [rule] })
      expect(findings.map(shorten)).toEqual(expected)
      const messages = findings.map(finding => finding.message).join('\n')
      for (const words of says) expect(messages).toContain(words)
      expect(findings.filter(finding => !isComplete(finding, rule))).toEqual([])
      expect(new Set(findings.map(finding => finding.fingerprint)).size).toBe(findings.length)
    })

    it.each(table.blind ?? [])('says that it cannot judge: $name', ({ contract }) => {
      const { findings, notEvaluated } = auditApi(exposeRow(contract, form), { rules: [rule] })
      expect(findings).toEqual([])
      expect(notEvaluated).not.toEqual([])
      expect(notEvaluated.every(entry => entry.card === `rule/${rule.id}` && entry.notEvaluated.endsWith('.'))).toBe(
        true,
      )
    })
  })

  const shown = table.finds.flatMap(row => (row.serves ?? []).map(requirement => ({ requirement, row })))
  it.each(shown)(`$requirement: ${rule.id} warns where $row.name, and nothing does without it`, ({ row }) => {
    const api = exposeRow(row.contract, '3.1')
    const named = (findings: readonly Finding[]) =>
      findings.filter(finding => finding.card === `rule/${rule.id}`).map(shorten)
    expect(named(auditApi(api).findings)).toEqual(row.expect)
    expect(named(auditApi(api, { off: [rule.id] }).findings)).toEqual([])
    const without = new Set(auditApi(api, { off: [rule.id] }).findings.map(finding => finding.weakness))
    const warned = auditApi(api, { rules: [rule] }).findings.map(finding => finding.weakness)
    expect(warned.filter(weakness => without.has(weakness))).toEqual([])
  })

  it(`${rule.id} shows every requirement that it serves, and is on the list`, () => {
    expect(new Set(shown.map(({ requirement }) => requirement))).toEqual(new Set(rule.serves ?? []))
    expect(rules).toContain(rule)
  })
}

export function shorten({ severity, operation }: Finding): string {
  return `${severity} ${operation === undefined ? 'API' : `${operation.method} ${operation.path}`}`
}

/** A finding says what is wrong in a sentence, where, and what to do, and is one that its card covers. */
function isComplete({ message, remedy, where, weakness }: Finding, rule: Rule): boolean {
  return /^[A-Z].*[.!]$/s.test(message) && remedy.length > 10 && where !== undefined && rule.covers.includes(weakness)
}
