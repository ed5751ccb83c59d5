import { RE2JS } from 're2js'
import { splitLookaheads, translatePattern } from './pattern-syntax.ts'

/** A pattern of a contract, ready to test texts in linear time. */
export interface LinearPattern {
  test(text: string): boolean
  /**
   * How much of the pattern is enforced: all of it; all but exact repeat counts; or nothing, because it cannot run in
   * linear time. What is not enforced passes: the contract has a problem then, and it is reported.
   */
  readonly enforced: 'whole' | 'in part' | 'not'
}

const cache = new Map<string, LinearPattern>()
const mostCached = 10_000

/**
 * Compiles a pattern of ECMA-262, which JSON Schema uses, for an engine whose time is linear in the text whatever the
 * pattern. Look-ahead at the start (`^(?=.*\d)(?!admin).+$`) is taken apart into patterns that are tested one by one;
 * look-ahead elsewhere and back-references cannot be had in linear time and are not enforced. Never falls back to the
 * backtracking engine of JavaScript: one such pattern would let any client stop the process.
 */
export function compilePattern(pattern: string): LinearPattern {
  const known = cache.get(pattern)
  if (known !== undefined) return known
  if (cache.size >= mostCached) cache.clear()
  const compiled = compile(pattern)
  cache.set(pattern, compiled)
  return compiled
}

function compile(pattern: string): LinearPattern {
  return counted(pattern) ?? plain(pattern) ?? withLookaheads(pattern) ?? { test: () => true, enforced: 'not' }
}

/** `^[a-z]{1,4096}$`: beyond what the engine can count, so length and characters are tested apart. */
function counted(pattern: string): LinearPattern | undefined {
  const match = /^\^(\\[dDwWsS]|\[(?:\\.|[^\]\\])+\]|\.)\{(\d{1,9})(,(\d{1,9})?)?\}\$$/.exec(pattern)
  if (match === null) return undefined
  const [, atom = '', from = '0', range, to] = match
  const least = Number(from)
  const most = range === undefined ? least : to === undefined ? Number.POSITIVE_INFINITY : Number(to)
  if (Math.max(least, to === undefined ? 0 : most) <= 1000) return undefined
  const characters = engine(`^${atom}*$`, 'exact')
  if (characters === undefined) return undefined
  const test = (text: string) => {
    // Patterns count code points, as strings do when they are spread. No text has more of them than units.
    if (text.length < least) return false
    const length = text.length <= most ? text.length : [...text].length
    return length <= most && (length >= least * 2 || [...text].length >= least) && characters(text)
  }
  return { test, enforced: 'whole' }
}

function plain(pattern: string): LinearPattern | undefined {
  const exact = engine(pattern, 'exact')
  if (exact !== undefined) return { test: exact, enforced: 'whole' }
  const loose = engine(pattern, 'loose')
  return loose === undefined ? undefined : { test: loose, enforced: 'in part' }
}

function withLookaheads(pattern: string): LinearPattern | undefined {
  const parts = splitLookaheads(pattern)
  if (parts === undefined) return undefined
  const tests = parts.map(part => ({ wanted: part.wanted, inner: plain(part.pattern) }))
  const lost = tests.some(({ inner }) => inner === undefined)
  // A loose pattern passes more: where it must not match it would refuse more, so it is left out there.
  const usable = tests.filter(({ wanted, inner }) => inner !== undefined && (wanted || inner.enforced === 'whole'))
  if (usable.length === 0) return undefined
  const whole = !lost && tests.every(({ inner }) => inner?.enforced === 'whole')
  const test = (text: string) => usable.every(({ wanted, inner }) => inner?.test(text) === wanted)
  return { test, enforced: whole ? 'whole' : 'in part' }
}

function engine(pattern: string, repeats: 'exact' | 'loose'): ((text: string) => boolean) | undefined {
  const translated = translatePattern(pattern, repeats)
  if (translated === undefined) return undefined
  try {
    const compiled = RE2JS.compile(translated, RE2JS.LOOKBEHINDS)
    return text => compiled.matcher(text).find()
  } catch {
    return undefined
  }
}
