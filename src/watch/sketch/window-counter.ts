import { isObject, type JsonValue } from '../../core/json.ts'
import { isCount, type Sketch, type SketchKind } from './sketch.ts'

/**
 * How many times something happened within the last window, in equal slices that fall away one after the other: the
 * window slides by one slice, and with a single slice it tumbles.
 *
 * Memory: 8 bytes for each slice, whatever is fed.
 */
export class WindowCounter implements Sketch {
  readonly #slice: number
  readonly #counts: number[]
  #newest: number

  /** @param slice milliseconds of one slice */
  constructor(slice: number, counts: number[], newest = Number.MIN_SAFE_INTEGER) {
    this.#slice = slice
    this.#counts = counts
    this.#newest = newest
  }

  get bytes(): number {
    return 120 + this.#counts.length * 8
  }

  add(at: number, times = 1): void {
    const slice = Math.floor(at / this.#slice)
    const age = this.#newest - slice
    // A clock that was set back by more than two windows: what was counted then is of no time that we know.
    if (age > 2 * this.#counts.length) this.#advance(slice, true)
    else if (age < 0) this.#advance(slice, false)
    else if (age >= this.#counts.length) return
    const index = this.#index(slice)
    this.#counts[index] = (this.#counts[index] ?? 0) + times
  }

  count(at: number): number {
    const slices = this.#counts.length
    const oldest = Math.floor(at / this.#slice) - slices + 1
    let sum = 0
    for (let slice = Math.max(oldest, this.#newest - slices + 1); slice <= this.#newest; slice++) {
      sum += this.#counts[this.#index(slice)] ?? 0
    }
    return sum
  }

  save(): JsonValue {
    return { newest: this.#newest, counts: [...this.#counts] }
  }

  #advance(slice: number, anew: boolean): void {
    const slices = this.#counts.length
    const passed = anew ? slices : Math.min(slices, slice - this.#newest)
    for (let step = 0; step < passed; step++) this.#counts[this.#index(slice - step)] = 0
    this.#newest = slice
  }

  #index(slice: number): number {
    const slices = this.#counts.length
    return ((slice % slices) + slices) % slices
  }
}

/** @param milliseconds the length of the window, cut into `slices` */
export function windowCounter(milliseconds: number, slices: number): SketchKind<WindowCounter> {
  const slice = milliseconds / slices
  return {
    shape: `window-counter ${milliseconds}/${slices}`,
    create: () =>
      new WindowCounter(
        slice,
        Array.from({ length: slices }, () => 0),
      ),
    restore: saved => {
      if (!isObject(saved) || !Number.isSafeInteger(saved['newest'])) return undefined
      const { counts } = saved
      if (!Array.isArray(counts) || counts.length !== slices || !counts.every(isCount)) return undefined
      return new WindowCounter(slice, [...counts], Number(saved['newest']))
    },
  }
}
