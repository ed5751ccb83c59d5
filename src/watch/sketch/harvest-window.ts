import { isObject, isString, type JsonValue } from '../../core/json.ts'
import { type DistinctWindow, distinctWindow } from './distinct-counter.ts'
import { isCount, type Sketch, type SketchKind } from './sketch.ts'
import { type WindowCounter, windowCounter } from './window-counter.ts'

/**
 * How many distinct objects one caller was handed lately. Where only some of an answer's objects were listed, the
 * distinct ones are scaled by all handed over all listed, so that a list read again and again does not add up.
 *
 * Memory: a distinct window and two counters, 164 KiB at most.
 */
export class HarvestWindow implements Sketch {
  readonly #distinct: DistinctWindow
  readonly #handed: WindowCounter
  readonly #listed: WindowCounter
  #group: string
  #next: number
  #judgedAt: number
  readonly #milliseconds: number

  constructor(
    milliseconds: number,
    parts: { distinct: DistinctWindow; handed: WindowCounter; listed: WindowCounter },
    memory: { group: string; next: number; judgedAt: number } = { group: '', next: 0, judgedAt: 0 },
  ) {
    this.#milliseconds = milliseconds
    this.#distinct = parts.distinct
    this.#handed = parts.handed
    this.#listed = parts.listed
    this.#group = memory.group
    this.#next = memory.next
    this.#judgedAt = memory.judgedAt
  }

  /** With whom it is compared. */
  get group(): string {
    return this.#group
  }

  get bytes(): number {
    return 200 + this.#group.length * 2 + this.#distinct.bytes + this.#handed.bytes + this.#listed.bytes
  }

  take(at: number, group: string, objects: readonly string[], handed: number): void {
    this.#group = group
    for (const object of objects) this.#distinct.add(at, object)
    this.#handed.add(at, Math.round(handed))
    this.#listed.add(at, objects.length)
  }

  count(at: number): number {
    const listed = this.#listed.count(at)
    const scale = listed === 0 ? 1 : Math.max(1, this.#handed.count(at) / listed)
    return Math.round(this.#distinct.count(at) * scale)
  }

  /** Whether the count is worth judging again in this window. */
  due(at: number, floor: number): boolean {
    const next = Math.abs(at - this.#judgedAt) < this.#milliseconds ? this.#next : floor
    return this.count(at) >= next
  }

  /** @param next the count from which it is to be judged again */
  judged(at: number, next: number): void {
    this.#judgedAt = at
    this.#next = Math.ceil(next)
  }

  save(): JsonValue {
    const memory = { group: this.#group, next: this.#next, judgedAt: this.#judgedAt }
    return { ...memory, distinct: this.#distinct.save(), handed: this.#handed.save(), listed: this.#listed.save() }
  }
}

export function harvestWindow(milliseconds: number): SketchKind<HarvestWindow> {
  const distinctKind = distinctWindow(milliseconds)
  const counterKind = windowCounter(milliseconds, 4)
  return {
    shape: `harvest-window ${milliseconds}`,
    create: () =>
      new HarvestWindow(milliseconds, {
        distinct: distinctKind.create(),
        handed: counterKind.create(),
        listed: counterKind.create(),
      }),
    restore: saved => {
      if (!isObject(saved) || !isString(saved['group']) || saved['group'].length > 64) return undefined
      const { group, next, judgedAt } = saved
      const distinct = distinctKind.restore(saved['distinct'])
      const handed = counterKind.restore(saved['handed'])
      const listed = counterKind.restore(saved['listed'])
      if (!distinct || !handed || !listed || !isCount(next) || !isCount(judgedAt)) return undefined
      return new HarvestWindow(milliseconds, { distinct, handed, listed }, { group, next, judgedAt })
    },
  }
}
