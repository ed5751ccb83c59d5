import type { Clock, Instant } from '../../core/clock.ts'

interface Flight<T> {
  readonly result: Promise<T>
  /** Undefined while it is under way. */
  landedAt: Instant | undefined
}

export interface FlightsSize {
  /** Milliseconds for which a result is good for the next one who asks. */
  readonly fresh: number
  /** Results and flights together. */
  readonly most: number
}

/**
 * One question at a time for each key, and its answer for those who ask within a moment: a stampede costs the upstream
 * one request. A failed question is forgotten at once.
 */
export class Flights<T> {
  readonly #clock: Clock
  readonly #size: FlightsSize
  readonly #flights = new Map<string, Flight<T>>()

  constructor(clock: Clock, size: FlightsSize) {
    this.#clock = clock
    this.#size = size
  }

  /** The answer for a key; undefined when so many questions are under way that no further one is asked. */
  ask(key: string, question: () => Promise<T>, keep: (answer: T) => boolean = () => true): Promise<T> | undefined {
    const known = this.#flights.get(key)
    if (known !== undefined) {
      if (known.landedAt === undefined || this.#clock.now() - known.landedAt <= this.#size.fresh) return known.result
      this.#flights.delete(key)
    }
    if (this.#flights.size >= this.#size.most && !this.#makeRoom()) return undefined
    const flight: Flight<T> = { result: question(), landedAt: undefined }
    this.#flights.set(key, flight)
    flight.result.then(
      answer => {
        flight.landedAt = this.#clock.now()
        if (!keep(answer) && this.#flights.get(key) === flight) this.#flights.delete(key)
      },
      () => this.#flights.get(key) === flight && this.#flights.delete(key),
    )
    return flight.result
  }

  /** Forgets the oldest answer; what is under way is never given up. */
  #makeRoom(): boolean {
    for (const [key, flight] of this.#flights) {
      if (flight.landedAt === undefined) continue
      this.#flights.delete(key)
      return true
    }
    return false
  }
}
