import { auditApi } from '../audit/audit.ts'
import type { Finding, NotEvaluatedEntry } from '../risk/finding.ts'
import { loadExposure } from './contract-file.ts'

export interface AuditRequest {
  readonly contracts: readonly string[]
  readonly overlays: readonly string[]
}

export interface AuditReport {
  readonly findings: readonly Finding[]
  readonly notEvaluated: readonly NotEvaluatedEntry[]
}

/** Audits one contract after another; a contract that cannot be read ends it, rather than being left out silently. */
export async function runAudit(request: AuditRequest): Promise<AuditReport> {
  const findings: Finding[] = []
  const notEvaluated: NotEvaluatedEntry[] = []
  for (const contract of request.contracts) {
    const result = auditApi(await loadExposure(contract, request.overlays))
    findings.push(...result.findings)
    notEvaluated.push(...result.notEvaluated)
  }
  return { findings, notEvaluated }
}
