import type { Terminal } from './terminal.ts'

export interface OptionSpec {
  readonly type: 'string' | 'boolean'
  /** May be given several times; then its value is a list. */
  readonly multiple?: boolean
  /** What stands for the value in the help: `FILE`. */
  readonly value?: string
  readonly summary: string
}

export interface PositionalSpec {
  readonly name: string
  readonly least: number
  readonly most: number
}

/** What a command was called with, after every name was checked against the command's own list. */
export interface Arguments {
  readonly positionals: readonly string[]
  text(option: string): string | undefined
  list(option: string): readonly string[]
  flag(option: string): boolean
}

/** One file per command: it reads arguments, calls app, prints. */
export interface Command {
  readonly name: string
  readonly summary: string
  readonly usage: string
  readonly positionals: PositionalSpec
  readonly options: Readonly<Record<string, OptionSpec>>
  /** Lines that a user can copy. */
  readonly examples: readonly string[]
  /** Gives the exit status: 0 nothing at or above the threshold, 1 findings, 2 usage, 3 could not complete. */
  run(given: Arguments, terminal: Terminal): Promise<number>
}
