import { weakness } from '../risk/catalogue.ts'
import type { Finding, Place } from '../risk/finding.ts'
import { severities } from '../risk/weakness.ts'
import { printable } from './printable.ts'
import { inOrder, operationText, type Report, summarise } from './report.ts'
import { type Paint, painter } from './style.ts'
import { clip, displayWidth, padTo, wrap } from './width.ts'

export interface TextOptions {
  readonly colour?: boolean
  /** Columns of the terminal; kept between 80 and 120. */
  readonly width?: number
  /** Gives a line of a file, counted from 1, so that findings show what stands there. */
  readonly lineOf?: (file: string, line: number) => string | undefined
  /** The last line; a hint at the JSON output when absent. */
  readonly hint?: string
}

const indent = ' '.repeat(10)

interface Layout {
  readonly paint: Paint
  readonly width: number
  readonly lineOf: TextOptions['lineOf']
}

/** Findings for people: worst first, those of one card and weakness together, each with its place and the way out. */
export function renderText(report: Report, options: TextOptions = {}): string {
  const width = Math.min(120, Math.max(80, options.width ?? 100))
  const layout: Layout = { paint: painter(options.colour === true), width, lineOf: options.lineOf }
  const { findings, notEvaluated } = inOrder(report)
  const lines = [
    ...groups(findings).flatMap(group => [...groupLines(group, layout), '']),
    ...notEvaluatedLines(notEvaluated, layout),
    ...summaryLines(report, layout),
  ]
  const hint =
    options.hint ?? (findings.length > 0 ? 'The same as data: --format json, sarif, junit, html or github.' : undefined)
  if (hint !== undefined) lines.push(...wrap(printable(hint), width).map(line => layout.paint('faint', line)))
  return lines.map(line => `${line}\n`).join('')
}

/** Neighbours of one severity, card, weakness and remedy; the findings are in order already. */
function groups(findings: readonly Finding[]): readonly (readonly [Finding, ...Finding[]])[] {
  const found: [Finding, ...Finding[]][] = []
  for (const finding of findings) {
    const group = found.at(-1)
    const same = (['severity', 'card', 'weakness', 'remedy'] as const).every(key => group?.[0][key] === finding[key])
    if (group !== undefined && same) group.push(finding)
    else found.push([finding])
  }
  return found
}

function groupLines(group: readonly [Finding, ...Finding[]], layout: Layout): readonly string[] {
  const [first] = group
  const { paint, width } = layout
  const title = weakness(first.weakness).title
  const source = printable(`${first.risk} ${first.card}`)
  const count = group.length > 1 ? ` (${group.length})` : ''
  const head = `${title}${count}`
  const room = width - indent.length - displayWidth(source) - 2
  const severity = paint(first.severity, padTo(first.severity, indent.length))
  const heading =
    displayWidth(head) <= room
      ? [`${severity}${paint('strong', padTo(head, room))}  ${paint('faint', source)}`]
      : [`${severity}${paint('strong', head)}`, `${indent}${paint('faint', source)}`]
  return [
    ...heading,
    ...group.flatMap((finding, index) => [...(index > 0 ? [''] : []), ...findingLines(finding, layout)]),
    ...labelled('fix', first.remedy, layout),
  ]
}

function findingLines(finding: Finding, layout: Layout): readonly string[] {
  const { paint, width } = layout
  const lines: string[] = []
  if (finding.operation !== undefined) {
    const operation = wrap(printable(operationText(finding.operation)), width - indent.length)
    lines.push(...operation.map(line => `${indent}${paint('strong', line)}`))
  }
  if (finding.where !== undefined) lines.push(...placeLines(finding.where, layout))
  lines.push(...wrap(printable(finding.message), width - indent.length).map(line => indent + line))
  if (finding.confidence === 'tentative')
    lines.push(`${indent}${paint('faint', 'A guess from names or circumstances: look before you act.')}`)
  // A command is not wrapped: it must survive being copied.
  if (finding.curl !== undefined) lines.push(`${padTo('  repeat', indent.length)}${printable(finding.curl)}`)
  return lines
}

function placeLines(where: Place, { paint, width, lineOf }: Layout): readonly string[] {
  const place = `${where.file}:${where.line}:${where.column}`
  const lines = [`${indent}${paint('faint', printable(place))}`]
  const code = lineOf?.(where.file, where.line)
  if (code === undefined) return lines
  const margin = `${where.line} | `
  const room = width - indent.length - margin.length
  // A long line is shown from a little before the column, so that the mark is always in sight.
  const skipped = where.column > room - 8 ? where.column - 9 : 0
  const shown = code.slice(skipped, skipped + 2 * width)
  const before = visibleCode(shown.slice(0, Math.max(0, where.column - 1 - skipped)))
  const start = clip(before + visibleCode(shown.slice(Math.max(0, where.column - 1 - skipped))), room).trimEnd()
  return [
    ...lines,
    `${indent}${paint('faint', margin)}${start}`,
    `${indent}${paint('faint', `${' '.repeat(margin.length - 2)}| `)}${' '.repeat(displayWidth(before))}${paint('bad', '^')}`,
  ]
}

function visibleCode(code: string): string {
  return printable(code.replaceAll('\t', '  '))
}

function labelled(label: string, text: string, { paint, width }: Layout): readonly string[] {
  return wrap(printable(text), width - indent.length).map((line, index) => {
    const before = index === 0 ? padTo(`  ${label}`, indent.length) : indent
    return `${index === 0 ? paint('good', before) : before}${line}`
  })
}

function notEvaluatedLines(entries: Report['notEvaluated'], { paint, width }: Layout): readonly string[] {
  if (entries.length === 0) return []
  const lines = entries.flatMap(({ card, operation, notEvaluated }) => {
    const at = operation === undefined ? '' : `${operationText(operation)}: `
    return wrap(printable(`${at}${notEvaluated} (${card})`), width - 2).map((line, index) =>
      index === 0 ? `- ${line}` : `  ${line}`,
    )
  })
  return [paint('unsure', `Not evaluated (${entries.length})`), ...lines, '']
}

function summaryLines(report: Report, { paint }: Layout): readonly string[] {
  const summary = summarise(report)
  const missing = summary.notEvaluated === 0 ? '' : ` ${summary.notEvaluated} could not be evaluated.`
  if (summary.findings === 0) return [paint(missing === '' ? 'good' : 'unsure', `Nothing found.${missing}`)]
  const parts = severities.flatMap(severity => {
    const count = summary.bySeverity[severity]
    return count === 0 ? [] : [paint(severity, `${count} ${severity}`)]
  })
  const noun = summary.findings === 1 ? 'finding' : 'findings'
  return [`${paint('strong', `${summary.findings} ${noun}`)}: ${parts.join(', ')}.${missing}`]
}
