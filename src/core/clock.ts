/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number

/** Where time comes from. Everything that measures or expires takes one, so that tests can hold time still. */
export interface Clock {
  now(): Instant
}

export const systemClock: Clock = { now: () => Date.now() }

/** A clock that stands still until it is told to move. */
export class FrozenClock implements Clock {
  #now: Instant

  constructor(start: Instant) {
    this.#now = start
  }

  now(): Instant {
    return this.#now
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds
  }
}
