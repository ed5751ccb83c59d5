import { availableParallelism, cpus, loadavg } from 'node:os'
import type { CheckResult } from './check.ts'
import type { Contestant } from './contestants.ts'
import type { Placement } from './cores.ts'
import type { Turn } from './measure.ts'
import { median } from './statistics.ts'

/** All turns of one contestant, in the order of the rounds; or why there are none. */
export interface Line {
  readonly contestant: Contestant
  readonly turns: readonly Turn[]
  readonly broken: string | undefined
}

export interface Conditions {
  readonly rounds: number
  readonly seconds: number
  readonly connections: number
  readonly placement: Placement | undefined
}

export interface Figure {
  readonly name: string
  readonly title: string
  readonly broken?: string
  readonly requestsPerSecond?: { readonly median: number; readonly least: number; readonly most: number }
  /** Ours divided by theirs, the median over the rounds, each pair from the same round. */
  readonly ruggedTimesThroughput?: number
  readonly ruggedTimesProcessorTime?: number
  readonly microsecondsPerRequest?: number
  readonly p50Milliseconds?: number
  readonly p99Milliseconds?: number
  /** With one connection, over the naked API of the same round. */
  readonly addedMilliseconds?: number
  readonly residentMegabytes?: number
  readonly turns: readonly Turn[]
}

export function figures(lines: readonly Line[]): readonly Figure[] {
  const turnsOf = (name: string) => lines.find(({ contestant }) => contestant.name === name)?.turns ?? []
  const ours = turnsOf('rugged')
  const naked = turnsOf('naked')
  return lines.map(({ contestant: { name, title }, turns, broken }) => {
    if (broken !== undefined) return { name, title, broken, turns }
    const rates = turns.map(turn => turn.requestsPerSecond)
    const paired = (of: (mine: Turn, theirs: Turn) => number, mine: readonly Turn[], theirs: readonly Turn[]) =>
      median(mine.flatMap((turn, round) => (theirs[round] === undefined ? [] : [of(turn, theirs[round])])))
    const middle = (of: (turn: Turn) => number) => median(turns.map(of))
    return {
      name,
      title,
      requestsPerSecond: { median: median(rates), least: Math.min(...rates), most: Math.max(...rates) },
      ...(ours.length === 0
        ? {}
        : {
            ruggedTimesThroughput: paired((a, b) => a.requestsPerSecond / b.requestsPerSecond, ours, turns),
            ruggedTimesProcessorTime: paired(
              (a, b) => a.microsecondsPerRequest / b.microsecondsPerRequest,
              ours,
              turns,
            ),
          }),
      microsecondsPerRequest: middle(turn => turn.microsecondsPerRequest),
      p50Milliseconds: middle(turn => turn.p50),
      p99Milliseconds: middle(turn => turn.p99),
      addedMilliseconds: paired((a, b) => a.aloneP50 - b.aloneP50, turns, naked),
      residentMegabytes: middle(turn => turn.residentBytes) / 1_048_576,
      turns,
    }
  })
}

export function renderCheck(results: readonly CheckResult[]): string {
  const rows = results.map(({ name, right, asked, passed, invalid, brokenAnswer, failures }) => [
    name,
    `${right} of ${asked}`,
    `${invalid - passed.length} of ${invalid}`,
    brokenAnswer,
    failures.length === 0 ? 'yes' : 'NO',
  ])
  const head = [
    'checked first',
    'right answers',
    'invalid requests refused',
    'an invalid answer',
    'does what it claims',
  ]
  const notes = results.flatMap(({ name, failures }) => failures.map(failure => `${name}: ${failure}`))
  return [table([head, ...rows]), ...notes.map(note => `  ${note}`)].join('\n')
}

export function renderFigures(all: readonly Figure[], conditions: Conditions): string {
  const rows = all.map(figure => {
    const { name, requestsPerSecond: rate } = figure
    if (rate === undefined) return [name, 'broken', '', '', '', '', '', '', '', '']
    return [
      name,
      whole(rate.median),
      `${whole(rate.least)}–${whole(rate.most)}`,
      name === 'rugged' ? '' : times(figure.ruggedTimesThroughput),
      fixed(figure.microsecondsPerRequest, 1),
      name === 'rugged' ? '' : times(figure.ruggedTimesProcessorTime),
      fixed(figure.p50Milliseconds, 2),
      fixed(figure.p99Milliseconds, 2),
      name === 'naked' ? '' : fixed(figure.addedMilliseconds, 3),
      fixed(figure.residentMegabytes, 0),
    ]
  })
  const head = [
    '',
    'requests/s',
    'least–most',
    'rugged is',
    'CPU µs/request',
    'rugged uses',
    'p50 ms',
    'p99 ms',
    'added ms',
    'MB',
  ]
  const notes = all.flatMap(({ name, broken }) => (broken === undefined ? [] : [`${name} is broken: ${broken}`]))
  const wavering = all.filter(({ requestsPerSecond: rate }) => rate !== undefined && rate.most > 1.5 * rate.least)
  if (wavering.length > 0) {
    const names = wavering.map(({ name }) => name).join(', ')
    notes.push(
      `The machine was busy with other things: ${names} wavered by more than half. Run it again when it is quiet.`,
    )
  }
  const titles = all.map(({ name, title }) => [name, title])
  return [table([head, ...rows]), ...notes, '', table(titles), '', describe(conditions)].join('\n')
}

/** Everything that someone needs to judge the figures, or to repeat them. */
function describe({ rounds, seconds, connections, placement }: Conditions): string {
  const [first] = cpus()
  const cores = availableParallelism()
  const where =
    placement === undefined
      ? 'not pinned to cores'
      : `measured process on core ${placement.proxy}, API on core ${placement.upstream}, load on core ${placement.load}`
  return [
    `${rounds} rounds of ${seconds} s each, ${connections} connections, all contestants in turn; medians. Node ` +
      `${process.versions.node}, ${cores} cores (${first?.model.trim() ?? 'unknown'}), ${where}; system load now ` +
      `${loadavg()[0]?.toFixed(1)}.`,
    '"rugged is" compares throughput within the same round, "rugged uses" processor time of the measured process alone.',
    '"added ms" is the median latency at one connection, less that of the naked API in the same round.',
    'The machine is shared: load, API and contestant compete for it, and others may too. Trust ratios, not totals.',
  ].join('\n')
}

export function conditionsOf(conditions: Conditions): Readonly<Record<string, unknown>> {
  const { placement, ...rest } = conditions
  return {
    ...rest,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim(),
    pinned: placement ?? false,
    load: 'bench/harness/load.ts, closed loop, loopback',
  }
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  // The first column and columns of words read from the left, figures from the right.
  const words = rows.slice(1).every(row => row.slice(1).every(cell => !/^[\d.,]+$/.test(cell)))
  return rows
    .map(row =>
      row
        .map((cell, column) =>
          column === 0 || words ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function fixed(value: number | undefined, digits: number): string {
  return value === undefined || Number.isNaN(value) ? '' : value.toFixed(digits)
}

function times(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : `${value.toFixed(2)}×`
}
