import { commonOptions } from './arguments.ts'
import type { Command } from './command.ts'

/** The page of `rugged --help`. */
export function overview(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map(command => command.name.length))
  const lines = commands.map(command => `  ${command.name.padEnd(width)}  ${command.summary}`)
  return [
    `rugged ${version}: makes APIs rugged, from their OpenAPI contract`,
    '',
    'Usage: rugged COMMAND [options]',
    '',
    ...lines,
    '',
    'Help of one command: rugged COMMAND --help',
    'Start here:          rugged audit openapi.yaml',
    '',
  ].join('\n')
}

/** The page of `rugged COMMAND --help`. */
export function page(command: Command): string {
  const options = Object.entries({ ...command.options, ...commonOptions }).map(([name, spec]) => {
    const left = spec.type === 'string' ? `--${name} ${spec.value ?? 'VALUE'}` : `--${name}`
    return [left, spec.multiple === true ? `${spec.summary} (repeatable)` : spec.summary] as const
  })
  const width = Math.max(...options.map(([left]) => left.length))
  return [
    command.summary,
    '',
    `Usage: ${command.usage}`,
    '',
    'Options:',
    ...options.map(([left, summary]) => `  ${left.padEnd(width)}  ${summary}`),
    '',
    'Examples:',
    ...command.examples.map(example => `  ${example}`),
    '',
  ].join('\n')
}
