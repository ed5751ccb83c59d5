import type { Operation } from '../contract/model.ts'
import type { Field } from '../exposure/fields.ts'
import type { OperationName } from '../risk/finding.ts'

const mostNamed = 5

/** `a`, `a and b`, `a, b, c, d, e and 3 more`. Each once, in the order given. */
export function listOf(names: Iterable<string>): string {
  const all = [...new Set(names)]
  const rest = all.length - mostNamed
  if (rest > 1) return `${all.slice(0, mostNamed).join(', ')} and ${rest} more`
  if (all.length < 2) return all[0] ?? ''
  return `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}

/** A field as a person finds it: `query limit`, `body items.[].price`. */
export function nameField(field: Field): string {
  return field.place === 'body' ? field.path.join('.') : `${field.place} ${field.path.join('.')}`
}

export function nameOperation(operation: Operation): OperationName {
  const { id, method, path } = operation
  return id === undefined ? { method, path } : { id, method, path }
}

/** `1 operation`, `2 operations`, `2 properties`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`
}
