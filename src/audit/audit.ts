import type { Operation } from '../contract/model.ts'
import type { ApiExposure } from '../exposure/exposure.ts'
import { cardName } from '../risk/card.ts'
import { type Finding, isNotEvaluated, type NotEvaluatedEntry, type Outcome, toFinding } from '../risk/finding.ts'
import { compareSeverity } from '../risk/weakness.ts'
import type { Rule } from './rule.ts'
import { rules as allRules } from './rules/index.ts'
import { nameOperation } from './wording.ts'

export interface AuditOptions {
  /** All of the family when absent; cards that are new and unsure only when they are named here. */
  readonly rules?: readonly Rule[]
  /** Ids of rules not to run, with or without the `rule/` before them. */
  readonly off?: Iterable<string>
}

export interface AuditResult {
  /** Worst first, then in the order of the contract, then by card: the same bytes for the same contract. */
  readonly findings: readonly Finding[]
  readonly notEvaluated: readonly NotEvaluatedEntry[]
}

interface Placed {
  readonly finding: Finding
  /** Position of the operation in the contract; -1 for the API as a whole. */
  readonly at: number
}

/** Asks every rule what the design allows. Pure: it sees the fact table and nothing else. */
export function auditApi(api: ApiExposure, options: AuditOptions = {}): AuditResult {
  const off = new Set([...(options.off ?? [])].map(id => id.replace(/^rule\//, '')))
  const rules = (options.rules ?? allRules.filter(rule => rule.stability !== 'new')).filter(rule => !off.has(rule.id))
  const order = new Map(api.contract.operations.map((operation, index) => [keyOf(operation), index]))
  const placed: Placed[] = []
  const notEvaluated: NotEvaluatedEntry[] = []
  const take = (rule: Rule, outcomes: Iterable<Outcome>, operation?: Operation) => {
    for (const outcome of outcomes) {
      const named = outcome.operation ?? (operation === undefined ? undefined : nameOperation(operation))
      const at = named === undefined ? {} : { operation: named }
      if (isNotEvaluated(outcome)) {
        notEvaluated.push({ card: cardName('rule', rule), ...outcome, ...at })
        continue
      }
      const where = outcome.where ?? (operation === undefined ? undefined : api.contract.place(operation.pointer))
      const finding = toFinding('rule', rule, { ...outcome, ...at, ...(where === undefined ? {} : { where }) })
      placed.push({ finding, at: named === undefined ? -1 : (order.get(keyOf(named)) ?? -1) })
    }
  }
  for (const rule of rules) {
    if (rule.api !== undefined) take(rule, rule.api(api))
    if (rule.operation === undefined) continue
    for (const row of api.operations) take(rule, rule.operation(row, api), row.operation)
  }
  placed.sort(
    (left, right) =>
      compareSeverity(left.finding.severity, right.finding.severity) ||
      left.at - right.at ||
      compareText(left.finding.card, right.finding.card) ||
      compareText(left.finding.fingerprint, right.finding.fingerprint),
  )
  return { findings: placed.map(({ finding }) => finding), notEvaluated }
}

function keyOf(operation: { readonly method: string; readonly path: string }): string {
  return `${operation.method} ${operation.path}`
}

/** By code unit: the order must not depend on the machine's language. */
function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
