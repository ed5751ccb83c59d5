import { fromPointer, type JsonObject, type JsonValue } from '../core/json.ts'
import type { Place } from '../risk/finding.ts'

/** A file as it was read: text without byte order mark. `file` is the name that messages show. */
export interface Source {
  readonly file: string
  readonly text: string
}

/** Where a member stands: its key (for an array element its value twice) and its value, as offsets of all files. */
export interface MemberOffsets {
  readonly key: number
  readonly value: number
}

interface SourceFile extends Source {
  readonly base: number
  /** Offsets of line starts, found when the first place is asked for. */
  lines?: readonly number[]
}

/**
 * Where every node of a parsed document stands. A container has one entry in a weak map that points into one integer
 * store: its own offset, then key and value offsets of its members in the order of `Object.keys` (which is not the
 * order of the file where keys look like integers). Offsets run through all files, so a node needs no file of its own.
 */
export class Positions {
  readonly #files: SourceFile[] = []
  readonly #records = new WeakMap<object, number>()
  /** Containers that an overlay changed: few, and their members come from several files. */
  readonly #edited = new WeakMap<object, ReadonlyMap<string, MemberOffsets>>()
  /** The order of keys of large objects, kept once somebody has asked: a long list of problems asks often. */
  readonly #orders = new WeakMap<object, ReadonlyMap<string, number>>()
  #store = new Int32Array(1024)
  #length = 0
  #end = 0

  /** Adds a file; what it returns is added to offsets in that file to make them offsets of all files. */
  addFile(source: Source): number {
    const base = this.#end
    this.#files.push({ ...source, base })
    this.#end = base + source.text.length + 1
    return base
  }

  /** Records a container: `offsets` holds key and value offsets of its members in the order of `Object.keys`. */
  record(container: object, start: number, offsets: readonly number[]): void {
    const needed = this.#length + offsets.length + 1
    if (needed > this.#store.length) {
      const larger = new Int32Array(Math.max(needed, this.#store.length * 2))
      larger.set(this.#store)
      this.#store = larger
    }
    this.#records.set(container, this.#length)
    this.#store[this.#length++] = start
    for (const offset of offsets) this.#store[this.#length++] = offset
  }

  /** Records a container whose members come from several places; the map may grow afterwards. */
  recordEdited(container: object, start: number, members: ReadonlyMap<string, MemberOffsets>): void {
    this.record(container, start, [])
    this.#edited.set(container, members)
  }

  /** The offset at which a container begins. */
  start(container: object): number | undefined {
    const record = this.#records.get(container)
    return record === undefined ? undefined : this.#store[record]
  }

  member(container: object, key: string): MemberOffsets | undefined {
    const edited = this.#edited.get(container)
    if (edited !== undefined) return edited.get(key)
    const record = this.#records.get(container)
    if (record === undefined) return undefined
    const index = Array.isArray(container) ? indexIn(container, key) : this.#indexOf(container, key)
    if (index < 0) return undefined
    const [keyOffset, value] = [this.#store[record + 1 + index * 2], this.#store[record + 2 + index * 2]]
    return keyOffset === undefined || value === undefined ? undefined : { key: keyOffset, value }
  }

  #indexOf(container: object, key: string): number {
    if (!Object.hasOwn(container, key)) return -1
    let order = this.#orders.get(container)
    if (order === undefined) {
      const keys = Object.keys(container)
      if (keys.length < 32) return keys.indexOf(key)
      order = new Map(keys.map((name, index) => [name, index]))
      this.#orders.set(container, order)
    }
    return order.get(key) ?? -1
  }

  /** All members of a container at once, for who has to look at each. */
  members(container: object): Map<string, MemberOffsets> {
    const edited = this.#edited.get(container)
    if (edited !== undefined) return new Map(edited)
    const found = new Map<string, MemberOffsets>()
    const record = this.#records.get(container)
    if (record === undefined) return found
    let at = record + 1
    // Of a list, these are its indices.
    for (const key of Object.keys(container)) {
      found.set(key, { key: this.#store[at] ?? 0, value: this.#store[at + 1] ?? 0 })
      at += 2
    }
    return found
  }

  /** File, line and column of an offset. */
  place(offset: number, pointer: string): Place {
    const file = this.#files.findLast(candidate => candidate.base <= offset) ?? this.#files[0]
    if (file === undefined) return { file: '', line: 1, column: 1, pointer }
    return { file: file.file, ...lineAndColumn(file, offset - file.base), pointer }
  }
}

function indexIn(list: readonly unknown[], key: string): number {
  const index = /^(?:0|[1-9]\d*)$/.test(key) ? Number(key) : -1
  return index < list.length ? index : -1
}

function lineAndColumn(file: SourceFile, offset: number): { line: number; column: number } {
  file.lines ??= lineStarts(file.text)
  let low = 0
  let high = file.lines.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((file.lines[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - (file.lines[low] ?? 0) + 1 }
}

/** The offsets at which lines begin; a line ends with LF, CR LF or CR (YAML 1.2.2 section 5.4). */
export function lineStarts(text: string): number[] {
  const starts = [0]
  for (const match of text.matchAll(/\r\n|[\r\n]/g)) starts.push(match.index + match[0].length)
  return starts
}

/** The place of what a pointer names: of its key where it is a member, else of the value. What is missing has the place of what should hold it. */
export function locatePointer(positions: Positions, root: JsonValue, pointer: string): Place {
  let value: JsonValue | undefined = root
  let offset = isContainer(root) ? (positions.start(root) ?? 0) : 0
  for (const token of fromPointer(pointer) ?? []) {
    if (!isContainer(value)) break
    const found = positions.member(value, token)
    if (found === undefined) break
    offset = found.key
    value = childOf(value, token)
  }
  return positions.place(offset, pointer)
}

function childOf(container: JsonObject | readonly JsonValue[], token: string): JsonValue | undefined {
  // as: Array.isArray does not narrow read-only lists
  if (Array.isArray(container)) return (container as readonly JsonValue[])[Number(token)]
  return (container as JsonObject)[token] // as: the other half of the union
}

function isContainer(value: JsonValue | undefined): value is JsonObject | readonly JsonValue[] {
  return typeof value === 'object' && value !== null
}
