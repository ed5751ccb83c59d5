import { pairUp, type Read, readList, readMembers, readScalar, splitPair } from './coerce.ts'
import type { Parameter, Wire } from './model.ts'

const unreadable = (message: string): Read => ({ problem: { keyword: 'style', message, pointer: '' } })

/** Which of its forms a parameter takes: a list or an object only where no scalar is allowed, or several texts stand. */
export function formOf(wire: Wire, several = false): 'scalar' | 'list' | 'object' {
  const scalar =
    wire.types.length === 0 || wire.types.some(type => type !== 'array' && type !== 'object' && type !== 'null')
  if (wire.types.includes('array') && (several || !scalar)) return 'list'
  if (wire.types.includes('object') && !scalar) return 'object'
  return 'scalar'
}

/**
 * Reads the text of a parameter that stands as one piece, decoded: in a path, a header, or once in a query or cookie
 * (OpenAPI 3.1 section 4.8.12.4). What separates separates whether it was escaped or not: most servers decode first.
 */
export function readStyled(parameter: Pick<Parameter, 'name' | 'style' | 'explode'>, text: string, wire: Wire): Read {
  const form = formOf(wire)
  switch (parameter.style) {
    case 'label':
      return text.startsWith('.')
        ? readLabel(parameter, text.slice(1), wire, form)
        : unreadable('must begin with a full stop')
    case 'matrix':
      return text.startsWith(';')
        ? readMatrix(parameter, text.slice(1), wire, form)
        : unreadable('must begin with a semicolon')
    case 'spaceDelimited':
      return readDelimited(text, ' ', wire, form)
    case 'pipeDelimited':
      return readDelimited(text, '|', wire, form)
    default:
      if (form === 'object' && parameter.explode) return readMembers(splitPairs(text, ','), wire)
      return readDelimited(text, ',', wire, form)
  }
}

function readDelimited(text: string, delimiter: string, wire: Wire, form: ReturnType<typeof formOf>): Read {
  if (form === 'scalar') return readScalar(text, wire)
  const texts = text.split(delimiter)
  if (form === 'list') return readList(texts, wire)
  const pairs = pairUp(texts)
  return pairs === undefined ? unreadable('must give a value for each name') : readMembers(pairs, wire)
}

function readLabel(
  { explode }: Pick<Parameter, 'explode'>,
  text: string,
  wire: Wire,
  form: ReturnType<typeof formOf>,
): Read {
  if (form === 'object' && explode) return readMembers(splitPairs(text, '.'), wire)
  return readDelimited(text, explode ? '.' : ',', wire, form)
}

function readMatrix(
  { name, explode }: Pick<Parameter, 'name' | 'explode'>,
  text: string,
  wire: Wire,
  form: ReturnType<typeof formOf>,
): Read {
  const pairs = splitPairs(text, ';')
  if (form === 'object' && explode) return readMembers(pairs, wire)
  if (pairs.some(([key]) => key !== name)) return unreadable(`must be written as ;${name}=…`)
  const values = pairs.map(([, value]) => value)
  if (form === 'list' && explode) return readList(values, wire)
  if (values.length > 1) return { problem: { keyword: 'repeated', message: 'stands more than once', pointer: '' } }
  return readDelimited(values[0] ?? '', ',', wire, form)
}

function splitPairs(text: string, delimiter: string): (readonly [string, string])[] {
  return text === '' ? [] : text.split(delimiter).map(splitPair)
}
