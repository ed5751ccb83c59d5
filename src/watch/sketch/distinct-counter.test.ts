import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DistinctCounter, distinctWindow } from './distinct-counter.ts'

const texts = (count: number, prefix = 'id') => Array.from({ length: count }, (_, index) => `${prefix}-${index}`)

function counted(items: Iterable<string>): DistinctCounter {
  const counter = new DistinctCounter()
  for (const item of items) counter.add(item)
  return counter
}

describe('DistinctCounter', () => {
  it('is exact up to 2,048 and says so', () => {
    const counter = counted([...texts(2048), ...texts(2048)])
    expect([counter.count, counter.exact]).toEqual([2048, true])
  })

  it.each([2_049, 5_000, 10_000, 20_000, 100_000])('estimates %i within five per cent', count => {
    for (const prefix of ['a', 'b', 'c']) {
      const counter = counted(texts(count, prefix))
      expect(counter.exact).toBe(false)
      // Three times the standard error of 1.6 %: one sketch in four hundred may stray further, these do not.
      expect(Math.abs(counter.count - count) / count).toBeLessThan(0.05)
    }
  })

  it('has the standard error that it claims', () => {
    const errors = Array.from({ length: 60 }, (_, run) => counted(texts(8_000, `run-${run}`)).count / 8_000 - 1)
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length)
    expect(deviation).toBeGreaterThan(0.008)
    expect(deviation).toBeLessThan(0.022)
  })

  it('never counts a text twice, never more than were added, and stays below its bound', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 400 }), items => {
        const counter = counted([...items, ...items])
        expect(counter.count).toBe(new Set(items).size)
        expect(counter.bytes).toBeLessThanOrEqual(100_000)
      }),
    )
    expect(counted(texts(50_000)).bytes).toBeLessThan(5_000)
  })
})

describe('DistinctWindow', () => {
  const kind = distinctWindow(1_000)

  it('counts a burst of half a window whole, wherever it begins', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000_000 }), fc.integer({ min: 1, max: 60 }), (begin, count) => {
        const window = kind.create()
        for (const [index, text] of texts(count).entries()) window.add(begin + Math.floor((index / count) * 500), text)
        expect(window.count(begin + 499)).toBe(count)
      }),
    )
  })

  it('forgets what lies more than a window back', () => {
    const window = kind.create()
    for (const text of texts(50)) window.add(10_000, text)
    window.add(11_600, 'later')
    expect(window.count(11_600)).toBe(1)
    expect(window.count(14_000)).toBe(0)
  })

  it('takes events that come a little late, and starts anew when the clock was set back', () => {
    const window = kind.create()
    window.add(10_000, 'a')
    window.add(9_700, 'b')
    expect(window.count(10_000)).toBe(2)
    window.add(2_000, 'c')
    expect(window.count(2_000)).toBe(1)
  })

  it('goes on after restoring as if nothing had happened', () => {
    const steps = fc.array(fc.tuple(fc.nat({ max: 4_000 }), fc.nat({ max: 3_000 })), { maxLength: 60 })
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const original = kind.create()
        for (const [at, id] of before) original.add(at, String(id))
        const restored = kind.restore(JSON.parse(JSON.stringify(original.save())))
        for (const [at, id] of after) {
          original.add(at, String(id))
          restored?.add(at, String(id))
          expect(restored?.count(at)).toBe(original.count(at))
        }
        expect(restored?.save()).toEqual(original.save())
      }),
    )
  })

  it('restores an estimate too', () => {
    const original = kind.create()
    for (const text of texts(5_000)) original.add(100, text)
    const restored = kind.restore(JSON.parse(JSON.stringify(original.save())))
    expect(restored?.count(100)).toBe(original.count(100))
  })

  it.each([
    [null],
    [[]],
    [[{}, {}]],
    [[{ window: 1, counter: ['x'] }]],
    [[{ window: 1, counter: 'AAAA' }, {}]],
    ['text'],
  ])('does not restore %j', saved => expect(kind.restore(saved)).toBeUndefined())
})
