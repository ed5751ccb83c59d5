import { isObject, isString, type JsonValue } from '../core/json.ts'
import { guessSensitivity } from '../exposure/sensitivity.ts'
import { classOfValue } from './value-class.ts'

const longestText = 160
const mostItems = 3
const mostMembers = 30

/** A value fit for a report: what is personal or secret is replaced by its class, what is long is cut. */
export function redact(value: unknown, around: readonly string[] = [], depth = 0): JsonValue {
  if (Array.isArray(value)) {
    const shown = value.slice(0, mostItems).map(item => redact(item, around, depth + 1))
    return value.length > mostItems ? [...shown, `… ${value.length - mostItems} more`] : shown
  }
  if (isObject(value)) {
    if (depth > 5) return '…'
    const entries = Object.entries(value).slice(0, mostMembers)
    return Object.fromEntries(entries.map(([name, inner]) => [name, redactMember(name, inner, around, depth)]))
  }
  if (!isString(value)) return typeof value === 'number' || typeof value === 'boolean' ? value : null
  const kind = classOfValue(value)
  if (kind !== undefined) return `[${kind}]`
  return value.length > longestText ? `${value.slice(0, longestText)}…` : value
}

function redactMember(name: string, value: unknown, around: readonly string[], depth: number): JsonValue {
  if (typeof value === 'object') return redact(value, [...around, name], depth + 1)
  const guess = guessSensitivity(name, around)
  return guess === undefined || value === null ? redact(value, around, depth + 1) : `[${guess.class}]`
}
