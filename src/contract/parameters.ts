import { anyText, type Read, readList, readMembers, readScalar } from './coerce.ts'
import { readDeepObject } from './deep-object.ts'
import { isJson } from './media-type.ts'
import type { Operation, Parameter } from './model.ts'
import { parseQuery } from './query.ts'
import { decodeLoosely } from './segment-match.ts'
import { formOf, readStyled } from './style.ts'
import type { ValueProblem } from './value-problem.ts'

/** A request as far as parameters are concerned. */
export interface RawParameters {
  /** As the matcher gives them: decoded once. */
  readonly pathParameters: ReadonlyMap<string, string>
  /** As it was sent, without the question mark. */
  readonly query: string
  /** Names in any case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

export interface ParsedParameters {
  /** By place and name as declared: `query.limit`, `header.X-Request-Id`. What was not sent or not readable is missing. */
  readonly values: ReadonlyMap<string, unknown>
  readonly problems: readonly ValueProblem[]
  /** Names in the query that no parameter accounts for; credentials of `apiKey` in the query are among them. */
  readonly undeclaredQuery: readonly string[]
}

/** A request with the texts of each place. */
interface Texts {
  readonly path: ReadonlyMap<string, string>
  readonly query: ReadonlyMap<string, readonly string[]>
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly cookies: ReadonlyMap<string, readonly string[]>
  /** Names of the query that belong to a parameter. */
  readonly claimed: Set<string>
}

/**
 * Reads the parameters of a request as the contract declares them, by place, style and type. A scalar parameter that
 * stands twice is a problem, since servers differ on which of the two they see; of an empty text see `coerce.ts`. No
 * defaults are filled in: the upstream sees what was sent.
 */
export function parseParameters(operation: Operation, raw: RawParameters): ParsedParameters {
  const query = parseQuery(raw.query)
  const texts: Texts = {
    path: raw.pathParameters,
    query: query.values,
    headers: headersOf(raw.headers),
    cookies: cookiesOf(raw.headers),
    claimed: new Set(),
  }
  const values = new Map<string, unknown>()
  const problems: ValueProblem[] = []
  if (query.problem !== undefined) {
    return {
      values,
      problems: [{ in: 'query', pointer: '', keyword: 'encoding', message: query.problem }],
      undeclaredQuery: [],
    }
  }
  // Exploded objects without declared names take what is left over, so they come last.
  const ordered = operation.parameters.toSorted((a, b) => Number(takesRest(a)) - Number(takesRest(b)))
  for (const parameter of ordered) {
    const place = { in: parameter.in, name: parameter.name }
    const read = readParameter(parameter, texts)
    if (read === undefined) {
      if (parameter.required) problems.push({ ...place, pointer: '', keyword: 'required', message: 'is missing' })
    } else if ('problem' in read) {
      problems.push({ ...place, ...read.problem })
    } else {
      values.set(`${parameter.in}.${parameter.name}`, read.value)
    }
  }
  const undeclaredQuery = [...query.values.keys()].filter(name => !texts.claimed.has(name))
  return { values, problems, undeclaredQuery }
}

function takesRest({ in: place, explode, wire, style }: Parameter): boolean {
  return (
    place === 'query' && style === 'form' && explode && formOf(wire ?? anyText) === 'object' && wire?.rest !== undefined
  )
}

function readParameter(parameter: Parameter, texts: Texts): Read | undefined {
  const { name } = parameter
  switch (parameter.in) {
    case 'path': {
      const text = texts.path.get(name)
      return text === undefined ? undefined : readText(parameter, text)
    }
    case 'header':
      return readHeader(parameter, texts.headers.get(name.toLowerCase()))
    case 'cookie':
      return readForm(parameter, texts.cookies, new Set())
    case 'query':
      if (parameter.mediaType !== undefined || parameter.style !== 'deepObject') {
        return readForm(parameter, texts.query, texts.claimed)
      }
      return readDeepObject(texts.query, name, parameter.wire ?? anyText, texts.claimed)
  }
}

function readText(parameter: Parameter, text: string): Read {
  return parameter.mediaType === undefined
    ? readStyled(parameter, text, parameter.wire ?? anyText)
    : readContent(parameter, text)
}

/** A parameter declared by `content` is the text of that media type: JSON is parsed, everything else stays text. */
function readContent({ mediaType = '', wire = anyText }: Parameter, text: string): Read {
  if (!isJson(mediaType)) return readScalar(text, wire)
  try {
    return { value: JSON.parse(text) }
  } catch {
    return { problem: { keyword: 'content', message: `must be ${mediaType}`, pointer: '' } }
  }
}

/** Style simple. A header that was sent in several lines is one list (RFC 9110 section 5.3). */
function readHeader(parameter: Parameter, lines: readonly string[] | undefined): Read | undefined {
  if (lines === undefined || lines.length === 0) return undefined
  if (formOf(parameter.wire ?? anyText) === 'scalar' && lines.length > 1) return twice
  const text = lines.join(',').trim()
  if (parameter.mediaType !== undefined) return readContent(parameter, text)
  // White space may stand around the commas of a list.
  const form = formOf(parameter.wire ?? anyText)
  return readText(parameter, form === 'scalar' ? text : text.replace(/[\t ]*,[\t ]*/g, ','))
}

/** Styles form, spaceDelimited and pipeDelimited, in queries and cookies. */
function readForm(
  parameter: Parameter,
  values: ReadonlyMap<string, readonly string[]>,
  claimed: Set<string>,
): Read | undefined {
  const { name, explode, mediaType, wire = anyText } = parameter
  if (mediaType === undefined && explode && formOf(wire) === 'object') return readExploded(parameter, values, claimed)
  const texts = values.get(name)
  if (texts === undefined) return undefined
  claimed.add(name)
  if (mediaType === undefined && explode && formOf(wire, texts.length > 1) === 'list') return readList(texts, wire)
  const [text = ''] = texts
  return texts.length > 1 ? twice : readText(parameter, text)
}

/** Each member of the object is a parameter of its own name. */
function readExploded(
  { wire = anyText }: Parameter,
  values: ReadonlyMap<string, readonly string[]>,
  claimed: Set<string>,
): Read | undefined {
  const pairs: (readonly [string, string])[] = []
  for (const [name, texts] of values) {
    const declared = wire.properties?.has(name) === true
    if (!declared && (wire.rest === undefined || claimed.has(name))) continue
    claimed.add(name)
    for (const text of texts) pairs.push([name, text])
  }
  return pairs.length === 0 ? undefined : readMembers(pairs, wire)
}

const twice: Read = { problem: { keyword: 'repeated', message: 'stands more than once', pointer: '' } }

function headersOf(headers: RawParameters['headers']): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) found.set(name.toLowerCase(), typeof value === 'string' ? [value] : value)
  }
  return found
}

/** RFC 6265 section 5.4, decoded like the values of a query, but that `+` is itself; what cannot be decoded stays. */
function cookiesOf(headers: RawParameters['headers']): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const line of headersOf(headers).get('cookie') ?? []) {
    for (const pair of line.split(';')) {
      const at = pair.indexOf('=')
      if (at < 0) continue
      const name = pair.slice(0, at).trim()
      const text = decodeLoosely(pair.slice(at + 1).trim())
      const texts = found.get(name)
      if (texts === undefined) found.set(name, [text])
      else texts.push(text)
    }
  }
  return found
}
