import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Gcra, type GcraRate } from './gcra.ts'

const minute = 60_000
const rate: GcraRate = { interval: minute / 6, burst: 3 }

function passes(gcra: Gcra, key: string, now: number, count: number, limit = rate): number {
  let allowed = 0
  for (let index = 0; index < count; index++) if (gcra.take(key, limit, now).allowed) allowed++
  return allowed
}

describe('Gcra', () => {
  it('allows the burst at once, then one in each interval', () => {
    const gcra = new Gcra()
    expect(passes(gcra, 'a', 0, 10)).toBe(3)
    expect(passes(gcra, 'a', 9_999, 10)).toBe(0)
    expect(passes(gcra, 'a', 10_000, 10)).toBe(1)
    expect(passes(gcra, 'a', 10 * minute, 10)).toBe(3)
    expect(passes(gcra, 'b', 0, 10)).toBe(3)
  })

  it('says how the caller stands', () => {
    const gcra = new Gcra()
    expect(gcra.take('a', rate, 0)).toEqual({ allowed: true, remaining: 2, retryAfter: 0, resetAfter: 10_000 })
    expect(gcra.take('a', rate, 0, 2)).toEqual({ allowed: true, remaining: 0, retryAfter: 0, resetAfter: 30_000 })
    expect(gcra.take('a', rate, 4_000)).toEqual({ allowed: false, remaining: 0, retryAfter: 6_000, resetAfter: 26_000 })
  })

  it('locks nobody out for long when the clock is set back', () => {
    const gcra = new Gcra()
    passes(gcra, 'a', 1_000_000_000, 10)
    expect(passes(gcra, 'a', 1_000, 10)).toBe(0)
    expect(passes(gcra, 'a', 1_000 + 30_000, 10)).toBe(3)
  })

  it('never lets more through than burst and time allow, whatever the times', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 30_000 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (gaps, burst) => {
          const gcra = new Gcra()
          const limit = { interval: 5_000, burst }
          let now = 0
          let allowed = 0
          for (const gap of gaps) {
            now += gap
            if (gcra.take('a', limit, now).allowed) allowed++
            expect(allowed).toBeLessThanOrEqual(burst + now / limit.interval + 0.001)
          }
        },
      ),
    )
  })

  it('stays bounded under a flood of new callers and forgives none who is limited', () => {
    const gcra = new Gcra(1_000)
    const slow = { interval: 15 * minute, burst: 3 }
    expect(passes(gcra, 'offender', 0, 10, slow)).toBe(3)
    for (let index = 0; index < 50_000; index++) {
      gcra.take(`flood-${index}`, slow, index)
      if (index % 5_000 === 0) expect(gcra.take('offender', slow, index).allowed).toBe(false)
    }
    expect(gcra.size).toBeLessThanOrEqual(1_000)
    // One who came late and is counted in the sketch is limited all the same, and stays so when there is room again.
    expect(passes(gcra, 'late', 60_000, 10, slow)).toBeLessThanOrEqual(3)
    expect(gcra.take('late', slow, 60_000).allowed).toBe(false)
    const later = 15 * minute - 1
    for (let index = 0; index < 5_000; index++) gcra.take(`sweep-${index}`, slow, later)
    expect(gcra.take('late', slow, later).allowed).toBe(false)
  })

  it('a map that simply forgets the oldest would fail that test', () => {
    const forgetful = new Map<string, number>()
    const take = (key: string) => {
      const used = (forgetful.get(key) ?? 0) + 1
      forgetful.set(key, used)
      if (forgetful.size > 1_000) forgetful.delete(forgetful.keys().next().value ?? '')
      return used <= 3
    }
    for (let index = 0; index < 4; index++) take('offender')
    for (let index = 0; index < 5_000; index++) take(`flood-${index}`)
    expect(take('offender')).toBe(true)
  })

  it('drops what has passed, so that quiet callers cost nothing', () => {
    const gcra = new Gcra(100)
    for (let index = 0; index < 10_000; index++) gcra.take(`caller-${index}`, { interval: 10, burst: 1 }, index * 20)
    expect(gcra.size).toBeLessThan(20)
  })
})
