import { type BreachRow, type Cell, cellsOf, keepRunning, rowFails, runBreach } from '../app/demo.ts'
import { readLab } from '../app/lab-case.ts'
import { renderTable, type Cell as TableCell } from '../report/table.ts'
import type { Command } from './command.ts'
import { stepProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

const columns = [
  'attack succeeds',
  'audit warned',
  'scan proved',
  'guard stopped',
  'honest use',
  'watch noticed',
] as const

export const demo: Command = {
  name: 'demo',
  summary: 'Show the whole job on live servers of this machine: real breaches, and what stops them.',
  usage: 'rugged demo [options]',
  positionals: { name: 'CASE', least: 0, most: 100 },
  options: {
    json: { type: 'boolean', summary: 'print the table as data' },
    keep: { type: 'boolean', summary: 'leave the broken APIs and their guards running until Ctrl-C' },
    explain: { type: 'boolean', summary: 'print what each cell rests on' },
  },
  examples: ['rugged demo', 'rugged demo --explain', 'rugged demo --json', 'rugged demo --keep'],
  async run(given, terminal) {
    const cases = await readLab(given.positionals)
    if (given.flag('keep')) return await keepRunning(cases, line => terminal.err(`${line}\n`), terminal.signal)
    const rows: BreachRow[] = []
    const progress = stepProgress(terminal)
    for (const [index, breach] of cases.entries()) {
      const row = await runBreach(
        breach,
        step => progress.show(`${index + 1}/${cases.length} ${breach.id}: ${step}`),
        terminal.signal,
      )
      rows.push(row)
    }
    progress.end()
    terminal.out(given.flag('json') ? asJson(rows) : asText(rows, given.flag('explain'), terminal))
    return rows.some(rowFails) ? 1 : 0
  },
}

function asJson(rows: readonly BreachRow[]): string {
  const breaches = rows.map(row => ({
    id: row.id,
    name: row.name,
    attackSucceeds: row.attackSucceeds.holds,
    auditWarned: row.auditWarned.holds,
    scanProved: row.scanProved.holds,
    guardStopped: row.guardStopped.holds,
    honestUse: row.honestUse.holds,
    watchNoticed: row.watchNoticed.holds,
    details: Object.fromEntries(cellsOf(row).map((cell, index) => [columns[index] ?? '', cell.detail])),
  }))
  return `${JSON.stringify({ breaches }, null, 2)}\n`
}

function asText(rows: readonly BreachRow[], explain: boolean, terminal: Terminal): string {
  const colour = terminal.colour.out
  const table = renderTable(
    ['breach', ...columns].map(title => ({ title })),
    rows.map(row => [row.id, ...cellsOf(row).map(shownCell)]),
    { colour },
  ).trimEnd()
  const failing = rows.flatMap(row => cellsOf(row).flatMap((cell, index) => explanation(row, cell, index, explain)))
  const closing = rows.some(rowFails)
    ? 'Some cells do not hold; the reasons stand above.'
    : 'Every cell was computed in this run, on live servers of this machine. What each rests on: rugged demo --explain'
  return [table, ...(failing.length > 0 ? ['', ...failing] : []), '', closing, ''].join('\n')
}

/** What a cell says when it holds; the honest word when it does not. */
function shownCell(cell: Cell, index: number): TableCell {
  if (cell.holds === null) return { text: 'not yet', style: 'faint' }
  if (!cell.holds) return { text: 'NO', style: 'bad' }
  return { text: ['yes', 'warned', 'proved', 'stopped', 'works', 'noticed'][index] ?? 'yes', style: 'good' }
}

function explanation(row: BreachRow, cell: Cell, index: number, explain: boolean): readonly string[] {
  if (!explain && cell.holds !== false) return []
  return [`${row.id} · ${columns[index] ?? ''} · ${cell.holds === false ? 'NO: ' : ''}${cell.detail}`]
}
