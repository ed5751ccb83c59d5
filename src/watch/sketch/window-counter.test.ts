import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { windowCounter } from './window-counter.ts'

const steps = fc.array(fc.tuple(fc.nat({ max: 30_000 }), fc.nat({ max: 5 })), { maxLength: 80 })

describe('WindowCounter', () => {
  const kind = windowCounter(1_000, 10)

  it('counts what lies within the window, to a slice', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20_000 }), { maxLength: 100 }), times => {
        const counter = kind.create()
        const ordered = times.toSorted((left, right) => left - right)
        for (const at of ordered) counter.add(at)
        const now = ordered.at(-1) ?? 0
        const oldest = (Math.floor(now / 100) - 9) * 100
        expect(counter.count(now)).toBe(ordered.filter(at => at >= oldest).length)
      }),
    )
  })

  it('tumbles with a single slice', () => {
    const counter = windowCounter(1_000, 1).create()
    counter.add(900)
    counter.add(999)
    expect(counter.count(999)).toBe(2)
    expect(counter.count(1_000)).toBe(0)
  })

  it('takes late events into their own slice, drops older ones, and starts anew when the clock was set back', () => {
    const counter = kind.create()
    counter.add(10_000)
    counter.add(9_500)
    expect(counter.count(10_000)).toBe(2)
    expect(counter.count(10_500)).toBe(1)
    counter.add(8_900)
    expect(counter.count(10_000)).toBe(2)
    counter.add(50)
    expect(counter.count(50)).toBe(1)
  })

  it('holds the same memory whatever is fed', () => {
    fc.assert(
      fc.property(steps, fed => {
        const counter = kind.create()
        const { bytes } = counter
        for (const [at, times] of fed) counter.add(at, times)
        expect(counter.bytes).toBe(bytes)
        expect(JSON.stringify(counter.save()).length).toBeLessThan(200)
      }),
    )
  })

  it('goes on after restoring as if nothing had happened', () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const original = kind.create()
        for (const [at, times] of before) original.add(at, times)
        const restored = kind.restore(JSON.parse(JSON.stringify(original.save())))
        for (const [at, times] of after) {
          original.add(at, times)
          restored?.add(at, times)
          expect(restored?.count(at)).toBe(original.count(at))
        }
      }),
    )
  })

  it.each([
    [null],
    [{ newest: 0.5, counts: [] }],
    [{ newest: 0, counts: [1, 2] }],
    [{ newest: 0, counts: Array(10).fill(-1) }],
  ])('does not restore %j', saved => expect(kind.restore(saved)).toBeUndefined())
})
