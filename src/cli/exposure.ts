import { loadExposure } from '../app/contract-file.ts'
import { describeExposure, exposureJson } from '../app/exposure-table.ts'
import { type Column, renderTable } from '../report/table.ts'
import { usage } from './arguments.ts'
import type { Command } from './command.ts'
import { overlayOption } from './report-options.ts'
import { deliver } from './terminal.ts'

const columns: readonly Column[] = [
  { title: 'operation' },
  { title: 'who may call' },
  { title: 'objects in', most: 36 },
  { title: 'objects out', most: 24 },
  { title: 'sensitive out', most: 28 },
  { title: 'limits', most: 24 },
  { title: 'URLs in', most: 32 },
]

export const exposure: Command = {
  name: 'exposure',
  summary: 'Print the fact table of a contract: who may call, which objects, which fields, which limits.',
  usage: 'rugged exposure CONTRACT [options]',
  positionals: { name: 'CONTRACT', least: 1, most: 1 },
  options: {
    ...overlayOption,
    operation: { type: 'string', value: 'OPERATION', summary: 'one operation only: its id or "GET /path"' },
    format: { type: 'string', value: 'text|json', summary: 'text when absent' },
    output: { type: 'string', value: 'FILE', summary: 'write there instead of standard output' },
  },
  examples: [
    'rugged exposure openapi.yaml',
    'rugged exposure openapi.yaml --operation "POST /v1/orders" --format json',
  ],
  async run(given, terminal) {
    const format = given.text('format') ?? 'text'
    if (format !== 'text' && format !== 'json') throw usage(exposure, `--format is text or json, not "${format}".`)
    const api = await loadExposure(given.positionals[0] ?? '', given.list('overlay'))
    const wanted = given.text('operation')
    const rows = api.operations.filter(
      ({ operation }) => wanted === undefined || operation.id === wanted || operation.key === wanted,
    )
    if (rows.length === 0) throw usage(exposure, `The contract has no operation "${wanted ?? ''}".`)
    const text =
      format === 'json'
        ? `${JSON.stringify(exposureJson(rows), null, 2)}\n`
        : renderTable(columns, rows.map(describeExposure), {
            colour: given.text('output') === undefined && terminal.colour.out,
          })
    await deliver(text, given.text('output'), terminal)
    return 0
  },
}
