import type { TemplateSegment } from './path-template.ts'
import type { PathSegment } from './request-target.ts'

/** The text of one variable, decoded once. */
export interface Capture {
  readonly text: string
  /** Whether a `;` was sent as such: to some servers it begins a path parameter that they drop. */
  readonly semicolon: boolean
}

/** Literal text of a path in the spelling that RFC 3986 asks for: nothing escaped that need not be, digits upper case. */
export function spellLiteral(written: string): string {
  return encodePath(decodeLoosely(written))
}

/** Decodes what can be decoded: a contract's text is mostly not escaped, and a lone `%` stands for itself. */
export function decodeLoosely(written: string): string {
  try {
    return decodeURIComponent(written)
  } catch {
    return written
  }
}

/** Escapes the text of one segment, leaving alone what may stand there (RFC 3986 section 3.3). */
export function encodePath(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%(?:24|26|2B|2C|3B|3D|3A|40)/g, decodeURIComponent)
}

/** What two templates have in common that match the same segments: literal text as it is spelled, `{}` for variables. */
export function segmentShape(segment: TemplateSegment): string {
  return segment.parts.map(part => (part.kind === 'text' ? spellLiteral(part.text) : '{}')).join('')
}

/**
 * Matches one segment against text and variables in turn; a variable is never empty. Refused where it could be read in
 * two ways: more than one way to share it among variables, or literal text that appears only after decoding.
 */
export function matchSegment(
  template: TemplateSegment,
  segment: PathSegment,
): readonly Capture[] | { readonly why: string } | undefined {
  const { parts } = template
  if (segment.raw === '') return undefined
  if (parts.length === 1) return [{ text: segment.text, semicolon: segment.raw.includes(';') }]
  const literals = parts.map(part => (part.kind === 'text' ? decodeLoosely(part.text) : undefined))
  const decoded = share(segment.text, literals)
  const raw = share(
    segment.raw,
    literals.map(text => (text === undefined ? undefined : encodePath(text))),
  )
  if (decoded === undefined && raw === undefined) return undefined
  // A literal such as "20" may cut an escape of the raw text in two; what is left of it never equals the decoded text.
  const readings = [decoded, raw?.map(decodeLoosely), shareFromRight(segment.text, literals)]
  if (readings.some(reading => reading === undefined || !sameTexts(reading, readings[0] ?? []))) {
    return { why: 'a segment of the path can be read in two ways' }
  }
  return (raw ?? []).map(text => ({ text: decodeLoosely(text), semicolon: text.includes(';') }))
}

/**
 * Shares a text among variables (`undefined`) and the literals between them; each variable takes as little as it can
 * and at least one character. Finds a way whenever there is one.
 */
function share(text: string, literals: readonly (string | undefined)[]): string[] | undefined {
  const captures: string[] = []
  let at = 0
  for (const [index, literal] of literals.entries()) {
    const last = index === literals.length - 1
    if (literal === undefined) {
      // Two variables side by side: the first takes one character, and reading from the right will say otherwise.
      const next = last ? undefined : literals[index + 1]
      const end = last
        ? text.length
        : next === undefined
          ? at + 1
          : findLiteral(text, next, at + 1, index + 2 === literals.length)
      if (end <= at || end > text.length) return undefined
      captures.push(text.slice(at, end))
      at = end
    } else {
      if (!text.startsWith(literal, at)) return undefined
      at += literal.length
    }
  }
  return at === text.length ? captures : undefined
}

/** Where the literal after a variable begins; the last literal of a segment stands at its end. */
function findLiteral(text: string, literal: string, from: number, isLast: boolean): number {
  if (!isLast) return text.indexOf(literal, from)
  return text.endsWith(literal) && text.length - literal.length >= from ? text.length - literal.length : -1
}

/** The same from the other end, where each variable but the first takes as little as it can. */
function shareFromRight(text: string, literals: readonly (string | undefined)[]): string[] | undefined {
  const mirrored = literals.toReversed().map(literal => (literal === undefined ? undefined : mirror(literal)))
  return share(mirror(text), mirrored)?.map(mirror).toReversed()
}

function mirror(text: string): string {
  return [...text].reverse().join('')
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index])
}
