// What ECMA-262 section 12.2 and 12.3 call white space and line terminators, as the linear engine writes it.
const space = '\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}'
const anyCharacter = '[^\\n\\r\\x{2028}\\x{2029}]'

/**
 * Writes a pattern of ECMA-262 in the syntax of RE2, where the two differ: classes of white space, escapes of code
 * points, properties, named groups, and escaped letters that mean something to one of them only. `loose` drops repeat
 * counts that RE2 cannot count to, so that the pattern passes more than it should but never less. Undefined for
 * back-references and what is no pattern.
 */
export function translatePattern(pattern: string, repeats: 'exact' | 'loose'): string | undefined {
  let result = ''
  let inClass = false
  for (let at = 0; at < pattern.length; ) {
    const character = pattern[at] ?? ''
    if (character === '\\') {
      const translated = translateEscape(pattern.slice(at, at + 64), inClass)
      if (translated === undefined) return undefined
      result += translated.text
      at += translated.length
      continue
    }
    const repeat = inClass ? null : /^\{(\d+)(,?)(\d*)\}/.exec(pattern.slice(at, at + 24))
    if (repeat !== null) {
      result += repeats === 'exact' ? repeat[0] : looseRepeat(Number(repeat[1]))
      at += repeat[0].length
      continue
    }
    if (inClass) {
      if (character === ']') inClass = false
      // `[[:alpha:]]` is a class of its own to RE2 and a few characters to ECMA-262.
      result += character === '[' ? '\\[' : character
    } else if (character === '[') {
      inClass = true
      const empty = /^\[\^?\]/.exec(pattern.slice(at))?.[0]
      if (empty !== undefined) inClass = false
      result += empty === undefined ? '[' : empty === '[]' ? '[^\\x{0}-\\x{10FFFF}]' : '[\\x{0}-\\x{10FFFF}]'
      at += empty?.length ?? 1
      continue
    } else if (character === '(' && /^\(\?<[^=!]/.test(pattern.slice(at, at + 4))) {
      result += '(?P<'
      at += 3
      continue
    } else {
      result += character === '.' ? anyCharacter : character
    }
    at++
  }
  return inClass ? undefined : result
}

function looseRepeat(least: number): string {
  return least === 0 ? '*' : '+'
}

const properties: Readonly<Record<string, string>> = {
  Letter: 'L',
  Alphabetic: 'L',
  Lowercase_Letter: 'Ll',
  Uppercase_Letter: 'Lu',
  Mark: 'M',
  Number: 'N',
  Decimal_Number: 'Nd',
  Punctuation: 'P',
  Symbol: 'S',
  Separator: 'Z',
  Space_Separator: 'Zs',
  Control: 'Cc',
  Other: 'C',
}

function translateEscape(rest: string, inClass: boolean): { text: string; length: number } | undefined {
  const letter = rest[1]
  if (letter === undefined || /[1-9k]/.test(letter)) return undefined
  if (letter === 's') return { text: inClass ? space : `[${space}]`, length: 2 }
  if (letter === 'S') return { text: inClass ? '\\S' : `[^${space}]`, length: 2 }
  if (/[dDwWntrvf]/.test(letter) || (!inClass && /[bB]/.test(letter))) return { text: `\\${letter}`, length: 2 }
  if (letter === 'b') return { text: '\\x{8}', length: 2 }
  if (letter === '0') return { text: '\\x{0}', length: 2 }
  const unit = /^\\u\{([0-9a-fA-F]{1,6})\}|^\\u([0-9a-fA-F]{4})|^\\x([0-9a-fA-F]{2})/.exec(rest)
  if (unit !== null) {
    // Two escaped halves of one character are that character.
    const pair = /^\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})/i.exec(rest)
    const [high, low] = [Number.parseInt(pair?.[1] ?? '', 16), Number.parseInt(pair?.[2] ?? '', 16)]
    if (pair !== null) return codePoint((high - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000, pair[0].length)
    return codePoint(Number.parseInt(unit[1] ?? unit[2] ?? unit[3] ?? '', 16), unit[0].length)
  }
  const control = /^\\c([A-Za-z])/.exec(rest)
  if (control !== null) return codePoint((control[1] ?? '').charCodeAt(0) % 32, 3)
  const property = /^\\([pP])\{\^?(?:(?:General_Category|gc|Script|sc|scx|Script_Extensions)=)?(\w+)\}/.exec(rest)
  if (property !== null) {
    const [whole, kind, name = ''] = property
    return { text: `\\${kind}{${properties[name] ?? name}}`, length: whole.length }
  }
  // Any other escaped character stands for itself, whatever RE2 would take it for.
  const literal = String.fromCodePoint(rest.codePointAt(1) ?? 0)
  return {
    text: /[A-Za-z0-9_]/.test(literal) ? literal : literal.charCodeAt(0) < 0x80 ? `\\${literal}` : literal,
    length: 1 + literal.length,
  }
}

function codePoint(value: number, length: number): { text: string; length: number } | undefined {
  return value > 0x10ffff ? undefined : { text: `\\x{${value.toString(16)}}`, length }
}

/** A condition that a text has to meet: its pattern matches, or must not. */
export interface PatternPart {
  readonly pattern: string
  readonly wanted: boolean
}

/**
 * Takes the look-ahead off the start of an anchored pattern: `^(?=A)(?!B)C` matches where `^A` and `^C` do and `^B` does
 * not. Undefined where that is not so: without `^`, with an alternative beside, or with nothing to take off.
 */
export function splitLookaheads(pattern: string): readonly PatternPart[] | undefined {
  if (!pattern.startsWith('^')) return undefined
  const parts: PatternPart[] = []
  let at = 1
  for (;;) {
    const head = pattern.slice(at, at + 3)
    if (head !== '(?=' && head !== '(?!') break
    const end = closingParenthesis(pattern, at)
    if (end === undefined) return undefined
    parts.push({ pattern: `^(?:${pattern.slice(at + 3, end)})`, wanted: head === '(?=' })
    at = end + 1
  }
  const rest = pattern.slice(at)
  // A quantifier after the look-ahead, or an alternative to it, would make it optional.
  if (parts.length === 0 || /^[*+?{]/.test(rest) || hasAlternative(rest)) return undefined
  return [...parts, { pattern: `^${rest}`, wanted: true }]
}

function closingParenthesis(pattern: string, open: number): number | undefined {
  for (const { index, depth } of structure(pattern, open)) if (depth === 0) return index
  return undefined
}

function hasAlternative(pattern: string): boolean {
  for (const { index, depth } of structure(pattern, 0)) if (depth === 0 && pattern[index] === '|') return true
  return false
}

/** The characters outside classes and escapes, with the depth of groups after each. */
function* structure(pattern: string, from: number): Generator<{ index: number; depth: number }> {
  let depth = 0
  let inClass = false
  for (let index = from; index < pattern.length; index++) {
    const character = pattern[index]
    if (character === '\\') index++
    else if (inClass) inClass = character !== ']'
    else if (character === '[') inClass = true
    else {
      if (character === '(') depth++
      if (character === ')') depth--
      yield { index, depth }
    }
  }
}
