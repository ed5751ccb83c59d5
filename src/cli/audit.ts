import { runAudit } from '../app/run-audit.ts'
import type { Command } from './command.ts'
import { overlayOption, printReport, reportOptions } from './report-options.ts'

export const audit: Command = {
  name: 'audit',
  summary: 'Warn of what a contract allows, before a line of code is written.',
  usage: 'rugged audit CONTRACT… [options]',
  positionals: { name: 'CONTRACT', least: 1, most: 1_000 },
  options: { ...overlayOption, ...reportOptions },
  examples: [
    'rugged audit openapi.yaml',
    'rugged audit openapi.yaml --overlay rugged.overlay.yaml --fail-on high',
    'rugged audit openapi.yaml --format sarif --output audit.sarif',
  ],
  async run(given, terminal) {
    const result = await runAudit({ contracts: given.positionals, overlays: given.list('overlay') })
    return await printReport(audit, given, { command: 'audit', ...result }, terminal)
  },
}
