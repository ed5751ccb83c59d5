import { isObject, type JsonValue } from '../core/json.ts'
import { bareObject } from './bare.ts'
import type { MemberOffsets, Positions } from './position.ts'

/** Names and indices from the root to a place. */
export type Location = readonly (string | number)[]

/** How many values an edit may add: parts that are shared cost nothing until somebody walks through them. */
const mostAdded = 1_000_000

type List = JsonValue[]
type Members = Record<string, JsonValue>

/**
 * Changes a tree without touching it: containers on the way to a change are copied once and then changed in place, all
 * others are shared with the original. Every copy knows where its members stand, whichever file they come from.
 */
export class TreeEdit {
  #root: JsonValue
  readonly #positions: Positions
  /** Copies that this edit has made and nobody else holds, with the places of their members. */
  #owned = new Map<JsonValue, Map<string, MemberOffsets>>()
  /** Sizes of what was added, written out; none of it is ever changed in place. */
  readonly #sizes = new Map<JsonValue, number>()
  #added = 0

  constructor(root: JsonValue, positions: Positions) {
    this.#root = root
    this.#positions = positions
  }

  get root(): JsonValue {
    return this.#root
  }

  /**
   * Merges a value into what stands at a place: objects member by member, lists by appending, the rest by replacing.
   *
   * @param offset where the value itself stands
   * @throws RangeError when all updates together add more than a million values
   */
  update(location: Location, value: JsonValue, offset: number | undefined): void {
    this.#added += this.#sizeOf(value)
    if (this.#added > mostAdded) throw new RangeError('the edit adds too many values')
    this.#change(location, current => this.#merge(current, value, offset), offset)
  }

  /** Merges what stands at one place into others, as it is before any of them has changed. */
  copy(from: Location, to: readonly Location[]): void {
    let value: JsonValue | undefined = this.#root
    for (const token of from) value = childOf(value, token)
    if (value === undefined) return
    // From here on the copied part has several places, so nothing in it may be changed in place.
    this.#owned = new Map()
    const offset = isContainer(value) ? this.#positions.start(value) : undefined
    for (const location of to) this.update(location, value, offset)
  }

  /** Takes out members and elements; of a list the last first, so that indices hold. */
  remove(locations: readonly Location[]): void {
    for (const location of locations.toSorted(compareFromBack)) {
      const key = location.at(-1)
      if (key === undefined) continue
      this.#change(location.slice(0, -1), current => this.#without(current, key), undefined)
    }
  }

  #change(location: Location, change: (current: JsonValue) => JsonValue, offset: number | undefined): void {
    if (location.length === 0) {
      this.#root = change(this.#root)
      return
    }
    this.#root = this.#own(this.#root)
    let parent: JsonValue = this.#root
    for (const token of location.slice(0, -1)) {
      const child = childOf(parent, token)
      // An action before may have taken away what the path still names.
      if (child === undefined) return
      const owned = this.#own(child)
      put(parent, token, owned)
      parent = owned
    }
    const last = location.at(-1) ?? ''
    const current = childOf(parent, last)
    if (current === undefined) return
    const changed = change(current)
    put(parent, last, changed)
    // What was replaced as a whole now stands where its new value does.
    if (offset !== undefined && !this.#owned.has(changed)) {
      this.#owned.get(parent)?.set(String(last), { key: offset, value: offset })
    }
  }

  #sizeOf(value: JsonValue): number {
    if (!isContainer(value)) return 1
    const known = this.#sizes.get(value)
    if (known !== undefined) return known
    let size = 1
    for (const child of Object.values(value)) if (child !== undefined) size += this.#sizeOf(child)
    this.#sizes.set(value, size)
    return size
  }

  #merge(current: JsonValue, value: JsonValue, offset: number | undefined): JsonValue {
    if (Array.isArray(current)) return this.#append(current, value, offset)
    if (!isObject(current) || !isObject(value)) return value
    const owned = this.#own(current) as Members // as: a copy of an object is one
    const offsets = this.#owned.get(owned)
    for (const [key, at] of this.#positions.members(value)) {
      const [before, added] = [owned[key], value[key]]
      if (added === undefined) continue
      const both = (isObject(before) && isObject(added)) || (Array.isArray(before) && Array.isArray(added))
      owned[key] = both ? this.#merge(before, added, at.value) : added
      // What was merged into stays where it stood; its new members are elsewhere.
      if (!both) offsets?.set(key, at)
    }
    return owned
  }

  #append(current: readonly JsonValue[], value: JsonValue, offset: number | undefined): JsonValue {
    const owned = this.#own(current) as List // as: a copy of a list is one
    const offsets = this.#owned.get(owned)
    const places = Array.isArray(value) ? this.#positions.members(value) : undefined
    const added: readonly JsonValue[] = Array.isArray(value) ? value : [value]
    for (const [index, item] of added.entries()) {
      const at = places?.get(String(index)) ?? (offset === undefined ? undefined : { key: offset, value: offset })
      if (at !== undefined) offsets?.set(String(owned.length), at)
      owned.push(item)
    }
    return owned
  }

  #without(current: JsonValue, key: string | number): JsonValue {
    const owned = this.#own(current)
    const offsets = this.#owned.get(owned)
    if (Array.isArray(owned)) {
      const index = Number(key)
      owned.splice(index, 1)
      for (let at = index; at <= owned.length; at++) {
        const next = offsets?.get(String(at + 1))
        if (next === undefined) offsets?.delete(String(at))
        else offsets?.set(String(at), next)
      }
    } else if (isObject(owned)) {
      delete (owned as Members)[key] // as: it is our own copy
      offsets?.delete(String(key))
    }
    return owned
  }

  /** A container that may be changed: itself when this edit made it, else a copy. */
  #own(value: JsonValue): JsonValue {
    if (!isContainer(value) || this.#owned.has(value)) return value
    const copy: JsonValue = Array.isArray(value) ? [...value] : Object.assign(bareObject<JsonValue>(), value)
    const offsets = this.#positions.members(value)
    this.#owned.set(copy, offsets)
    this.#positions.recordEdited(copy as object, this.#positions.start(value) ?? 0, offsets) // as: a container
    return copy
  }
}

function isContainer(value: JsonValue | undefined): value is Exclude<JsonValue, null | boolean | number | string> {
  return typeof value === 'object' && value !== null
}

function childOf(parent: JsonValue | undefined, token: string | number): JsonValue | undefined {
  if (Array.isArray(parent)) return parent[Number(token)]
  return isObject(parent) && Object.hasOwn(parent, token) ? parent[token] : undefined
}

/** Sets a member of a copy of ours. */
function put(parent: JsonValue, token: string | number, value: JsonValue): void {
  if (Array.isArray(parent)) parent[Number(token)] = value
  else if (isObject(parent)) (parent as Members)[token] = value // as: it is our own copy
}

/** Deeper and later places first. */
function compareFromBack(a: Location, b: Location): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]]
    if (left === right) continue
    if (typeof left === 'number' && typeof right === 'number') return right - left
    return String(left) < String(right) ? 1 : -1
  }
  return b.length - a.length
}
