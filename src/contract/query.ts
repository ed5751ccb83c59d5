/** The parameters of a query in the order they were sent, decoded once. */
export interface ParsedQuery {
  /** All texts of a name, in order. */
  readonly values: ReadonlyMap<string, readonly string[]>
  /** What is wrong with the query as a whole. */
  readonly problem?: string
}

const mostPairs = 4096

/**
 * Splits a query at `&`, each part at its first `=`, and decodes both sides as application/x-www-form-urlencoded does
 * (WHATWG URL section 5.1): `+` is a space. Unlike that algorithm, an escape that is incomplete or no UTF-8 is a problem,
 * and so is a control character: readers disagree on both. `a` is the same as `a=`; an empty part is nothing.
 */
export function parseQuery(query: string): ParsedQuery {
  const values = new Map<string, string[]>()
  const parts = query.split('&', mostPairs + 1)
  if (parts.length > mostPairs) return { values, problem: 'the query has too many parameters' }
  for (const part of parts) {
    if (part === '') continue
    const at = part.indexOf('=')
    const name = decode(at < 0 ? part : part.slice(0, at))
    const value = decode(at < 0 ? '' : part.slice(at + 1))
    if (name === undefined || value === undefined)
      return { values, problem: 'the query has an escape that cannot be decoded' }
    const texts = values.get(name)
    if (texts === undefined) values.set(name, [value])
    else texts.push(value)
  }
  return { values }
}

function decode(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

/** The names inside the brackets of `filter[a][b]`, `['a', 'b']`; `[]` gives an empty name. Undefined for other texts. */
export function bracketNames(text: string, name: string): readonly string[] | undefined {
  if (!text.startsWith(name) || text[name.length] !== '[') return undefined
  const rest = text.slice(name.length)
  if (!/^(?:\[[^[\]]*\]){1,8}$/.test(rest)) return undefined
  return rest.slice(1, -1).split('][')
}
