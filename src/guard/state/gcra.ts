import type { Instant } from '../../core/clock.ts'
import { OverflowSketch } from './overflow-sketch.ts'

/** A rate in the terms of the algorithm. */
export interface GcraRate {
  /** Milliseconds between two calls that keep exactly to the rate. */
  readonly interval: number
  /** Calls that may come at once. */
  readonly burst: number
}

export interface GcraVerdict {
  readonly allowed: boolean
  /** Calls left at this moment. */
  readonly remaining: number
  /** Milliseconds until the next call is allowed; 0 when one is. */
  readonly retryAfter: number
  /** Milliseconds until the whole burst is there again. */
  readonly resetAfter: number
}

/**
 * The generic cell rate algorithm (ITU-T I.371): one number for each caller, the instant at which all its calls would
 * have been due had they kept to the rate. Exact, without windows at whose edges twice the rate gets through.
 *
 * Bounded whatever an attacker sends, and no eviction forgives anybody:
 * - an entry whose instant has passed says nothing any more and is dropped, a few with every new one;
 * - when the map is full of callers that are still limited, newcomers are counted in a sketch of fixed size, whose cells
 *   they share with others: it may limit somebody too early, never anybody too late. So under a flood from millions of
 *   addresses some honest newcomers wait; who was known before is counted exactly.
 */
export class Gcra {
  readonly #due = new Map<string, Instant>()
  readonly #capacity: number
  readonly #overflow = new OverflowSketch()
  #sweeper: Iterator<[string, Instant]> | undefined

  /** @param capacity callers that are counted exactly; each takes about 100 bytes */
  constructor(capacity = 100_000) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#due.size
  }

  /** Counts a call when it is allowed. A call that is refused costs nothing more. */
  take(key: string, { interval, burst }: GcraRate, now: Instant, cost = 1): GcraVerdict {
    const span = interval * burst
    const stored = this.#dueOf(key)
    const due = Math.min(Math.max(stored, now), now + span)
    // A clock that was set back must not lock anybody out: nobody is ever further ahead than a whole burst.
    if (stored > due && this.#due.has(key)) this.#due.set(key, due)
    const next = due + interval * cost
    const over = next - now - span
    if (over > 0.0001)
      return { allowed: false, remaining: remaining(due, now, span, interval), retryAfter: over, resetAfter: due - now }
    this.#store(key, next, now)
    return { allowed: true, remaining: remaining(next, now, span, interval), retryAfter: 0, resetAfter: next - now }
  }

  #dueOf(key: string): Instant {
    return this.#due.get(key) ?? this.#overflow.get(key)
  }

  #store(key: string, due: Instant, now: Instant): void {
    const known = this.#due.has(key)
    if (!known) this.#sweep(now)
    if (known || this.#due.size < this.#capacity) this.#due.set(key, due)
    else this.#overflow.raise(key, due)
  }

  /** Looks at four entries in turn for every new one: what has passed goes sooner than the map can fill with it. */
  #sweep(now: Instant): void {
    for (let looked = 0; looked < 4; looked++) {
      this.#sweeper ??= this.#due.entries()
      const { done, value } = this.#sweeper.next()
      if (done === true) {
        this.#sweeper = undefined
        return
      }
      const [key, due] = value
      if (due <= now) this.#due.delete(key)
    }
  }
}

function remaining(due: Instant, now: Instant, span: number, interval: number): number {
  return Math.max(0, Math.floor((now + span - due) / interval + 0.0001))
}
