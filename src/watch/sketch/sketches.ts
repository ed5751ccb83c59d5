import { Fault } from '../../core/fault.ts'
import { isObject, isString, type JsonObject, member } from '../../core/json.ts'
import { Ledger } from './ledger.ts'
import { type Caps, LruMap, type Structures } from './lru-map.ts'
import { isCount, type Sketch, type SketchKind } from './sketch.ts'

const version = 1
const mebibyte = 1024 * 1024

export interface SketchesOptions {
  /** The cap over all structures together; 96 MiB when absent. */
  readonly bytes?: number
  /** What `save` gave; anything else is a Fault. */
  readonly saved?: unknown
}

/**
 * The memory of watch. Detectors ask for structures by name and are handed the same one each time; all of them together
 * stay below one cap. Where it is reached, the largest structure forgets first, so that flooding one detector's memory
 * does not empty another's.
 */
export class Sketches implements Structures {
  readonly #cap: number
  readonly #maps = new Map<string, LruMap<Sketch>>()
  readonly #saved: JsonObject
  /** What was handed to whom; learnt by the stream after the detectors have seen the event. */
  readonly ledger: Ledger

  constructor(options: SketchesOptions = {}) {
    this.#cap = options.bytes ?? 96 * mebibyte
    this.#saved = options.saved === undefined ? {} : savedStructures(options.saved)
    this.ledger = new Ledger(this)
  }

  get bytes(): number {
    let sum = 0
    for (const map of this.#maps.values()) sum += map.bytes
    return sum
  }

  /** How many entries were forgotten to keep the caps. */
  get evicted(): number {
    let sum = 0
    for (const map of this.#maps.values()) sum += map.evicted
    return sum
  }

  /** The map of that name. A detector's names begin with its id, so that two never meet by accident. */
  map<S extends Sketch>(name: string, kind: SketchKind<S>, caps: Caps): LruMap<S> {
    const known = this.#maps.get(name)
    if (known !== undefined) {
      if (known.kind.shape !== kind.shape) throw new TypeError(`${name} is a ${known.kind.shape}, not a ${kind.shape}`)
      // The shape names the kind with all its sizes: equal shapes are made by the same kind.
      return known as unknown as LruMap<S>
    }
    const map = new LruMap(kind, caps, () => this.#keepCap())
    // The room only counts, saves and evicts, whatever the sketches in it are.
    this.#maps.set(name, map as unknown as LruMap<Sketch>)
    this.#restore(name, map)
    return map
  }

  /** Everything remembered, as plain JSON. Structures that nobody asked for again are left out. */
  save(): JsonObject {
    const structures = [...this.#maps].map(
      ([name, map]) => [name, { shape: map.kind.shape, state: map.save() }] as const,
    )
    return { version, structures: Object.fromEntries(structures) }
  }

  #restore<S extends Sketch>(name: string, map: LruMap<S>): void {
    const saved = member(this.#saved, name)
    // A window or a size was configured differently: what was counted by the old one says nothing about the new one.
    if (saved === undefined || member(saved, 'shape') !== map.kind.shape) return
    const state = member(saved, 'state')
    const entries = member(state, 'entries')
    const evicted = member(state, 'evicted')
    if (!Array.isArray(entries) || !isCount(evicted) || !map.load({ entries, evicted })) throw unreadable(name)
  }

  #keepCap(): void {
    while (this.bytes > this.#cap) {
      let largest: LruMap<Sketch> | undefined
      let largestName = ''
      for (const [name, map] of this.#maps) {
        const more = map.bytes - (largest?.bytes ?? 0)
        // Of two alike the name decides, so that it does not matter which detector started first.
        if (more < 0 || (more === 0 && (largest === undefined || name > largestName))) continue
        largest = map
        largestName = name
      }
      if (largest === undefined || !largest.evictOldest()) return
    }
  }
}

function savedStructures(saved: unknown): JsonObject {
  const structures = member(saved, 'structures')
  if (member(saved, 'version') !== version || !isObject(structures)) throw unreadable('the whole')
  for (const [name, structure] of Object.entries(structures)) {
    if (!isString(member(structure, 'shape'))) throw unreadable(name)
  }
  return structures
}

function unreadable(name: string): Fault {
  return new Fault('configuration', `The saved state of watch cannot be used (${name}).`, {
    hint: 'Remove it: watch starts without it and learns anew.',
  })
}
