/** A media type or a range of them (RFC 9110 section 8.3.1 and 12.5.1). */
export interface ParsedMediaType {
  /** Lower case, `application`, or `*`. */
  readonly type: string
  /** Lower case, `problem+json`, `*`, or `*+json`. */
  readonly subtype: string
  /** Names in lower case, values as they were written, without quotes. */
  readonly parameters: ReadonlyMap<string, string>
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const essence = new RegExp(`^(${token})/(${token})[\\t ]*(?=;|$)`)
const parameter = new RegExp(`[\\t ]*;[\\t ]*(?:(${token})=(?:(${token})|"((?:[^"\\\\]|\\\\.)*)"))?[\\t ]*(?=;|$)`, 'y')

/**
 * Parses strictly by RFC 9110: what is not a media type is undefined, never a guess. A parameter that stands twice
 * makes it none either, since readers disagree on which one counts.
 */
export function parseMediaType(text: string): ParsedMediaType | undefined {
  if (text.length > 1024) return undefined
  const trimmed = text.replace(/^[\t ]+|[\t ]+$/g, '')
  const head = essence.exec(trimmed)
  if (head === null) return undefined
  const [whole, type = '', subtype = ''] = head
  if (type === '*' && subtype !== '*') return undefined
  const parameters = new Map<string, string>()
  parameter.lastIndex = whole.length
  while (parameter.lastIndex < trimmed.length) {
    const found = parameter.exec(trimmed)
    if (found === null) return undefined
    const [, name, plain, quoted] = found
    if (name === undefined) continue
    if (parameters.has(name.toLowerCase())) return undefined
    parameters.set(name.toLowerCase(), plain ?? (quoted ?? '').replace(/\\(.)/g, '$1'))
  }
  return { type: type.toLowerCase(), subtype: subtype.toLowerCase(), parameters }
}

/** `application/json` without parameters, in lower case; undefined when it is no media type. */
export function mediaTypeEssence(text: string): string | undefined {
  const parsed = parseMediaType(text)
  return parsed === undefined ? undefined : `${parsed.type}/${parsed.subtype}`
}

/** Whether a body of this type is JSON: `application/json`, the older `text/json`, or any `+json` (RFC 6839 section 3.1). */
export function isJson(essenceOrText: string): boolean {
  const parsed = parseMediaType(essenceOrText)
  if (parsed === undefined) return false
  return (/^(?:application|text)$/.test(parsed.type) && parsed.subtype === 'json') || parsed.subtype.endsWith('+json')
}

/**
 * The declared range that fits a concrete media type best, by index: exact before `application/*+json` before
 * `application/*` before anything. Parameters are not compared. Undefined when none fits.
 */
export function bestMediaType(concrete: string, declared: readonly string[]): number | undefined {
  const wanted = parseMediaType(concrete)
  if (wanted === undefined || wanted.type === '*' || wanted.subtype.startsWith('*')) return undefined
  let best: number | undefined
  let bestRank = 0
  for (const [index, text] of declared.entries()) {
    const range = parseMediaType(text)
    const rank = range === undefined ? 0 : rankOf(wanted, range)
    if (rank > bestRank) {
      best = index
      bestRank = rank
    }
  }
  return best
}

function rankOf(wanted: ParsedMediaType, range: ParsedMediaType): number {
  if (range.type === '*') return 1
  if (range.type !== wanted.type) return 0
  if (range.subtype === wanted.subtype) return 4
  if (range.subtype === '*') return 2
  return range.subtype.startsWith('*+') && wanted.subtype.endsWith(range.subtype.slice(1)) ? 3 : 0
}
