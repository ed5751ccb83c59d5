import { parseArgs } from 'node:util'
import { Fault } from '../../src/core/fault.ts'
import { nearest } from '../../src/core/nearest.ts'
import { type Contestant, contestants } from './contestants.ts'

export interface BenchOptions {
  readonly rounds: number
  readonly seconds: number
  readonly connections: number
  readonly json: boolean
  readonly pin: boolean
  readonly contestants: readonly Contestant[]
}

export const usage = `npm run bench -- [options]

  --rounds N        measured rounds, all contestants take turns in each (default 5)
  --seconds N       length of one contestant's turn (default 3)
  --connections N   connections kept open, each with one request under way (default 64)
  --only a,b        these contestants and the naked API alone
  --no-pin          leave it to the system which process runs on which core
  --json            data on standard output in place of the table
`

/** @throws Fault `usage` */
export function parseOptions(args: readonly string[]): BenchOptions | 'help' {
  const values = read(args)
  if (values.help === true) return 'help'
  return {
    rounds: Math.round(within('--rounds', values.rounds, 5, 1, 100)),
    seconds: within('--seconds', values.seconds, 3, 0.2, 60),
    connections: Math.round(within('--connections', values.connections, 64, 1, 1_000)),
    json: values.json === true,
    pin: values['no-pin'] !== true,
    contestants: chosen(values.only),
  }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        connections: { type: 'string' },
        only: { type: 'string' },
        'no-pin': { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (cause) {
    const [sentence = ''] = cause instanceof Error ? cause.message.split('. ') : []
    throw new Fault('usage', `${sentence.replace(/\.$/, '')}.`, { hint: 'See npm run bench -- --help.', cause })
  }
}

function within(flag: string, text: string | undefined, usual: number, least: number, most: number): number {
  if (text === undefined) return usual
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value >= least && value <= most) return value
  throw new Fault('usage', `${flag} takes a number from ${least} to ${most}, not "${text}".`)
}

function chosen(only: string | undefined): readonly Contestant[] {
  if (only === undefined) return contestants
  const names = contestants.map(({ name }) => name)
  const wanted = only.split(',').map(name => name.trim())
  for (const name of wanted) {
    if (names.includes(name)) continue
    const near = nearest(name, names)
    const hint = near === undefined ? `Known: ${names.join(', ')}.` : `Did you mean "${near}"?`
    throw new Fault('usage', `The bench has no contestant "${name}".`, { hint })
  }
  // The naked API is what latency is added to, so it always takes part.
  return contestants.filter(({ name }) => name === 'naked' || wanted.includes(name))
}
