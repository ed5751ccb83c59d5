import { type Coverage, computeCoverage } from '../app/coverage.ts'
import { type Column, renderTable } from '../report/table.ts'
import { riskTitles } from '../risk/weakness.ts'
import { usage } from './arguments.ts'
import type { Command } from './command.ts'
import { deliver } from './terminal.ts'

const matrixColumns: readonly Column[] = [
  { title: 'risk' },
  { title: 'weakness' },
  { title: 'warned', align: 'right' },
  { title: 'proven', align: 'right' },
  { title: 'stopped', align: 'right' },
  { title: 'noticed', align: 'right' },
]
const requirementColumns: readonly Column[] = [
  { title: 'requirement' },
  { title: 'served by', most: 90 },
  { title: '' },
]

export const coverage: Command = {
  name: 'coverage',
  summary: 'Which weaknesses are warned of, proven, stopped and noticed, computed from the code.',
  usage: 'rugged coverage [options]',
  positionals: { name: 'ARGUMENT', least: 0, most: 0 },
  options: {
    requirements: { type: 'boolean', summary: 'list the 129 requirements too' },
    format: { type: 'string', value: 'text|json', summary: 'text when absent' },
    output: { type: 'string', value: 'FILE', summary: 'write there instead of standard output' },
  },
  examples: ['rugged coverage', 'rugged coverage --requirements --format json'],
  async run(given, terminal) {
    const format = given.text('format') ?? 'text'
    if (format !== 'text' && format !== 'json') throw usage(coverage, `--format is text or json, not "${format}".`)
    const matrix = computeCoverage()
    const text =
      format === 'json'
        ? `${JSON.stringify(matrix, null, 2)}\n`
        : coverageText(matrix, given.flag('requirements'), given.text('output') === undefined && terminal.colour.out)
    await deliver(text, given.text('output'), terminal)
    return 0
  },
}

function coverageText(matrix: Coverage, withRequirements: boolean, colour: boolean): string {
  const cell = (cards: readonly string[]) => (cards.length === 0 ? '·' : String(cards.length))
  const rows = matrix.weaknesses.map(({ id, risk, warned, proven, stopped, noticed }) => [
    risk,
    id,
    cell(warned),
    cell(proven),
    cell(stopped),
    cell(noticed),
  ])
  const answered = matrix.weaknesses.filter(entry =>
    [entry.warned, entry.proven, entry.stopped, entry.noticed].some(cards => cards.length > 0),
  )
  const served = matrix.requirements.filter(requirement => requirement.servedBy.length > 0)
  const byRisk = Object.keys(riskTitles).map(risk => {
    const all = matrix.requirements.filter(requirement => requirement.id.startsWith(`${risk}-`))
    return `${risk} ${all.filter(requirement => requirement.servedBy.length > 0).length}/${all.length}`
  })
  const lines = [
    renderTable(matrixColumns, rows, { colour }).trimEnd(),
    '',
    'A number is how many rules, probes, policies or detectors answer the weakness; · is an empty cell.',
    `Weaknesses with some answer: ${answered.length} of ${matrix.weaknesses.length}.`,
    `Requirements with a card and a test that fails without it: ${served.length} of ${matrix.requirements.length} (${byRisk.join(', ')}).`,
    '',
  ]
  if (withRequirements) {
    const list = matrix.requirements.map(({ id, servedBy, attestation }) => [
      id,
      servedBy.length > 0 ? servedBy.join(' ') : '·',
      attestation ? 'attestation' : '',
    ])
    lines.push(renderTable(requirementColumns, list, { colour }))
  }
  return lines.join('\n')
}
