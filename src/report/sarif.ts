import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { weakness } from '../risk/catalogue.ts'
import type { Finding } from '../risk/finding.ts'
import { compareSeverity, riskTitles, type Severity } from '../risk/weakness.ts'
import { jsonText } from './json.ts'
import { printable } from './printable.ts'
import { inOrder, operationText, type Report } from './report.ts'

/** SARIF knows three levels (SARIF 2.1.0 section 3.27.10). */
const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
}

/** What code-scanning services rank by; in the ranges that GitHub gives for critical, high, medium and low. */
const scores: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '0.5',
}

/** A log of SARIF 2.1.0 with one run. A rule is a card together with one of the weaknesses that it covers. */
export function renderSarif(report: Report): string {
  const { version, findings, notEvaluated } = inOrder(report)
  const ruleIds = [...new Set(findings.map(ruleId))].sort()
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'rugged',
            version,
            rules: ruleIds.map(id =>
              ruleOf(
                id,
                findings.filter(finding => ruleId(finding) === id),
              ),
            ),
          },
        },
        // Section 3.14.27: without it a viewer may count columns in code points.
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: notEvaluated.map(({ card, operation, notEvaluated: reason }) => ({
              level: 'note',
              message: {
                text: printable(`${operation === undefined ? '' : `${operationText(operation)}: `}${reason} (${card})`),
              },
            })),
          },
        ],
        results: findings.map(finding => resultOf(finding, ruleIds)),
      },
    ],
  })
}

function ruleId({ card, weakness: id }: Finding): string {
  return `${card}/${id}`
}

function ruleOf(id: string, findings: readonly Finding[]): object {
  const [first] = findings
  if (first === undefined) return { id }
  const { title, explanation, cwe, risk } = weakness(first.weakness)
  const worst = findings.map(finding => finding.severity).toSorted(compareSeverity)[0] ?? first.severity
  const remedy = printable(first.remedy)
  const owasp = `${risk}:2023 ${riskTitles[risk]}`
  const cwePage = `https://cwe.mitre.org/data/definitions/${cwe}.html`
  return {
    id,
    name: pascalCase(id),
    shortDescription: { text: title },
    fullDescription: { text: explanation },
    help: {
      text: `${explanation}\n\nWhat to do: ${remedy}\n\n${owasp}, CWE-${cwe}.`,
      markdown: `${explanation}\n\n**What to do:** ${escapeMarkdown(remedy)}\n\n${owasp}, [CWE-${cwe}](${cwePage}).`,
    },
    defaultConfiguration: { level: levels[worst] },
    properties: {
      tags: ['security', risk, `external/cwe/cwe-${cwe}`],
      'security-severity': scores[worst],
    },
  }
}

function resultOf(finding: Finding, ruleIds: readonly string[]): object {
  const { severity, message, where, operation, fingerprint, remedy, curl, confidence } = finding
  const id = ruleId(finding)
  const repeat = curl === undefined ? '' : ` Repeat it with: ${curl}`
  const physical = where && {
    physicalLocation: {
      artifactLocation: { uri: artifactUri(where.file) },
      region: { startLine: Math.max(1, where.line), startColumn: Math.max(1, where.column) },
    },
  }
  const name = operation && printable(operationText(operation))
  const logical = name && { logicalLocations: [{ name, fullyQualifiedName: name, kind: 'resource' }] }
  return {
    ruleId: id,
    ruleIndex: ruleIds.indexOf(id),
    level: levels[severity],
    message: { text: printable(`${message}${repeat}`) },
    locations: physical || logical ? [{ ...physical, ...logical }] : [],
    partialFingerprints: { 'rugged/v1': fingerprint },
    properties: {
      id: finding.id,
      severity,
      confidence,
      remedy: printable(remedy),
      ...(where && { pointer: where.pointer }),
    },
  }
}

/** Section 3.4.3: a URI, relative to the checkout for relative paths. */
function artifactUri(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href
  const path = file.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '')
  // `encodeURI` raises an error at lone surrogates, and a colon in the first segment would make it a scheme (RFC 3986
  // section 4.2).
  const encoded = encodeURI(path.toWellFormed()).replace(/[#?]/g, encodeURIComponent)
  return encoded.replace(/^[^/]*/, segment => segment.replaceAll(':', '%3A'))
}

function pascalCase(id: string): string {
  return id
    .split(/[^a-z0-9]+/i)
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&')
}
