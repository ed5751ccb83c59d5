import { Fault } from '../src/core/fault.ts'
import { type CheckResult, check } from './harness/check.ts'
import { contestants } from './harness/contestants.ts'
import { type Placement, placeOnCores } from './harness/cores.ts'
import { installPeers } from './harness/install.ts'
import { type LoadWorker, type Seat, seat, startLoad, type Turn, takeTurn, warmUp } from './harness/measure.ts'
import { type BenchOptions, parseOptions, usage } from './harness/options.ts'
import { conditionsOf, figures, type Line, renderCheck, renderFigures } from './harness/report.ts'

/** The guard beside its peers: throughput, processor time, latency. See bench/README.md for how to read it. */

interface Stoppable {
  stop(): Promise<void>
}

const ended = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => ended.abort())
const workers: Stoppable[] = []
const keep = (worker: Stoppable) => void workers.push(worker)
const progress = (line: string) => void process.stderr.write(`${line}\n`)

async function run(options: BenchOptions, signal: AbortSignal): Promise<number> {
  await installPeers(signal, progress)
  const placement = options.pin ? placeOnCores() : undefined
  progress(`Starting ${options.contestants.map(({ name }) => name).join(', ')} …`)
  const seats = await startAll(options, placement)
  const load = await startLoad(placement, keep)
  const checks: CheckResult[] = []
  for (const { contestant, port } of seats) checks.push(await check(contestant, port, signal))
  if (!options.json) process.stdout.write(`${renderCheck(checks)}\n\n`)

  const lines = await playRounds(options, load, seats, checks)
  const all = figures(lines)
  const conditions = { ...options, placement }
  const { rounds, seconds, connections } = options
  if (options.json) {
    const data = { conditions: conditionsOf({ rounds, seconds, connections, placement }), checks, figures: all }
    process.stdout.write(`${JSON.stringify(data, null, 2)}\n`)
  } else {
    process.stdout.write(`${renderFigures(all, conditions)}\n`)
  }
  return all.some(({ broken }) => broken !== undefined) ? 1 : 0
}

async function startAll(options: BenchOptions, placement: Placement | undefined): Promise<readonly Seat[]> {
  const [naked] = contestants
  if (naked === undefined) throw new Error('There is no API to stand in front of.')
  const api = await seat(naked, undefined, placement?.upstream, keep)
  const seats: Seat[] = []
  for (const contestant of options.contestants) {
    seats.push(await seat(contestant, `http://127.0.0.1:${api.port}`, placement?.proxy, keep))
  }
  return seats
}

async function playRounds(
  { rounds, seconds, connections }: BenchOptions,
  load: LoadWorker,
  seats: readonly Seat[],
  checks: readonly CheckResult[],
): Promise<readonly Line[]> {
  const turns = new Map<string, Turn[]>(seats.map(({ contestant }) => [contestant.name, []]))
  const broken = new Map<string, string>()
  for (const { name, failures } of checks) {
    if (failures[0] !== undefined) broken.set(name, failures[0])
  }
  const plan = { length: seconds * 1_000, connections }
  progress('Warming up …')
  for (const entry of seats) {
    const { name } = entry.contestant
    const why = broken.has(name) ? undefined : await warmUp(load, entry, plan)
    if (why !== undefined) broken.set(name, why)
  }
  for (let round = 0; round < rounds; round++) {
    progress(`Round ${round + 1} of ${rounds} …`)
    // Each round begins with another contestant, so that nobody always follows the same one.
    const order = seats.map((_, index) => seats[(index + round) % seats.length]).filter(entry => entry !== undefined)
    for (const entry of order) {
      const { name } = entry.contestant
      if (broken.has(name)) continue
      const turn = await takeTurn(load, entry, plan)
      if (typeof turn === 'string') broken.set(name, turn)
      else turns.get(name)?.push(turn)
    }
  }
  return seats.map(({ contestant }) => {
    return { contestant, turns: turns.get(contestant.name) ?? [], broken: broken.get(contestant.name) }
  })
}

/** The exit status: 0 when every contestant was measured, 1 when one is broken, else as `Fault` says. */
async function main(): Promise<number> {
  try {
    const options = parseOptions(process.argv.slice(2))
    if (options === 'help') {
      process.stdout.write(usage)
      return 0
    }
    const interrupted = new Promise<never>((_, reject) => {
      ended.signal.addEventListener('abort', () => reject(new Fault('incomplete', 'The bench was stopped.')))
    })
    return await Promise.race([run(options, ended.signal), interrupted])
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    progress(error.toLine())
    return ended.signal.aborted ? 130 : error.exitStatus
  } finally {
    await Promise.all(workers.map(worker => worker.stop()))
  }
}

process.exit(await main())
