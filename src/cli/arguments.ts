import { parseArgs } from 'node:util'
import { Fault } from '../core/fault.ts'
import { nearest } from '../core/nearest.ts'
import type { Arguments, Command, OptionSpec } from './command.ts'

/** Every command understands these. */
export const commonOptions: Readonly<Record<string, OptionSpec>> = {
  help: { type: 'boolean', summary: 'show this help' },
}

/**
 * Reads a command's arguments and refuses what it does not know, with the nearest name that it does.
 * @throws Fault `usage`
 */
export function readArguments(command: Command, argv: readonly string[]): Arguments {
  const options = { ...commonOptions, ...command.options }
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple }]) => [name, { type, multiple: multiple === true }]),
  )
  // Not strict: Node's own messages name its API; ours name the way out.
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: { ...config, help: { type: 'boolean', short: 'h', multiple: false } },
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const spec = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (spec === undefined) throw unknownOption(command, token.rawName, Object.keys(options))
    if (spec.type === 'string' && (token.value === undefined || token.value === '')) {
      throw usage(command, `--${token.name} needs a value: --${token.name} ${spec.value ?? 'VALUE'}.`)
    }
    if (spec.type === 'boolean' && token.value !== undefined) {
      throw usage(command, `--${token.name} takes no value.`)
    }
    const repeated = tokens.filter(other => other.kind === 'option' && other.name === token.name).length > 1
    if (repeated && spec.type === 'string' && spec.multiple !== true) {
      throw usage(command, `--${token.name} is given more than once.`)
    }
  }
  const help = values['help'] === true
  if (!help) checkPositionals(command, positionals)
  return {
    positionals,
    text: option => asText(values[option]),
    list: option => asList(values[option]),
    flag: option => values[option] === true,
  }
}

function checkPositionals(command: Command, positionals: readonly string[]): void {
  const { name, least, most } = command.positionals
  if (positionals.length < least) throw usage(command, `${name} is missing.`)
  if (positionals.length > most) throw usage(command, `"${positionals[most]}" is one argument too many.`)
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function asList(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}

function unknownOption(command: Command, rawName: string, known: readonly string[]): Fault {
  const meant = nearest(rawName.replace(/^-+/, ''), known)
  const hint = meant === undefined ? '' : ` Did you mean --${meant}?`
  return usage(command, `${rawName} is not an option of rugged ${command.name}.${hint}`)
}

/** A usage fault that ends with how to see the command's help. */
export function usage(command: Pick<Command, 'name'>, message: string): Fault {
  return new Fault('usage', message, { hint: `See: rugged ${command.name} --help` })
}

/** A whole number within bounds, or a Fault that says what was expected. */
export function wholeNumber(
  command: Pick<Command, 'name'>,
  option: string,
  text: string | undefined,
  bounds: { readonly least: number; readonly most: number },
): number | undefined {
  if (text === undefined) return undefined
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= bounds.least && value <= bounds.most)) {
    throw usage(command, `--${option} takes a whole number from ${bounds.least} to ${bounds.most}, not "${text}".`)
  }
  return value
}

/** Milliseconds of `120s`, `2m`, `500ms` or a bare number of seconds. */
export function duration(command: Pick<Command, 'name'>, option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const match = /^(\d{1,9})(ms|s|m|h)?$/.exec(text)
  if (match === null || Number(match[1]) === 0) {
    throw usage(command, `--${option} takes a time such as 90s or 2m, not "${text}".`)
  }
  const unit = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[match[2] ?? 's'] ?? 1_000
  return Number(match[1]) * unit
}
