import { isString, type JsonValue } from '../../core/json.ts'
import type { Sketch, SketchKind } from './sketch.ts'

export interface Caps {
  readonly entries: number
  readonly bytes: number
}

/** Where structures come from: the room's memory. */
export interface Structures {
  map<S extends Sketch>(name: string, kind: SketchKind<S>, caps: Caps): LruMap<S>
}

const entryBytes = 120

/**
 * A map from keys to sketches that forgets what was used least lately. Whatever is fed, it holds at most `entries`
 * entries and at most `bytes` bytes by estimate: 120 for an entry, two for each character of its key, and its sketch.
 */
export class LruMap<S extends Sketch> {
  readonly kind: SketchKind<S>
  readonly #caps: Caps
  /** In the order of use, the least lately used first, as `Map` keeps insertion order. */
  readonly #entries = new Map<string, S>()
  // Kept between evictions: everything before it is gone or has moved to the end, and a new iterator would walk over
  // all the holes that deleted entries leave at the beginning of a `Map`.
  #oldest: IterableIterator<[string, S]> = this.#entries.entries()
  readonly #grown: () => void
  #bytes = 0
  #evicted = 0

  /** @param grown called after each growth, so that the room can keep the cap over all its structures */
  constructor(kind: SketchKind<S>, caps: Caps, grown: () => void = () => {}) {
    this.kind = kind
    this.#caps = caps
    this.#grown = grown
  }

  get size(): number {
    return this.#entries.size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** How many entries were forgotten to keep a cap. */
  get evicted(): number {
    return this.#evicted
  }

  /** The sketch of a key, if there is one; reading leaves the order of use as it is. Change it only through `use`. */
  peek(key: string): S | undefined {
    return this.#entries.get(key)
  }

  /** Works on the sketch of a key, which is created when it is not there; the key is then the one used last. */
  use<T>(key: string, work: (sketch: S) => T): T {
    const known = this.#entries.get(key)
    const sketch = known ?? this.kind.create()
    const before = known === undefined ? 0 : costOf(key, known)
    if (known !== undefined) this.#entries.delete(key)
    this.#entries.set(key, sketch)
    const result = work(sketch)
    const growth = costOf(key, sketch) - before
    this.#bytes += growth
    this.#keepCaps()
    if (growth > 0) this.#grown()
    return result
  }

  entries(): IterableIterator<[string, S]> {
    return this.#entries.entries()
  }

  /** Forgets the entry that was used least lately; false when there is none. */
  evictOldest(): boolean {
    let oldest = this.#oldest.next()
    if (oldest.done === true) {
      this.#oldest = this.#entries.entries()
      oldest = this.#oldest.next()
    }
    if (oldest.done === true) return false
    const [key, sketch] = oldest.value
    this.#entries.delete(key)
    this.#bytes -= costOf(key, sketch)
    this.#evicted++
    return true
  }

  save(): JsonValue {
    return {
      evicted: this.#evicted,
      entries: [...this.#entries].map(([key, sketch]) => [key, sketch.save()]),
    }
  }

  /** Fills an empty map with what `save` gave, within its caps. False when that is not of this kind. */
  load(saved: { readonly entries: readonly unknown[]; readonly evicted: number }): boolean {
    for (const entry of saved.entries) {
      if (!Array.isArray(entry) || entry.length !== 2) return false
      const [key, state]: readonly unknown[] = entry
      const sketch = this.kind.restore(state)
      if (!isString(key) || sketch === undefined || this.#entries.has(key)) return false
      this.#entries.set(key, sketch)
      this.#bytes += costOf(key, sketch)
      this.#keepCaps()
    }
    this.#evicted += saved.evicted
    this.#grown()
    return true
  }

  #keepCaps(): void {
    while (this.#entries.size > this.#caps.entries || this.#bytes > this.#caps.bytes) {
      if (!this.evictOldest()) return
    }
  }
}

function costOf(key: string, sketch: Sketch): number {
  return entryBytes + key.length * 2 + sketch.bytes
}
