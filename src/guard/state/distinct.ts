import type { Clock, Instant } from '../../core/clock.ts'

export interface DistinctSize {
  /** Names held exactly, of all callers together; about 100 bytes each. */
  readonly names: number
  /** Callers whose count is held; those beyond the exact part cost about 150 bytes each. */
  readonly callers: number
}

/** At most some 50 MB of names and 30 MB of counts. */
export const distinctSize: DistinctSize = { names: 500_000, callers: 200_000 }

interface Share {
  readonly start: Instant
  /** Undefined once the names had to be given up; the count goes on, and every name then counts as a new one. */
  names: Set<string> | undefined
  count: number
}

/**
 * Counts distinct names per caller and window. A window begins with a caller's first name, so within any one window
 * nobody gets more than allowed, and across its end at most twice as many.
 *
 * Bounded: when there are too many names, the caller who was idle for longest keeps the count and loses the names, which
 * only ever makes the count too high. When there are too many callers the one who was idle for longest is forgotten; an
 * active offender is never that one.
 */
export class DistinctCounter {
  readonly #clock: Clock
  readonly #window: number
  readonly #size: DistinctSize
  /** In order of use. */
  readonly #shares = new Map<string, Share>()
  /** Those of the shares that still hold names, in order of use. */
  readonly #exact = new Set<string>()
  #names = 0

  /** @param window milliseconds */
  constructor(clock: Clock, window: number, size: DistinctSize = distinctSize) {
    this.#clock = clock
    this.#window = window
    this.#size = size
  }

  get names(): number {
    return this.#names
  }

  get callers(): number {
    return this.#shares.size
  }

  /** Takes a name for a caller, as far as the allowance reaches; a name that was taken in this window is free. */
  take(caller: string, name: string, allowance: number): boolean {
    const share = this.#shareOf(caller)
    if (share.names?.has(name) === true) return true
    if (share.count >= allowance) return false
    share.count++
    if (share.names !== undefined) {
      share.names.add(name)
      this.#names++
      while (this.#names > this.#size.names) this.#coarsen()
    }
    return true
  }

  /** Milliseconds until the caller's window ends; 0 when none is open. */
  remaining(caller: string): number {
    const share = this.#shares.get(caller)
    return share === undefined ? 0 : Math.max(0, share.start + this.#window - this.#clock.now())
  }

  #shareOf(caller: string): Share {
    const known = this.#shares.get(caller)
    const now = this.#clock.now()
    if (known !== undefined) {
      this.#shares.delete(caller)
      // A clock that was set back neither opens a window again nor keeps one open for ever.
      if (now < known.start + this.#window && now >= known.start - this.#window) {
        this.#shares.set(caller, known)
        if (this.#exact.delete(caller)) this.#exact.add(caller)
        return known
      }
      this.#release(caller, known)
    }
    const share: Share = { start: now, names: new Set(), count: 0 }
    this.#shares.set(caller, share)
    this.#exact.add(caller)
    if (this.#shares.size > this.#size.callers) this.#forgetOldest()
    return share
  }

  #coarsen(): void {
    for (const caller of this.#exact) {
      const share = this.#shares.get(caller)
      if (share !== undefined) this.#release(caller, share)
      return
    }
  }

  #forgetOldest(): void {
    for (const [caller, share] of this.#shares) {
      this.#release(caller, share)
      this.#shares.delete(caller)
      return
    }
  }

  #release(caller: string, share: Share): void {
    this.#names -= share.names?.size ?? 0
    share.names = undefined
    this.#exact.delete(caller)
  }
}
