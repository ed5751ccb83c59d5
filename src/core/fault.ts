/**
 * Everything that can go wrong for a reason that a user can act on. The list is closed, so that a script, a page of
 * the documentation and an exit status can rely on it.
 */
export const faultCodes = {
  usage: { exit: 2, title: 'The command line is not understood' },
  configuration: { exit: 2, title: 'The configuration is not valid' },
  'file-unreadable': { exit: 2, title: 'A file cannot be read' },
  'file-unwritable': { exit: 2, title: 'A file cannot be written' },
  'contract-malformed': { exit: 2, title: 'The contract is not well-formed JSON or YAML' },
  'contract-unsupported': { exit: 2, title: 'The document is not a supported OpenAPI contract' },
  'contract-invalid': { exit: 2, title: 'The contract breaks the OpenAPI specification' },
  'overlay-invalid': { exit: 2, title: 'The overlay cannot be applied' },
  'extension-invalid': { exit: 2, title: 'An x-rugged entry is not understood' },
  'port-unavailable': { exit: 2, title: 'The address to listen on is not available' },
  'repository-only': { exit: 2, title: 'This command needs a checkout of the repository' },
  'upstream-unreachable': { exit: 3, title: 'The API does not answer' },
  incomplete: { exit: 3, title: 'The work could not be completed' },
} as const

export type FaultCode = keyof typeof faultCodes

/** Where in a file a fault lies; line and column count from 1. */
export interface FaultPlace {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

export interface FaultOptions {
  /** The way out, as a sentence that tells the reader what to do next. */
  readonly hint?: string
  readonly place?: FaultPlace
  readonly cause?: unknown
}

/**
 * An end that a user can understand: what happened, where, and the way out. Verdicts and findings are values; a Fault
 * is thrown only where work cannot go on.
 *
 * @example throw new Fault('port-unavailable', 'Port 8080 is in use.', { hint: 'Choose another with --listen.' })
 */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  readonly hint: string | undefined
  readonly place: FaultPlace | undefined

  constructor(code: FaultCode, message: string, options: FaultOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.place = options.place
  }

  /** The exit status of `design/vocabulary`: 2 usage or configuration, 3 could not complete. */
  get exitStatus(): number {
    return faultCodes[this.code].exit
  }

  /** One line for a person: place, message, way out; never a stack. */
  toLine(): string {
    const place = this.place === undefined ? '' : `${formatPlace(this.place)}: `
    const hint = this.hint === undefined ? '' : ` ${this.hint}`
    return `${place}${this.message}${hint}`
  }
}

/** `file:line:column`, with only the parts that are known. */
export function formatPlace(place: FaultPlace): string {
  if (place.line === undefined) return place.file
  if (place.column === undefined) return `${place.file}:${place.line}`
  return `${place.file}:${place.line}:${place.column}`
}
