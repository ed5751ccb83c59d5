import { weakness } from '../risk/catalogue.ts'
import type { Finding } from '../risk/finding.ts'
import { type Severity, severities } from '../risk/weakness.ts'
import { printable } from './printable.ts'
import { inOrder, operationText, type Report, summarise } from './report.ts'

const commands: Readonly<Record<Severity, 'error' | 'warning' | 'notice'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
  info: 'notice',
}

/** Workflow commands that GitHub Actions shows as annotations beside the lines of the contract. */
export function renderGithub(report: Report): string {
  const { findings, notEvaluated } = inOrder(report)
  const summary = summarise(report)
  const counts = severities.filter(severity => summary.bySeverity[severity] > 0)
  const parts = counts.map(severity => `${summary.bySeverity[severity]} ${severity}`)
  const lines = [
    ...findings.map(annotation),
    ...notEvaluated.map(({ card, operation, notEvaluated: reason }) => {
      const at = operation === undefined ? '' : `${operationText(operation)}: `
      return `::notice title=${property(`Not evaluated (${card})`)}::${data(`${at}${reason}`)}`
    }),
    `rugged: ${findings.length === 0 ? 'nothing found' : `${findings.length} found (${parts.join(', ')})`}`,
  ]
  return lines.map(line => `${line}\n`).join('')
}

function annotation(finding: Finding): string {
  const { severity, where, operation, message, remedy, curl } = finding
  const title = `${severity}: ${weakness(finding.weakness).title} (${finding.risk})`
  const place = where === undefined ? '' : `file=${property(where.file)},line=${where.line},col=${where.column},`
  const at = operation === undefined ? '' : `${operationText(operation)}: `
  // Separate lines of an annotation are written %0A.
  const text = [`${at}${message}`, `Fix: ${remedy}`, ...(curl === undefined ? [] : [`Repeat: ${curl}`])]
    .map(data)
    .join('%0A')
  return `::${commands[severity]} ${place}title=${property(title)}::${text}`
}

/** The runner's own escapes; line breaks are visible text by then, so that no text can begin a command of its own. */
function data(text: string): string {
  return printable(text).replaceAll('%', '%25')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
