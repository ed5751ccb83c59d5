import { type Read, readList, readScalar } from '../contract/coerce.ts'
import { parseQuery } from '../contract/query.ts'
import type { ValueProblem } from '../contract/value-problem.ts'
import type { Wire } from '../contract/wire.ts'
import type { Field } from '../exposure/fields.ts'

/** What the texts of a form may become, by name. */
export type FormReader = ReadonlyMap<string, Wire>

const formType = 'application/x-www-form-urlencoded'

/** Compiles the properties that the contract declares for a form. */
export function formReader(fields: readonly Field[]): FormReader {
  const own = fields.filter(field => field.mediaType === formType)
  const items = new Map(
    own.flatMap(({ path, types }) => (path.length === 2 && path[1] === '[]' ? [[path[0], types]] : [])),
  )
  const wires = own
    .filter(({ path }) => path.length === 1)
    .map(({ name, types }): [string, Wire] => [name, { types, items: { types: items.get(name) ?? [] } }])
  return new Map(wires)
}

export interface ReadForm {
  readonly value: Readonly<Record<string, unknown>>
  readonly problems: readonly ValueProblem[]
}

const anything: Wire = { types: [] }

/** Reads a form as JSON-like values; a name that stands twice is a problem unless the contract says it is a list. */
export function readForm(reader: FormReader, text: string): ReadForm {
  const { values, problem } = parseQuery(text)
  if (problem !== undefined) {
    return {
      value: {},
      problems: [{ in: 'body', pointer: '', keyword: 'encoding', message: 'is not a well-formed form' }],
    }
  }
  const problems: ValueProblem[] = []
  const members: [string, unknown][] = []
  for (const [name, texts] of values) {
    const wire = reader.get(name) ?? anything
    const read = readTexts(texts, wire)
    if ('value' in read) members.push([name, read.value])
    else problems.push({ in: 'body', ...read.problem, pointer: `/${name.slice(0, 60)}${read.problem.pointer}` })
  }
  // Unlike assignment, `fromEntries` makes `__proto__` a member like any other.
  return { value: Object.fromEntries(members), problems }
}

function readTexts(texts: readonly string[], wire: Wire): Read {
  if (wire.types.includes('array')) return readList(texts, wire)
  const [text = ''] = texts
  if (texts.length > 1) return { problem: { keyword: 'repeated', message: 'stands more than once', pointer: '' } }
  return readScalar(text, wire)
}

/** Writes a form that a policy has changed. */
export function writeForm(value: unknown): string {
  const form = new URLSearchParams()
  if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      for (const item of Array.isArray(member) ? member : [member]) form.append(name, String(item))
    }
  }
  return form.toString()
}
