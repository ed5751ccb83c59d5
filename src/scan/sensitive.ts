import { isObject } from '../core/json.ts'
import type { OperationExposure } from '../exposure/exposure.ts'
import { guessSensitivity } from '../exposure/sensitivity.ts'
import { speaksOfPeople } from './person.ts'
import { classOfValue, harmOf } from './value-class.ts'

/** A property that came back with values of a class of data that harms somebody when it leaks. */
export interface Sensitive {
  /** `data[].email`. */
  readonly path: string
  readonly class: string
  readonly harm: 'secret' | 'strong' | 'weak'
  /** Declared in the contract's answers, with this class said, derived or guessed there. */
  readonly declared: boolean
  /** True where it belongs to a person, as far as names tell; a shop has an address, too. */
  readonly personal: boolean
  readonly values: ReadonlySet<string>
}

const mostValues = 1_000
/** These are nobody's but a person's. */
const alwaysPersonal = /^(?:credential|secret|government-id|payment|health|birth-date)$/

/** Finds what an answer really holds, by what the contract says of a property, its name, and the form of its value. */
export function sensitiveIn(answer: unknown, { operation, fields }: OperationExposure): readonly Sensitive[] {
  const declared = new Map(fields.out.map(field => [dotted(field.path), field]))
  const found = new Map<string, { readonly entry: Sensitive; readonly values: Set<string> }>()
  visitLeaves(answer, [], (path, value) => {
    if (!isTelling(value)) return
    const at = dotted(path)
    const field = declared.get(at)
    const names = path.filter(part => part !== '[]')
    const name = names.at(-1) ?? ''
    const around = [
      ...names.slice(0, -1),
      field?.parentType ?? '',
      ...operation.path.split('/').filter(part => !part.startsWith('{')),
    ]
    const said = field?.sensitive?.class
    const kind =
      said ?? guessSensitivity(name, around)?.class ?? (typeof value === 'string' ? classOfValue(value) : undefined)
    if (kind === undefined) return
    const known = found.get(at)
    if (known !== undefined) {
      if (known.values.size < mostValues) known.values.add(String(value))
      return
    }
    const values = new Set([String(value)])
    const personal = field?.sensitive?.source === 'declared' || alwaysPersonal.test(kind) || speaksOfPeople(...around)
    found.set(at, {
      entry: { path: at, class: kind, harm: harmOf(kind), declared: field !== undefined, personal, values },
      values,
    })
  })
  return ofPeople([...found.values()].map(({ entry }) => entry))
}

/**
 * What holds a name and a way to reach somebody is a person, whatever the contract calls it: all that stands beside
 * them is personal, too.
 */
function ofPeople(found: readonly Sensitive[]): readonly Sensitive[] {
  const holderOf = ({ path }: Sensitive) => path.slice(0, Math.max(0, path.lastIndexOf('.')))
  const classes = Map.groupBy(found, holderOf)
  return found.map(entry => {
    const beside = new Set((classes.get(holderOf(entry)) ?? []).map(other => other.class))
    const reachable = ['email', 'phone', 'birth-date'].some(reach => beside.has(reach))
    return entry.personal || !(beside.has('name') && reachable) ? entry : { ...entry, personal: true }
  })
}

/** `['data', '[]', 'email']` gives `data[].email`. */
export function dotted(path: readonly string[]): string {
  return path.reduce((text, part) => (part === '[]' ? `${text}[]` : text === '' ? part : `${text}.${part}`), '')
}

/** Neither empty, nor masked, nor a mere yes or no. */
function isTelling(value: unknown): value is string | number {
  if (typeof value === 'number') return value !== 0
  return (
    typeof value === 'string' && value.trim() !== '' && !/[*•●]{2,}|^x{3,}$|redacted|\bhidden\b|\bmasked\b/i.test(value)
  )
}

const deepest = 16
const mostItems = 500

export function visitLeaves(
  value: unknown,
  path: readonly string[],
  visit: (path: readonly string[], value: unknown) => void,
): void {
  if (path.length > deepest) return
  if (Array.isArray(value)) for (const item of value.slice(0, mostItems)) visitLeaves(item, [...path, '[]'], visit)
  else if (isObject(value))
    for (const [name, inner] of Object.entries(value)) visitLeaves(inner, [...path, name], visit)
  else visit(path, value)
}
