import type { Severity } from '../risk/weakness.ts'

/** What a piece of text means; how that looks is decided here alone. */
export type Style = Severity | 'good' | 'bad' | 'unsure' | 'strong' | 'faint'

const codes: Readonly<Record<Style, string>> = {
  critical: '1;31',
  high: '31',
  medium: '33',
  low: '36',
  info: '2',
  good: '32',
  bad: '1;31',
  unsure: '33',
  strong: '1',
  faint: '2',
}

export type Paint = (style: Style, text: string) => string

/** Colours by meaning (ECMA-48 section 8.3.117), or leaves text as it is. The text must be printable already. */
export function painter(colour: boolean): Paint {
  return colour ? (style, text) => (text === '' ? text : `\u001b[${codes[style]}m${text}\u001b[0m`) : (_, text) => text
}
