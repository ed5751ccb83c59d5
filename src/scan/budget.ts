import type { Clock } from '../core/clock.ts'

interface BudgetOptions {
  readonly clock: Clock
  /** Milliseconds. */
  readonly timeLimit: number
  readonly requestLimit: number
  /** Takes what time is left away when it is aborted. */
  readonly signal?: AbortSignal
}

/** What a scan may spend. Whoever sends asks here first; when it is spent, everything ends by itself. */
export class Budget {
  readonly #clock: Clock
  readonly #start: number
  readonly #timeLimit: number
  readonly #requestLimit: number
  readonly signal: AbortSignal | undefined
  #requests = 0

  constructor({ clock, timeLimit, requestLimit, signal }: BudgetOptions) {
    this.signal = signal
    this.#clock = clock
    this.#start = clock.now()
    this.#timeLimit = timeLimit
    this.#requestLimit = requestLimit
  }

  get requests(): number {
    return this.#requests
  }

  /** Milliseconds since the start. */
  get elapsed(): number {
    return this.#clock.now() - this.#start
  }

  /** Milliseconds that are left; never below 0. */
  get left(): number {
    if (this.signal?.aborted === true) return 0
    return Math.max(0, this.#timeLimit - this.elapsed)
  }

  /** Requests that are left. */
  get requestsLeft(): number {
    return Math.max(0, this.#requestLimit - this.#requests)
  }

  /** What ran out, or undefined while there is something of both. */
  get spent(): 'time' | 'requests' | undefined {
    if (this.left === 0) return 'time'
    return this.requestsLeft === 0 ? 'requests' : undefined
  }

  /** True while less than this share of both was used: early work may not starve what comes after it. */
  within(share: number): boolean {
    return this.left > 0 && this.elapsed < this.#timeLimit * share && this.#requests < this.#requestLimit * share
  }

  /** Takes one request out of the budget; false when there is none. */
  take(): boolean {
    if (this.spent !== undefined) return false
    this.#requests += 1
    return true
  }
}
