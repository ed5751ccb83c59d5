import {
  EVENT_ID,
  getScalarValue,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml'
import type { Fault } from '../core/fault.ts'
import { isObject, type JsonObject, type JsonValue } from '../core/json.ts'
import { bareObject } from './bare.ts'
import type { Positions, Source } from './position.ts'
import { resolveScalar } from './scalar.ts'
import { deepest, nestedTooDeep, parseSyntax, syntaxFault } from './syntax.ts'

/** How many values aliases and merge keys may add to a document when they are written out. */
const mostExpanded = 1_000_000

/** A collection that has begun and not ended; either `list` or `map` is there. */
interface Frame {
  readonly list: JsonValue[] | undefined
  readonly map: Record<string, JsonValue>
  readonly start: number
  readonly anchor: string | undefined
  /** The written-out size of the document when this collection began. */
  readonly sizeBefore: number
  /** Offsets of key and value of each member, and the keys, in the order of the file. */
  readonly offsets: number[]
  readonly keys: string[]
  /** The key that waits for its value. */
  key: string | undefined
  keyOffset: number
  /** Whether the value to come is that of a plain `<<`. */
  merging: boolean
  /** What merge keys named; applied at the end, so that what the mapping says itself wins. */
  readonly merged: JsonObject[]
  /** Whether JavaScript enumerates the keys in another order than the file: `"200"` goes before `default`. */
  reordered: boolean
  height: number
}

interface Anchored {
  readonly value: JsonValue
  readonly size: number
  readonly height: number
}

const noMembers = bareObject<JsonValue>()

/**
 * Turns JSON or YAML text into a tree of plain values and records where everything stands. Aliases share what they
 * name, so the tree may be a graph without circles; written out it stays within a million added values.
 *
 * @throws Fault `contract-malformed` with line and column
 */
export function compose(source: Source, positions: Positions): JsonValue {
  return new Composer(source, positions).compose()
}

class Composer {
  readonly #source: Source
  readonly #positions: Positions
  readonly #base: number
  readonly #frames: Frame[] = []
  readonly #anchors = new Map<string, Anchored>()
  #root: JsonValue | undefined
  #size = 0
  #expanded = 0

  constructor(source: Source, positions: Positions) {
    this.#source = source
    this.#positions = positions
    this.#base = positions.addFile(source)
  }

  compose(): JsonValue {
    for (const event of parseSyntax(this.#source)) {
      if (event.type === EVENT_ID.SCALAR) this.#scalar(event)
      else if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) this.#open(event)
      else if (event.type === EVENT_ID.POP) this.#close()
      else if (event.type === EVENT_ID.ALIAS) this.#alias(event.anchorStart, event.anchorEnd)
    }
    if (this.#root !== undefined && this.#root !== null) return this.#root
    throw syntaxFault(this.#source, 'The file is empty.', 'Name a file that holds JSON or YAML.')
  }

  #open(event: SequenceEvent | MappingEvent): void {
    const isList = event.type === EVENT_ID.SEQUENCE
    const tag = this.#tagOf(event)
    if (tag !== undefined && tag !== '!' && tag !== (isList ? '!!seq' : '!!map')) throw this.#wrongTag(tag, event.start)
    if (this.#expectsKey()) throw this.#complexKey(event.start, isList ? 'a list' : 'an object')
    this.#size++
    const anchor = this.#anchorOf(event)
    // An alias inside the collection would close a circle: it finds nothing behind the name.
    if (anchor !== undefined) this.#anchors.delete(anchor)
    this.#frames.push({
      list: isList ? [] : undefined,
      map: isList ? noMembers : bareObject(),
      start: event.start,
      anchor,
      sizeBefore: this.#size,
      offsets: [],
      keys: [],
      key: undefined,
      keyOffset: event.start,
      merging: false,
      merged: [],
      reordered: false,
      height: 1,
    })
  }

  #scalar(event: ScalarEvent): void {
    const frame = this.#frames.at(-1)
    const text = getScalarValue(this.#source.text, event)
    const anchor = this.#anchorOf(event)
    const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED
    const plain = event.style === SCALAR_STYLE.PLAIN
    // What is left out, as in `key:`, stands where its key does.
    const offset = event.valueStart < 0 ? (frame?.keyOffset ?? 0) : event.valueStart - (quoted ? 1 : 0)
    if (frame !== undefined && this.#expectsKey()) {
      if (anchor !== undefined) this.#anchors.set(anchor, { value: text, size: 1, height: 0 })
      this.#key(frame, text, offset, plain && text === '<<')
      return
    }
    this.#size++
    const tag = this.#tagOf(event)
    const value = tag === undefined ? (plain ? resolveScalar(text) : text) : this.#tagged(tag, text, offset)
    if (anchor !== undefined) this.#anchors.set(anchor, { value, size: 1, height: 0 })
    this.#add(value, offset, 0)
  }

  #tagged(tag: string, text: string, offset: number): JsonValue {
    // A contract has text where YAML 1.1 had dates and bytes.
    if (tag === '!' || tag === '!!str' || tag === '!!timestamp' || tag === '!!binary') return text
    const value = resolveScalar(text)
    if (tag === '!!null' && value === null) return value
    if (tag === '!!bool' && typeof value === 'boolean') return value
    if (tag === '!!int' && Number.isInteger(value)) return value
    if (tag === '!!float' && typeof value === 'number') return value
    throw this.#wrongTag(tag, offset)
  }

  #expectsKey(): boolean {
    const frame = this.#frames.at(-1)
    return frame !== undefined && frame.list === undefined && frame.key === undefined && !frame.merging
  }

  #key(frame: Frame, key: string, offset: number, isMerge: boolean): void {
    frame.keyOffset = offset
    frame.merging = isMerge
    if (isMerge) return
    if (Object.hasOwn(frame.map, key)) {
      const first = this.#positions.place(frame.offsets[frame.keys.indexOf(key) * 2] ?? 0, '')
      const message = `The key "${shorten(key)}" stands here for the second time; the first is in line ${first.line}.`
      throw this.#fault(message, 'Keep one of the two.', offset)
    }
    frame.key = key
  }

  /** Adds a finished value to the collection that is open. */
  #add(value: JsonValue, offset: number, height: number): void {
    const frame = this.#frames.at(-1)
    const at = this.#base + offset
    if (frame === undefined) {
      if (this.#root === undefined) this.#root = value
      else throw this.#fault('The file holds more than one YAML document.', 'Keep one document per file.', offset)
      return
    }
    frame.height = Math.max(frame.height, height + 1)
    if (frame.list !== undefined) {
      frame.list.push(value)
      frame.offsets.push(at, at)
    } else if (frame.merging) {
      frame.merging = false
      this.#merge(frame, value, offset)
    } else {
      const key = frame.key ?? ''
      frame.key = undefined
      frame.map[key] = value
      frame.keys.push(key)
      frame.offsets.push(this.#base + frame.keyOffset, at)
      const first = key.charCodeAt(0)
      if (first >= 0x30 && first <= 0x39) frame.reordered = true
    }
  }

  #close(): void {
    const frame = this.#frames.pop()
    // The end of the document itself.
    if (frame === undefined) return
    const { start, anchor, height } = frame
    if (frame.merged.length > 0) this.#applyMerges(frame)
    const value = frame.list ?? frame.map
    this.#positions.record(value, this.#base + start, frame.reordered ? inKeyOrder(frame) : frame.offsets)
    if (anchor !== undefined) this.#anchors.set(anchor, { value, size: this.#size - frame.sizeBefore + 1, height })
    this.#add(value, start, height)
  }

  #alias(nameStart: number, nameEnd: number): void {
    const name = this.#source.text.slice(nameStart, nameEnd)
    const offset = nameStart - 1
    const frame = this.#frames.at(-1)
    const target = this.#anchors.get(name)
    if (target === undefined) {
      const circle = this.#frames.some(open => open.anchor === name)
      const what = circle ? 'stands inside the value that it names' : 'names nothing that stands above it'
      throw this.#fault(`The alias *${shorten(name)} ${what}.`, 'Write the value out, or use $ref.', offset)
    }
    if (frame !== undefined && this.#expectsKey()) {
      if (typeof target.value !== 'string') throw this.#complexKey(offset, 'an alias of something else')
      this.#key(frame, target.value, offset, false)
      return
    }
    this.#expand(target.size, offset)
    if (this.#frames.length + target.height > deepest) {
      throw this.#fault(nestedTooDeep.message, nestedTooDeep.hint, offset)
    }
    this.#add(target.value, offset, target.height)
  }

  #merge(frame: Frame, value: JsonValue, offset: number): void {
    for (const source of Array.isArray(value) ? value : [value]) {
      if (!isObject(source)) {
        throw this.#fault('A merge key "<<" takes an object or a list of objects.', 'Write the members out.', offset)
      }
      this.#expand(Object.keys(source).length, offset)
      frame.merged.push(source)
    }
  }

  #applyMerges(frame: Frame): void {
    frame.reordered = true
    for (const source of frame.merged) {
      for (const [key, offsets] of this.#positions.members(source)) {
        if (Object.hasOwn(frame.map, key)) continue
        frame.map[key] = source[key] ?? null
        frame.keys.push(key)
        frame.offsets.push(offsets.key, offsets.value)
      }
    }
  }

  #expand(values: number, offset: number): void {
    this.#size += values
    this.#expanded += values
    if (this.#expanded <= mostExpanded) return
    const message = 'Written out, the aliases of this file come to more than a million values.'
    throw this.#fault(message, 'Use $ref instead of aliases.', offset)
  }

  #anchorOf(event: { readonly anchorStart: number; readonly anchorEnd: number }): string | undefined {
    return event.anchorStart < 0 ? undefined : this.#source.text.slice(event.anchorStart, event.anchorEnd)
  }

  #tagOf(event: { readonly tagStart: number; readonly tagEnd: number }): string | undefined {
    if (event.tagStart < 0) return undefined
    const tag = this.#source.text.slice(event.tagStart, event.tagEnd)
    return tag.replace(/^!<tag:yaml\.org,2002:(.*)>$/, '!!$1')
  }

  #complexKey(offset: number, what: string): Fault {
    return this.#fault(`A key must be text; here stands ${what}.`, 'Put it in quotes if it is meant as text.', offset)
  }

  #wrongTag(tag: string, offset: number): Fault {
    const hint = 'Write the value itself; files are not included by tags.'
    return this.#fault(`The YAML tag ${shorten(tag)} is not known or does not fit its value.`, hint, offset)
  }

  #fault(message: string, hint: string, offset: number): Fault {
    return syntaxFault(this.#source, message, hint, offset)
  }
}

/** The offsets of a mapping in the order in which JavaScript enumerates its keys. */
function inKeyOrder(frame: Frame): number[] {
  const order = new Map(frame.keys.map((key, index) => [key, index * 2]))
  return Object.keys(frame.map).flatMap(key => {
    const at = order.get(key) ?? 0
    return [frame.offsets[at] ?? 0, frame.offsets[at + 1] ?? 0]
  })
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
