import type { Field } from '../exposure/fields.ts'
import type { Input } from './exchange.ts'

/** What stands at a place: every value, arrays laid flat. */
export interface Found {
  readonly values: readonly unknown[]
  /** False when there were more than {@link mostValues}: then nothing may be concluded from what is missing. */
  readonly complete: boolean
}

/** The most values that are read at one place, whatever a client sends. */
export const mostValues = 10_000

/** Deeper nesting than any contract describes; a walk over client data ends here. */
const deepest = 64

const nothing: Found = { values: [], complete: true }

/**
 * Compiles a field of a request into a reader of all its values, the items of arrays included. A place that is absent
 * gives none; `null` and undefined are absent, because they name nothing.
 */
export function compileInputReader(field: Pick<Field, 'place' | 'name' | 'path'>): (input: Input) => Found {
  if (field.place === 'body') {
    const read = compileReader(field.path)
    return input => (input.body === undefined ? nothing : read(input.body))
  }
  const key = parameterKey(field)
  // The path of a parameter begins with its own name; what follows leads into its value.
  const read = compileReader(field.path.slice(1))
  return input => {
    const value = input.parameters.get(key)
    return value === undefined ? nothing : read(value)
  }
}

/** How a parameter is keyed in `Input.parameters`; the names of headers have no case. */
export function parameterKey(field: Pick<Field, 'place' | 'name' | 'path'>): string {
  const name = field.path[0] ?? field.name
  return `${field.place}.${field.place === 'header' ? name.toLowerCase() : name}`
}

/** Compiles a path of property names, `[]` (items) and `*` (values of a map) into a reader of a JSON value. */
export function compileReader(path: readonly string[]): (root: unknown) => Found {
  return root => {
    const values: unknown[] = []
    const complete = collect(root, path, 0, values, 0)
    return { values, complete }
  }
}

function collect(value: unknown, path: readonly string[], at: number, into: unknown[], depth: number): boolean {
  if (value === undefined || value === null) return true
  if (depth > deepest) return false
  const step = path[at]
  if (Array.isArray(value)) {
    // Where the contract says one value and a list arrives, each of them is meant.
    const next = step === '[]' ? at + 1 : at
    return value.every(item => collect(item, path, next, into, depth + 1))
  }
  if (step === undefined) {
    if (into.length >= mostValues) return false
    into.push(value)
    return true
  }
  if (typeof value !== 'object') return true
  if (step === '*') return Object.values(value).every(item => collect(item, path, at + 1, into, depth + 1))
  // A list that the contract declares and a single value in its place: many frameworks take the one for the other.
  if (step === '[]') return collect(value, path, at + 1, into, depth + 1)
  return collect(ownMember(value, step), path, at + 1, into, depth + 1)
}

/** The own property of an object; never a name that the prototype answers to. */
export function ownMember(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  // A non-null object with this own property, as the line above has just established.
  return (value as Readonly<Record<string, unknown>>)[key]
}
