import { isObject, type JsonObject, type JsonValue } from '../core/json.ts'
import { isOwnId } from '../exposure/object-names.ts'

export type Scalar = string | number | boolean | null

const mostLeaves = 20_000

/** Every value that is no container, by its JSON Pointer. */
export function leavesOf(value: unknown): ReadonlyMap<string, Scalar> {
  const leaves = new Map<string, Scalar>()
  const stack: (readonly [string, unknown])[] = [['', value]]
  while (stack.length > 0 && leaves.size < mostLeaves) {
    const [pointer, inner] = stack.pop() ?? ['', undefined]
    if (Array.isArray(inner)) for (const [index, item] of inner.entries()) stack.push([`${pointer}/${index}`, item])
    else if (isObject(inner)) for (const [key, item] of Object.entries(inner)) stack.push([`${pointer}/${key}`, item])
    // What is neither undefined nor a container in parsed JSON is a scalar.
    else if (inner !== undefined) leaves.set(pointer, inner as Scalar)
  }
  return leaves
}

/** Every scalar of some answers as text: what a control is compared by. */
export function textsIn(...values: readonly unknown[]): ReadonlySet<string> {
  const texts = new Set<string>()
  for (const value of values) for (const leaf of leavesOf(value).values()) texts.add(String(leaf))
  return texts
}

/** The pointers at which two values differ, those that only one of them has included. */
export function differences(before: unknown, after: unknown): ReadonlySet<string> {
  const [left, right] = [leavesOf(before), leavesOf(after)]
  const changed = new Set<string>()
  for (const [pointer, value] of left) if (right.get(pointer) !== value) changed.add(pointer)
  for (const pointer of right.keys()) if (!left.has(pointer)) changed.add(pointer)
  return changed
}

/** The pointers at which repeated reads of one thing differ: what changes by itself says nothing. */
export function varyingIn(reads: readonly unknown[]): ReadonlySet<string> {
  const varying = new Set<string>()
  const [first, ...others] = reads
  for (const other of others) for (const pointer of differences(first, other)) varying.add(pointer)
  return varying
}

/** True where the pointer, or something around it, was seen to vary by itself. */
export function isVarying(pointer: string, varying: ReadonlySet<string>): boolean {
  if (varying.has(pointer)) return true
  // Where whole members come and go, their neighbours are no more reliable: look one level up.
  const parent = pointer.slice(0, pointer.lastIndexOf('/'))
  return parent !== '' && varying.has(parent)
}

/** A value that hardly occurs by chance, so that seeing it elsewhere means something. */
export function isDistinctive(value: Scalar): value is string | number {
  if (typeof value === 'number') return Number.isInteger(value) ? Math.abs(value) >= 100_000 : String(value).length >= 6
  if (typeof value !== 'string' || value.length < 8) return false
  const kinds = [/[a-z]/i, /\d/, /[^a-z0-9]/i].filter(kind => kind.test(value)).length
  return new Set(value).size >= 5 && (kinds >= 2 || value.length >= 16)
}

export interface Marker {
  readonly pointer: string
  readonly value: string | number
}

/**
 * What tells a person's object from every other: values that stand in each of the owner's reads at the same place,
 * and in no control. `sent` are the texts of the request itself, which an answer may simply echo.
 */
export function markersOf(
  reads: readonly unknown[],
  controls: ReadonlySet<string>,
  sent: readonly string[],
): readonly Marker[] {
  const [first, ...others] = reads
  const rest = others.map(leavesOf)
  return [...leavesOf(first)].flatMap(([pointer, value]): Marker[] => {
    if (!isDistinctive(value) || !rest.every(leaves => leaves.get(pointer) === value)) return []
    const text = String(value)
    return controls.has(text) || sent.some(part => part.includes(text)) ? [] : [{ pointer, value }]
  })
}

/** The markers that arrived in an answer, as whole values. */
export function arrivedIn(answer: unknown, markers: readonly Marker[]): readonly Marker[] {
  const texts = textsIn(answer)
  return markers.filter(marker => texts.has(String(marker.value)))
}

/** The smallest objects in an answer that mention a value in a member of their own. */
export function objectsMentioning(answer: unknown, id: JsonValue): readonly JsonObject[] {
  const wanted = String(id)
  const found: JsonObject[] = []
  const visit = (value: unknown, depth: number): void => {
    if (depth > 12) return
    if (Array.isArray(value)) {
      for (const item of value) visit(item, depth + 1)
    } else if (isObject(value)) {
      const members = Object.values(value)
      const mentions = members.some(
        inner =>
          (typeof inner !== 'object' && String(inner) === wanted) ||
          (Array.isArray(inner) && inner.some(item => typeof item !== 'object' && String(item) === wanted)),
      )
      if (mentions) found.push(value)
      else for (const inner of members) visit(inner, depth + 1)
    }
  }
  visit(answer, 0)
  return found
}

/** The largest list of objects in an answer, at its top or below: what a page holds. */
export function listIn(answer: unknown): readonly JsonValue[] | undefined {
  let largest: readonly JsonValue[] | undefined
  const visit = (value: unknown, depth: number): void => {
    if (Array.isArray(value)) {
      const list: readonly JsonValue[] = value
      if (largest === undefined || list.length > largest.length) largest = list
    } else if (isObject(value) && depth < 4) {
      for (const inner of Object.values(value)) visit(inner, depth + 1)
    }
  }
  visit(answer, 0)
  return largest
}

/**
 * The same value with lists of objects turned into maps by the objects' own ids, so that a new first item, or another
 * order, does not look as if every item had changed.
 */
export function byOwnId(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value.map(byOwnId)
    const keys = items.map(ownIdIn)
    const usable = keys.length > 0 && keys.every(key => key !== undefined) && new Set(keys).size === keys.length
    return usable ? Object.fromEntries(items.map((item, index) => [`id ${keys[index]}`, item])) : items
  }
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, byOwnId(inner)]))
}

function ownIdIn(value: unknown): string | undefined {
  if (!isObject(value)) return undefined
  for (const [name, inner] of Object.entries(value)) {
    if (isOwnId(name) && (typeof inner === 'string' || typeof inner === 'number')) return String(inner)
  }
  return undefined
}
