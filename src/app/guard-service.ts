import { Fault } from '../core/fault.ts'
import type { ApiExposure } from '../exposure/exposure.ts'
import type { Guard } from '../guard/gateway.ts'
import { policies } from '../guard/policies/index.ts'
import { printable } from '../report/printable.ts'
import { watchEvents } from '../watch/stream.ts'
import { type Configuration, emptyConfiguration, loadConfiguration } from './configuration.ts'
import { loadExposure } from './contract-file.ts'
import { type EventLog, openEventLog } from './event-log.ts'
import { guardWarnings } from './guard-warnings.ts'
import { openGuard, parseUpstream } from './run-guard.ts'

export interface GuardCommand {
  readonly contract: string | undefined
  readonly overlays: readonly string[]
  readonly upstream: string | undefined
  readonly listen: string | undefined
  readonly config: string | undefined
  readonly observe: boolean
  readonly events: string | undefined
  readonly quiet: boolean
}

/** Lines a second of refusals and notices that a person can still read; the events hold them all. */
const linesPerSecond = 10

/**
 * Runs a guard until it is told to stop, and says what it does. Reloads contract, overlays and policies on SIGHUP; a
 * broken version is reported and the old one stays.
 *
 * @param say prints one line for the operator
 */
export async function runGuardCommand(
  command: GuardCommand,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const configuration = await readConfiguration(command)
  const { contract, upstream } = required(configuration)
  const exposure = await loadExposure(contract, configuration.overlays)
  const target = parseUpstream(upstream)
  const log = configuration.events === undefined ? undefined : await openEventLog(configuration.events, say)
  const watch = watchEvents({ options: watchOptions(exposure) })
  // What a client sent can stand in these lines: it must not steer the operator's terminal.
  const print = command.quiet ? () => undefined : paced(line => say(printable(line)))
  for (const problem of exposure.contract.problems) {
    say(`contract: ${problem.where.file}:${problem.where.line}:${problem.where.column}: ${problem.message}`)
  }
  for (const warning of guardWarnings(exposure, configuration)) say(`warning: ${warning}`)
  let guard: Guard
  try {
    guard = await openGuard({
      exposure,
      upstream: target,
      configuration,
      ...(process.env['RUGGED_SECRET'] === undefined ? {} : { secret: process.env['RUGGED_SECRET'] }),
      onExplain: ({ id, card, mode, outcome, problem, log: why }) => {
        const done = outcome === 'reported' ? (mode === 'block' ? 'passed, reported' : 'would refuse') : outcome
        print(`${done} ${id} ${card}: ${problem}${why === '' ? '' : ` (${why})`}`)
      },
      onEvent: event => {
        log?.write(event)
        for (const finding of watch.observe(event))
          print(`watch ${finding.severity} ${finding.card}: ${finding.message}`)
      },
    })
  } catch (error) {
    await log?.close()
    throw error
  }
  say(`guard listening on ${guard.url}`)
  say(
    `guard before ${target.origin}: ${exposure.operations.length} operations, ${configuration.observe ? 'observing only' : 'blocking'}`,
  )
  const reload = () => void reloadGuard(command, guard, say)
  process.on('SIGHUP', reload)
  await aborted(signal)
  process.off('SIGHUP', reload)
  await stop(guard, log, say)
  return 0
}

/** Objects that are legitimately handed to others are nobody's secret: watch leaves their types out. */
export function watchOptions(exposure: ApiExposure): Readonly<Record<string, unknown>> {
  const shared = [...exposure.objects.types.values()].filter(type => type.shared).map(type => type.name)
  return shared.length === 0 ? {} : { 'foreign-object-id': { exceptTypes: shared } }
}

async function readConfiguration(command: GuardCommand): Promise<Configuration> {
  const vocabulary = { policies: policies.map(policy => policy.id) }
  const file =
    command.config === undefined ? emptyConfiguration : await loadConfiguration(command.config, vocabulary, process.env)
  return {
    ...file,
    listen: command.listen ?? file.listen ?? '127.0.0.1:8080',
    observe: command.observe || file.observe,
    overlays: command.overlays.length > 0 ? command.overlays : file.overlays,
    ...(command.contract === undefined ? {} : { contract: command.contract }),
    ...(command.upstream === undefined ? {} : { upstream: command.upstream }),
    ...(command.events === undefined ? {} : { events: command.events }),
  }
}

function required(configuration: Configuration): { readonly contract: string; readonly upstream: string } {
  const { contract, upstream } = configuration
  if (contract === undefined) throw new Fault('usage', 'The guard needs a contract.', { hint: 'Add --contract FILE.' })
  if (upstream === undefined) throw new Fault('usage', 'The guard needs an upstream.', { hint: 'Add --upstream URL.' })
  return { contract, upstream }
}

async function reloadGuard(command: GuardCommand, guard: Guard, say: (line: string) => void): Promise<void> {
  try {
    const configuration = await readConfiguration(command)
    const exposure = await loadExposure(required(configuration).contract, configuration.overlays)
    const { policies: settings, operations, observe } = configuration
    guard.reload(exposure, { policies: settings, operations, observe })
    say(`guard reloaded: ${exposure.operations.length} operations`)
  } catch (error) {
    const why = error instanceof Fault ? error.toLine() : String(error)
    say(`guard not reloaded, the version before stays in force: ${why}`)
  }
}

async function stop(guard: Guard, log: EventLog | undefined, say: (line: string) => void): Promise<void> {
  say('guard stopping: requests under way may finish')
  await guard.close()
  await log?.close()
  say('guard stopped')
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** An attack must not drown the operator: lines over the pace are counted and summed up. */
function paced(say: (line: string) => void): (line: string) => void {
  let second = 0
  let count = 0
  return line => {
    const now = Math.floor(Date.now() / 1_000)
    if (now !== second) {
      if (count > linesPerSecond) say(`and ${count - linesPerSecond} more like these; --events FILE keeps all of them`)
      second = now
      count = 0
    }
    count++
    if (count <= linesPerSecond) say(line)
  }
}
