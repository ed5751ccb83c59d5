import type { Random } from './random.ts'

const digits = '0123456789'
const lower = 'abcdefghijklmnopqrstuvwxyz'
const word = `${lower}${lower.toUpperCase()}${digits}_`
const most = 512

/**
 * A text that a simple pattern matches: literals, classes, groups, alternatives and counted repeats. Undefined for
 * anything else (look-around, back-references), and the result is for the caller to check.
 */
export function textForPattern(pattern: string, random: Random): string | undefined {
  if (pattern.length > most) return undefined
  const reader = { text: pattern, at: 0, out: 0 }
  try {
    const text = readAlternatives(reader, random)
    return reader.at === pattern.length ? text : undefined
  } catch (cause) {
    if (cause instanceof Unsupported) return undefined
    throw cause
  }
}

// A repeated group that repeats inside can take for ever on a text that nearly fits.
const nested = /[+*}]\)+[+*{]/

/** Whether a text has the form that a schema asks for; never for a pattern that could take long. */
export function hasForm(
  text: string,
  { pattern, format }: { readonly pattern?: string; readonly format?: string },
): boolean {
  if (text.length > 64) return false
  if (format === 'uuid' && !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return false
  if (pattern === undefined) return true
  if (pattern.length > most || nested.test(pattern)) return false
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return false
  }
}

class Unsupported extends Error {}

interface Reader {
  readonly text: string
  at: number
  out: number
}

function readAlternatives(reader: Reader, random: Random): string {
  const options = [readSequence(reader, random)]
  while (reader.text[reader.at] === '|') {
    reader.at++
    options.push(readSequence(reader, random))
  }
  return options[random.below(options.length)] ?? ''
}

function readSequence(reader: Reader, random: Random): string {
  let text = ''
  while (reader.at < reader.text.length && !'|)'.includes(reader.text[reader.at] ?? '')) {
    const start = reader.at
    let piece = readAtom(reader, random)
    const end = reader.at
    const [least, greatest] = readRepeat(reader)
    const after = reader.at
    const count = least + random.below(Math.min(greatest - least, Math.max(0, 8 - least)) + 1)
    text += count === 0 ? '' : piece
    for (let turn = 1; turn < count; turn++) {
      // The atom is read again for each turn, so that every turn draws its own characters.
      reader.at = start
      piece = readAtom(reader, random)
      text += piece
      reader.out += 1
      if (reader.out > most) throw new Unsupported()
    }
    reader.at = Math.max(end, after)
  }
  return text
}

function readRepeat(reader: Reader): readonly [number, number] {
  const rest = reader.text.slice(reader.at)
  const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(rest)
  let range: readonly [number, number] = [1, 1]
  if (counted !== null) {
    const least = Number(counted[1])
    reader.at += counted[0].length
    const open = counted[3] === '' || counted[3] === undefined
    range = [least, counted[2] === undefined ? least : open ? least + 4 : Number(counted[3])]
  } else if ('*+?'.includes(rest[0] ?? ' ')) {
    reader.at++
    range = rest[0] === '?' ? [0, 1] : rest[0] === '*' ? [0, 4] : [1, 6]
  } else {
    return range
  }
  if (reader.text[reader.at] === '?') reader.at++
  return range
}

function readAtom(reader: Reader, random: Random): string {
  const character = reader.text[reader.at++] ?? ''
  switch (character) {
    case '^':
    case '$':
      return ''
    case '.':
      return pick(lower, random)
    case '(':
      return readGroup(reader, random)
    case '[':
      return pick(readClass(reader), random)
    case '\\':
      return pick(readEscape(reader), random)
    default:
      return character
  }
}

function readGroup(reader: Reader, random: Random): string {
  const special = /^\?(?::|<[A-Za-z_]\w*>)/.exec(reader.text.slice(reader.at))
  if (special !== null) reader.at += special[0].length
  else if (reader.text[reader.at] === '?') throw new Unsupported()
  const text = readAlternatives(reader, random)
  if (reader.text[reader.at++] !== ')') throw new Unsupported()
  return text
}

function readEscape(reader: Reader): string {
  const letter = reader.text[reader.at++] ?? ''
  if (letter === 'd') return digits
  if (letter === 'w') return word
  if (letter === 's') return ' '
  if (letter === 't') return '\t'
  if (/[a-zA-Z0-9]/.test(letter)) throw new Unsupported()
  return letter
}

function readClass(reader: Reader): string {
  const negated = reader.text[reader.at] === '^'
  if (negated) reader.at++
  let members = ''
  for (let first = true; ; first = false) {
    const character = reader.text[reader.at++]
    if (character === undefined) throw new Unsupported()
    if (character === ']' && !first) break
    const from = character === '\\' ? readEscape(reader) : character
    const range = from.length === 1 && reader.text[reader.at] === '-' && reader.text[reader.at + 1] !== ']'
    if (!range) {
      members += from
      continue
    }
    reader.at++
    const to = reader.text[reader.at++] ?? ''
    for (let code = from.charCodeAt(0); code <= Math.min(to.charCodeAt(0), from.charCodeAt(0) + 128); code++) {
      members += String.fromCharCode(code)
    }
  }
  if (!negated) return members
  return [...word].filter(letter => !members.includes(letter)).join('')
}

function pick(characters: string, random: Random): string {
  if (characters === '') throw new Unsupported()
  // Letters and digits travel best; the rest of a class is used only where it has neither.
  const plain = [...characters].filter(character => /[A-Za-z0-9]/.test(character))
  const from = plain.length > 0 ? plain : [...characters]
  return from[random.below(from.length)] ?? ''
}
