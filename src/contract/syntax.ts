import { type Event, parseEvents, YAMLException } from 'js-yaml'
import { Fault } from '../core/fault.ts'
import { lineStarts, type Source } from './position.ts'

/** How deep a document may nest. Real contracts stay below 60; the limit keeps every later recursion off the stack's end. */
export const deepest = 500

/** How many values a file may hold, roughly. GitHub's contract has 0.9 million by this count, 3.3 with references copied in. */
const mostSeparators = 8_000_000

/**
 * The parse events of JSON or YAML text. Memory is bounded beforehand, since the parser keeps all events.
 *
 * @throws Fault `contract-malformed` with line and column
 */
export function parseSyntax(source: Source): readonly Event[] {
  if (countSeparators(source.text) > mostSeparators) {
    throw syntaxFault(
      source,
      'The file holds too many values.',
      'Leave out examples, or keep references as references.',
    )
  }
  try {
    // The parser counts the scalar inside as a level of its own.
    return parseEvents(source.text, { filename: source.file, maxDepth: deepest + 1 })
  } catch (cause) {
    const reason = cause instanceof YAMLException ? cause.reason : 'not readable'
    const offset = cause instanceof YAMLException ? cause.mark?.position : undefined
    const { message, hint } = explain(source, reason, offset)
    throw syntaxFault(source, message, hint, offset, cause)
  }
}

/** A fault at an offset of one file. */
export function syntaxFault(source: Source, message: string, hint: string, offset?: number, cause?: unknown): Fault {
  const { file, text } = source
  const because = cause === undefined ? {} : { cause }
  if (offset === undefined) return new Fault('contract-malformed', message, { place: { file }, hint, ...because })
  const starts = lineStarts(text.slice(0, offset))
  const place = { file, line: starts.length, column: offset - (starts.at(-1) ?? 0) + 1 }
  return new Fault('contract-malformed', message, { place, hint, ...because })
}

/** What a document that nests too deep is told, however it does so. */
export const nestedTooDeep = {
  message: `The document nests deeper than ${deepest} levels.`,
  hint: 'Move inner schemas to components and refer to them with $ref.',
} as const

const hints: readonly (readonly [RegExp, string])[] = [
  [/tab characters/, 'Indent with spaces: YAML does not allow tabs there.'],
  [
    /^bad indentation|^deficient indentation/,
    'Line it up with the lines above; look for a missing quote or colon before it.',
  ],
  [/^unexpected end of the/, 'The file ends too early: look for a missing quote or bracket, or fetch it again.'],
  [/^missed comma/, 'Put a comma between the two entries.'],
  [/^undeclared tag|tag/, 'Write the value itself; files are not included by tags.'],
  [/non-printable|JSON character/, 'Remove the control character, or write it as an escape in double quotes.'],
  [/implicit key|after a mapping key/, "A line of an object is 'key: value'; put text with a colon in quotes."],
]

function explain(source: Source, reason: string, offset: number | undefined): { message: string; hint: string } {
  if (reason.startsWith('nesting exceeded')) return nestedTooDeep
  const hint =
    hints.find(([pattern]) => pattern.test(reason))?.[1] ?? 'Check this place with an editor for JSON or YAML.'
  // A tab as indentation is reported in many words; the place tells.
  const lineStart = source.text.lastIndexOf('\n', (offset ?? 0) - 1) + 1
  const tab = offset !== undefined && /^ *\t/.test(source.text.slice(lineStart, offset + 1))
  return { message: `Not well-formed: ${reason}.`, hint: tab ? (hints[0]?.[1] ?? hint) : hint }
}

/** Counts the characters that can begin another value. Each value of a document has one of them before it, but the first. */
function countSeparators(text: string): number {
  let count = 0
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case 0x2c: // ,
      case 0x5b: // [
      case 0x7b: // {
      case 0x3a: // :
      case 0x0a:
      case 0x0d:
        count++
        break
      case 0x2d: // - and ? begin a value only before white space
      case 0x3f:
        if (text.charCodeAt(index + 1) <= 0x20) count++
    }
  }
  return count
}
