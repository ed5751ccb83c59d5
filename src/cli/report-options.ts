import { productVersion } from '../app/version.ts'
import { formats, isFormat, render } from '../report/format.ts'
import type { Finding, NotEvaluatedEntry } from '../risk/finding.ts'
import { atLeast, severities } from '../risk/weakness.ts'
import { usage } from './arguments.ts'
import type { Arguments, Command, OptionSpec } from './command.ts'
import { sourceLines } from './source-lines.ts'
import { deliver, type Terminal } from './terminal.ts'

export const overlayOption: Readonly<Record<string, OptionSpec>> = {
  overlay: { type: 'string', value: 'FILE', multiple: true, summary: 'an OpenAPI Overlay with security facts' },
}

/** What every command that reports findings understands. */
export const reportOptions: Readonly<Record<string, OptionSpec>> = {
  format: { type: 'string', value: formats.join('|'), summary: 'text when absent' },
  output: { type: 'string', value: 'FILE', summary: 'write there instead of standard output' },
  'fail-on': {
    type: 'string',
    value: severities.join('|'),
    summary: 'exit with 1 from this severity on; medium when absent',
  },
}

export interface Findings {
  readonly command: string
  readonly findings: readonly Finding[]
  readonly notEvaluated: readonly NotEvaluatedEntry[]
}

/** Writes findings in the form that was asked for, and gives the exit status. */
export async function printReport(
  command: Pick<Command, 'name'>,
  given: Arguments,
  result: Findings,
  terminal: Terminal,
): Promise<number> {
  const format = given.text('format') ?? 'text'
  if (!isFormat(format)) throw usage(command, `--format is one of ${formats.join(', ')}, not "${format}".`)
  const threshold = given.text('fail-on') ?? 'medium'
  const severity = severities.find(candidate => candidate === threshold)
  if (severity === undefined) throw usage(command, `--fail-on is one of ${severities.join(', ')}, not "${threshold}".`)
  const output = given.text('output')
  const text = render(
    format,
    {
      version: productVersion,
      command: result.command,
      findings: result.findings,
      notEvaluated: result.notEvaluated,
    },
    { colour: output === undefined && terminal.colour.out, width: terminal.width, lineOf: sourceLines() },
  )
  await deliver(text, output, terminal)
  return result.findings.some(finding => atLeast(finding.severity, severity)) ? 1 : 0
}
