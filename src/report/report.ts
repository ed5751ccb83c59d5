import type { Finding, NotEvaluatedEntry, OperationName } from '../risk/finding.ts'
import { compareSeverity, type RiskId, riskTitles, type Severity, severities } from '../risk/weakness.ts'

/** What one run of a command has to say; every format is made of it. */
export interface Report {
  /** The version of this product. */
  readonly version: string
  /** `audit`, `scan` … */
  readonly command: string
  readonly findings: readonly Finding[]
  readonly notEvaluated: readonly NotEvaluatedEntry[]
}

export interface ReportSummary {
  readonly findings: number
  readonly notEvaluated: number
  readonly bySeverity: Readonly<Record<Severity, number>>
  readonly byRisk: Readonly<Record<RiskId, number>>
}

export function summarise(report: Report): ReportSummary {
  const { findings, notEvaluated } = report
  const count = (test: (finding: Finding) => boolean) => findings.filter(test).length
  // `Object.fromEntries` forgets the keys; they are all there, since the entries are made of the lists of keys.
  return {
    findings: findings.length,
    notEvaluated: notEvaluated.length,
    bySeverity: Object.fromEntries(
      severities.map(severity => [severity, count(finding => finding.severity === severity)]),
    ) as Readonly<Record<Severity, number>>,
    byRisk: Object.fromEntries(
      Object.keys(riskTitles).map(risk => [risk, count(finding => finding.risk === risk)]),
    ) as Readonly<Record<RiskId, number>>,
  }
}

/** The same findings in one order whatever order they were found in: worst first, then by risk, card and place. */
export function inOrder(report: Report): Report {
  return {
    ...report,
    findings: report.findings.toSorted(
      (left, right) => compareSeverity(left.severity, right.severity) || byKeys(findingKeys(left), findingKeys(right)),
    ),
    notEvaluated: report.notEvaluated.toSorted((left, right) => byKeys(entryKeys(left), entryKeys(right))),
  }
}

export function operationText(operation: OperationName): string {
  return `${operation.method} ${operation.path}`
}

type Key = string | number

function findingKeys({ risk, card, weakness, where, operation, fingerprint, message }: Finding): readonly Key[] {
  return [
    Number(risk.slice(3)),
    card,
    weakness,
    where?.file ?? '',
    where?.line ?? 0,
    where?.column ?? 0,
    operation === undefined ? '' : `${operation.path} ${operation.method}`,
    fingerprint,
    message,
  ]
}

function entryKeys({ card, operation, notEvaluated }: NotEvaluatedEntry): readonly Key[] {
  return [card, operation === undefined ? '' : `${operation.path} ${operation.method}`, notEvaluated]
}

/** By code units, not by a locale: the order must not depend on the machine. */
function byKeys(left: readonly Key[], right: readonly Key[]): number {
  for (const [index, key] of left.entries()) {
    const other = right[index] ?? ''
    if (key < other) return -1
    if (key > other) return 1
  }
  return 0
}
