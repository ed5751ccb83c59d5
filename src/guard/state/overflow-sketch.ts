import { randomInt } from 'node:crypto'
import type { Instant } from '../../core/clock.ts'

/**
 * Instants of any number of keys in a fixed number of cells. A key's instant is the least of its cells: it is never
 * earlier than what was stored for the key, and may be later when others share all its cells.
 */
export class OverflowSketch {
  readonly #mask: number
  readonly #cells: readonly Float64Array[]
  // Drawn at random, so that nobody can look for keys that fall into somebody else's cells.
  readonly #seeds = [randomInt(2 ** 31), randomInt(2 ** 31), randomInt(2 ** 31)]
  #used = false

  /** @param bits 2^bits cells in each of three rows, eight bytes each */
  constructor(bits = 16) {
    this.#mask = 2 ** bits - 1
    this.#cells = this.#seeds.map(() => new Float64Array(2 ** bits))
  }

  get(key: string): Instant {
    if (!this.#used) return 0
    let least = Number.POSITIVE_INFINITY
    for (const [row, cells] of this.#cells.entries()) least = Math.min(least, cells[this.#index(key, row)] ?? 0)
    return least
  }

  raise(key: string, instant: Instant): void {
    this.#used = true
    for (const [row, cells] of this.#cells.entries()) {
      const index = this.#index(key, row)
      if ((cells[index] ?? 0) < instant) cells[index] = instant
    }
  }

  /** FNV-1a with a seed, finished as in MurmurHash3 so that low bits depend on all of it. */
  #index(key: string, row: number): number {
    let hash = this.#seeds[row] ?? 0
    for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    return (hash ^ (hash >>> 16)) & this.#mask
  }
}
