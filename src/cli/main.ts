import { productVersion } from '../app/version.ts'
import { Fault } from '../core/fault.ts'
import { nearest } from '../core/nearest.ts'
import { printable } from '../report/printable.ts'
import { readArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { overview, page } from './help.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/**
 * Runs one command line and gives its exit status. Whatever happens, a user sees a sentence and never a stack; with
 * RUGGED_DEBUG=1 the stack follows for a bug report.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const ended = new AbortController()
  const stop = () => {
    // The first Ctrl-C lets servers finish what they answer; a second one means it.
    if (ended.signal.aborted) process.exit(130)
    ended.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const terminal = processTerminal(ended.signal)
  try {
    return await dispatch(argv, terminal)
  } catch (error) {
    return report(error, terminal)
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}

async function dispatch(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const about = name === 'help' ? commands.find(command => command.name === rest[0]) : undefined
    const text = about === undefined ? overview(commands, productVersion) : page(about)
    if (name === undefined) terminal.err(text)
    else terminal.out(text)
    return name === undefined ? 2 : 0
  }
  if (name === '--version' || name === '-v' || name === 'version') {
    terminal.out(`${productVersion}\n`)
    return 0
  }
  const command = commands.find(candidate => candidate.name === name)
  if (command === undefined) throw unknownCommand(name, commands)
  const given = readArguments(command, rest)
  if (given.flag('help')) {
    terminal.out(page(command))
    return 0
  }
  return await command.run(given, terminal)
}

function unknownCommand(name: string, known: readonly Command[]): Fault {
  const meant = nearest(
    name,
    known.map(command => command.name),
  )
  const suggestion = meant === undefined ? '' : ` Did you mean "${meant}"?`
  return new Fault('usage', `"${printable(name)}" is not a command of rugged.${suggestion}`, {
    hint: 'See: rugged --help',
  })
}

function report(error: unknown, terminal: Terminal): number {
  if (terminal.signal.aborted && error === terminal.signal.reason) {
    terminal.err('Stopped.\n')
    return 130
  }
  if (error instanceof Fault) {
    terminal.err(`rugged: ${printable(error.toLine())}\n`)
    debugStack(error, terminal)
    return error.exitStatus
  }
  const message = error instanceof Error ? error.message : String(error)
  terminal.err(
    `rugged: this should not have happened: ${printable(message)}. Please report it; RUGGED_DEBUG=1 shows where.\n`,
  )
  debugStack(error, terminal)
  return 3
}

function debugStack(error: unknown, terminal: Terminal): void {
  if (process.env['RUGGED_DEBUG'] === '1' && error instanceof Error) terminal.err(`${error.stack}\n`)
}
