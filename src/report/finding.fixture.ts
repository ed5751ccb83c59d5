import type { Finding } from '../risk/finding.ts'
import type { Report } from './report.ts'

export function finding(parts: Partial<Finding> = {}): Finding {
  return {
    id: 'owner-rule-12345678',
    card: 'rule/owner-rule',
    weakness: 'missing-object-rule',
    risk: 'API1',
    severity: 'high',
    operation: { method: 'POST', path: '/v1/orders' },
    where: { file: 'api/openapi.yaml', line: 42, column: 13, pointer: '/paths/~1v1~1orders/post' },
    message: 'The order names an account, and nothing says whose account that may be.',
    remedy: 'State the owner of the account with x-rugged `owner`.',
    fingerprint: '1234567890abcdef1234567890abcdef',
    confidence: 'firm',
    ...parts,
  }
}

/** A finding of a running API: no place in a file, and a command that repeats it. */
export function proof(parts: Partial<Finding> = {}): Finding {
  const { where: _, ...rest } = finding({
    id: 'foreign-object-87654321',
    card: 'probe/foreign-object',
    weakness: 'broken-object-level-authorization',
    severity: 'critical',
    message: "B placed an order on A's account.",
    curl: "curl -X POST 'http://127.0.0.1:3000/v1/orders' -d '{\"from\":1}'",
    fingerprint: 'fedcba0987654321fedcba0987654321',
    confidence: 'certain',
    ...parts,
  })
  return rest
}

export function report(parts: Partial<Report> = {}): Report {
  return {
    version: '0.1.0',
    command: 'audit',
    findings: [finding(), proof()],
    notEvaluated: [
      {
        card: 'probe/foreign-object',
        notEvaluated: 'A second user is needed.',
        operation: { method: 'GET', path: '/v1/orders' },
      },
    ],
    ...parts,
  }
}

/** What a contract or an API may hold to get at whoever reads the report. */
export const hostileText =
  "<script>alert(1)</script> \" onmouseover='x' ]]> \u001b[31m\u001b]0;t\u0007 \u009b2J \u0000 \u2028 \u202e \ud800 \r\n::error::x\n%0A::warning::y &amp; `|*"

export const hostile: Report = report({
  command: hostileText,
  version: hostileText,
  findings: [
    proof({
      id: hostileText,
      card: `probe/${hostileText}`,
      operation: { method: hostileText, path: hostileText },
      where: { file: hostileText, line: 1, column: 1, pointer: hostileText },
      message: hostileText,
      remedy: hostileText,
      curl: hostileText,
      fingerprint: hostileText,
      evidence: { [hostileText]: hostileText },
    }),
    finding({
      where: { file: hostileText, line: 1, column: 1, pointer: hostileText },
      operation: { method: hostileText, path: hostileText },
      message: hostileText,
      remedy: hostileText,
    }),
  ],
  notEvaluated: [
    { card: `probe/${hostileText}`, notEvaluated: hostileText, operation: { method: hostileText, path: hostileText } },
  ],
})
