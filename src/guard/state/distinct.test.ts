import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrozenClock } from '../../core/clock.ts'
import { DistinctCounter } from './distinct.ts'

const hour = 3_600_000

function taken(counter: DistinctCounter, caller: string, names: Iterable<unknown>, allowance: number): number {
  let count = 0
  for (const name of names) if (counter.take(caller, String(name), allowance)) count++
  return count
}

describe('DistinctCounter', () => {
  it('gives each caller its allowance of different names, and the same ones again for nothing', () => {
    const counter = new DistinctCounter(new FrozenClock(0), hour)
    expect(taken(counter, 'anna', ['a', 'b', 'a', 'c', 'd'], 3)).toBe(4)
    expect(taken(counter, 'anna', ['a', 'b', 'c'], 3)).toBe(3)
    expect(taken(counter, 'anna', ['d', 'e'], 3)).toBe(0)
    expect(taken(counter, 'bert', ['d', 'e'], 3)).toBe(2)
  })

  it('begins a window with the first name and ends it on time', () => {
    const clock = new FrozenClock(5)
    const counter = new DistinctCounter(clock, hour)
    expect(counter.remaining('anna')).toBe(0)
    taken(counter, 'anna', ['a'], 1)
    clock.advance(hour - 1)
    expect(counter.take('anna', 'b', 1)).toBe(false)
    expect(counter.remaining('anna')).toBe(1)
    clock.advance(1)
    expect(counter.take('anna', 'b', 1)).toBe(true)
  })

  it('loses names before counts, so that an offender gains nothing from others', () => {
    const counter = new DistinctCounter(new FrozenClock(0), hour, { names: 10, callers: 100 })
    expect(taken(counter, 'offender', Array(5).keys(), 5)).toBe(5)
    for (let other = 0; other < 50; other++) taken(counter, `other ${other}`, Array(5).keys(), 5)
    expect(counter.names).toBeLessThanOrEqual(10)
    expect(counter.take('offender', 'new', 5)).toBe(false)
  })

  it('never forgives an active offender, even when there are too many callers', () => {
    const counter = new DistinctCounter(new FrozenClock(0), hour, { names: 1_000, callers: 10 })
    taken(counter, 'offender', Array(5).keys(), 5)
    for (let other = 0; other < 500; other++) {
      counter.take(`other ${other}`, 'a', 5)
      expect(counter.take('offender', `new ${other}`, 5)).toBe(false)
    }
    expect(counter.callers).toBeLessThanOrEqual(10)
  })

  it('never gives more different names in a window than allowed, and stays within its bounds', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 20 }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.integer({ min: 1, max: 8 }), (steps, allowance) => {
        const counter = new DistinctCounter(new FrozenClock(0), hour, { names: 12, callers: 10 })
        const given = new Map<number, Set<number>>()
        for (const [caller, name] of steps) {
          if (!counter.take(String(caller), String(name), allowance)) continue
          given.set(caller, (given.get(caller) ?? new Set()).add(name))
        }
        for (const names of given.values()) expect(names.size).toBeLessThanOrEqual(allowance)
        expect(counter.names).toBeLessThanOrEqual(12)
      }),
    )
  })
})
