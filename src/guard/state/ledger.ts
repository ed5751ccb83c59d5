import type { Clock, Instant } from '../../core/clock.ts'

export interface LedgerSize {
  /** Objects remembered exactly for each caller; the one that was not seen for longest goes first. */
  readonly perCaller: number
  /** Objects of all callers together; the caller who was away for longest goes first, as a whole. */
  readonly total: number
}

/** About 150 bytes an object with keys of ordinary length, so at most some 75 MB. */
export const ledgerSize: LedgerSize = { perCaller: 2_000, total: 500_000 }

/** How an object came to a caller: `handed` in an answer, or `owned`: an owner rule was found to hold for it. */
export type Standing = 'handed' | 'owned'

/** 0: handed alone; else the instant at which ownership was last seen. */
type Entry = Instant

/**
 * What the guard has itself handed to each caller. Exact and bounded: what is forgotten is asked for again or is
 * unfamiliar, and never the other way round. Room for a filter behind the exact part is in {@link Ledger.knows}.
 */
export class Ledger {
  readonly #clock: Clock
  readonly #size: LedgerSize
  /** In order of use, so that the first is the one to forget. */
  readonly #callers = new Map<string, Map<string, Entry>>()
  #total = 0

  constructor(clock: Clock, size: LedgerSize = ledgerSize) {
    this.#clock = clock
    this.#size = size
  }

  /** Objects remembered, of all callers. */
  get size(): number {
    return this.#total
  }

  /** Notes that a caller was handed an object. What is known to be owned stays so when it is handed again. */
  hand(caller: string, object: string, standing: Standing): void {
    const objects = this.#objectsOf(caller)
    const known = objects.get(object)
    if (known === undefined) this.#total++
    else objects.delete(object)
    objects.set(object, standing === 'owned' ? Math.max(1, this.#clock.now()) : (known ?? 0))
    if (objects.size > this.#size.perCaller) {
      objects.delete(firstOf(objects))
      this.#total--
    }
    while (this.#total > this.#size.total) this.#forgetCaller(firstOf(this.#callers))
  }

  /** True when the object was handed to this caller. */
  knows(caller: string, object: string): boolean {
    return this.#use(caller, object) !== undefined
  }

  /** True when the object was seen to be the caller's own, `within` milliseconds. */
  owns(caller: string, object: string, within: number): boolean {
    const entry = this.#use(caller, object)
    return entry !== undefined && entry > 0 && this.#clock.now() - entry <= within
  }

  /** Takes back what was noted of one object: it changed hands, or the answer that carried it was refused. */
  forget(caller: string, object: string): void {
    if (this.#callers.get(caller)?.delete(object) === true) this.#total--
  }

  #use(caller: string, object: string): Entry | undefined {
    const objects = this.#callers.get(caller)
    const entry = objects?.get(object)
    if (objects === undefined || entry === undefined) return undefined
    objects.delete(object)
    objects.set(object, entry)
    this.#callers.delete(caller)
    this.#callers.set(caller, objects)
    return entry
  }

  #objectsOf(caller: string): Map<string, Entry> {
    const objects = this.#callers.get(caller) ?? new Map<string, Entry>()
    this.#callers.delete(caller)
    this.#callers.set(caller, objects)
    return objects
  }

  #forgetCaller(caller: string): void {
    this.#total -= this.#callers.get(caller)?.size ?? 0
    this.#callers.delete(caller)
  }
}

function firstOf(map: ReadonlyMap<string, unknown>): string {
  for (const key of map.keys()) return key
  return ''
}
