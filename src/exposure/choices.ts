/** How much choice the values of a simple pattern have. */
export interface Choices {
  readonly bits: number
  /** Everything that varies is a decimal digit. */
  readonly digitsOnly: boolean
  /** What varies is digits, and letters so few that they name a kind or a country rather than an object. */
  readonly counted: boolean
}

interface Atom {
  readonly characters: number
  readonly digit: boolean
}

/**
 * The choice that a sequence of characters and classes leaves: `^PX-\d{6}$` has 20 bits, all of them digits. Undefined
 * for patterns with groups or alternatives, for letters without an end, and for anything else that is not such a sequence.
 */
export function choicesOf(pattern: string): Choices | undefined {
  let rest = pattern.replace(/^\^/, '').replace(/\$$/, '')
  let bits = 0
  let digits = 0
  let letters = 0
  while (rest !== '') {
    const token = /^(\\[dwDWsS]|\[[^\]^\\]+\]|\\?[^[\](){}|*+?.^$\\]|\\[-./])(\{\d+(?:,\d*)?\}|[+*?])?/.exec(rest)
    if (token === null) return undefined
    const atom = atomOf(token[1] ?? '')
    if (atom === undefined || (isOpenEnded(token[2]) && !atom.digit)) return undefined
    const times = timesOf(token[2])
    bits += times * Math.log2(atom.characters)
    if (atom.characters > 1) {
      if (atom.digit) digits += times
      else letters += times
    }
    rest = rest.slice(token[0].length)
  }
  return { bits, digitsOnly: digits > 0 && letters === 0, counted: digits > 0 && letters <= 4 && digits <= 12 }
}

function atomOf(text: string): Atom | undefined {
  if (text === '\\d') return { characters: 10, digit: true }
  if (text === '\\w') return { characters: 63, digit: false }
  if (/^\\[DWsS]$/.test(text)) return undefined
  if (!text.startsWith('[')) return { characters: 1, digit: false }
  let characters = 0
  const inside = text.slice(1, -1)
  for (const part of inside.matchAll(/(.)-(.)|./gs)) {
    const [from, to] = [part[1], part[2]]
    characters += from === undefined || to === undefined ? 1 : to.charCodeAt(0) - from.charCodeAt(0) + 1
  }
  return characters < 1 ? undefined : { characters, digit: inside === '0-9' }
}

function isOpenEnded(quantifier: string | undefined): boolean {
  return quantifier === '+' || quantifier === '*' || quantifier?.endsWith(',}') === true
}

/** At most; without an upper bound a number is taken to stay below ten digits or so. */
function timesOf(quantifier: string | undefined): number {
  if (quantifier === undefined || quantifier === '?') return 1
  if (quantifier === '+' || quantifier === '*') return 10
  const [least = '1', most] = quantifier.slice(1, -1).split(',')
  if (most === undefined) return Number(least)
  return most === '' ? Math.max(10, Number(least)) : Number(most)
}
