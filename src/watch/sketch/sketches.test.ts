import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fault } from '../../core/fault.ts'
import { distinctWindow } from './distinct-counter.ts'
import { LruMap } from './lru-map.ts'
import { Sketches } from './sketches.ts'
import { windowCounter } from './window-counter.ts'

const counters = windowCounter(1_000, 2)
const windows = distinctWindow(1_000)

interface Step {
  readonly map: number
  readonly key: string
  readonly at: number
  readonly item: string
}

const step: fc.Arbitrary<Step> = fc.record({
  map: fc.nat({ max: 2 }),
  key: fc.string({ maxLength: 12 }),
  at: fc.nat({ max: 5_000 }),
  item: fc.string({ maxLength: 6 }),
})

const names = ['first', 'second', 'third']

function feed(sketches: Sketches, steps: readonly Step[]): void {
  for (const { map, key, at, item } of steps) {
    sketches.map(names[map] ?? 'first', windows, { entries: 8, bytes: 6_000 }).use(key, window => window.add(at, item))
  }
}

function observations(sketches: Sketches, steps: readonly Step[]): readonly unknown[] {
  return steps.map(({ map, key, at }) => {
    return sketches
      .map(names[map] ?? 'first', windows, { entries: 8, bytes: 6_000 })
      .peek(key)
      ?.count(at)
  })
}

describe('LruMap', () => {
  it('keeps both caps whatever is fed, and counts its bytes truly', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), steps => {
        const map = new LruMap(windows, { entries: 8, bytes: 6_000 })
        for (const { key, at, item } of steps) {
          map.use(key, window => window.add(at, item))
          expect(map.size).toBeLessThanOrEqual(8)
          expect(map.bytes).toBeLessThanOrEqual(6_000)
        }
        const truly = [...map.entries()].reduce((sum, [key, window]) => sum + 120 + key.length * 2 + window.bytes, 0)
        expect(map.bytes).toBe(truly)
      }),
    )
  })

  it('forgets what was used least lately', () => {
    const map = new LruMap(counters, { entries: 2, bytes: 10_000 })
    for (const key of ['a', 'b', 'a', 'c']) map.use(key, counter => counter.add(0))
    expect([...map.entries()].map(([key]) => key)).toEqual(['a', 'c'])
    expect(map.evicted).toBe(1)
  })

  it('does not keep even a single entry above the cap', () => {
    const map = new LruMap(windows, { entries: 10, bytes: 2_000 })
    for (let item = 0; item < 500; item++) map.use('big', window => window.add(0, String(item)))
    expect(map.bytes).toBeLessThanOrEqual(2_000)
    expect(map.evicted).toBeGreaterThan(0)
  })
})

describe('Sketches', () => {
  it('keeps the cap over all structures whatever is fed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), steps => {
        const sketches = new Sketches({ bytes: 8_000 })
        for (const one of steps) {
          feed(sketches, [one])
          expect(sketches.bytes).toBeLessThanOrEqual(8_000)
        }
      }),
    )
  })

  it('lets the largest structure forget first, so that flooding one does not empty another', () => {
    const sketches = new Sketches({ bytes: 20_000 })
    const caps = { entries: 1_000_000, bytes: 1_000_000 }
    const calm = sketches.map('calm', counters, caps)
    const flooded = sketches.map('flooded', counters, caps)
    for (const key of ['x', 'y', 'z']) calm.use(key, counter => counter.add(0))
    for (let key = 0; key < 5_000; key++) flooded.use(String(key), counter => counter.add(0))
    expect(calm.size).toBe(3)
    expect(flooded.evicted).toBeGreaterThan(4_000)
    expect(sketches.evicted).toBe(flooded.evicted)
  })

  it('gives the same observations after saving and restoring', () => {
    const steps = fc.array(step, { maxLength: 80 })
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const original = new Sketches({ bytes: 8_000 })
        feed(original, before)
        const restored = new Sketches({ bytes: 8_000, saved: JSON.parse(JSON.stringify(original.save())) })
        for (const name of names) restored.map(name, windows, { entries: 8, bytes: 6_000 })
        for (const sketches of [original, restored]) feed(sketches, after)
        expect(observations(restored, [...before, ...after])).toEqual(observations(original, [...before, ...after]))
      }),
    )
  })

  it('restores within caps that are smaller now', () => {
    const original = new Sketches()
    const map = original.map('m', counters, { entries: 100, bytes: 100_000 })
    for (let key = 0; key < 50; key++) map.use(String(key), counter => counter.add(0))
    const restored = new Sketches({ saved: original.save() }).map('m', counters, { entries: 5, bytes: 100_000 })
    expect([...restored.entries()].map(([key]) => key)).toEqual(['45', '46', '47', '48', '49'])
  })

  it('starts a structure empty when its window is another now', () => {
    const original = new Sketches()
    original.map('m', counters, { entries: 10, bytes: 10_000 }).use('a', counter => counter.add(0))
    const other = new Sketches({ saved: original.save() }).map('m', windowCounter(9_000, 2), {
      entries: 10,
      bytes: 10_000,
    })
    expect(other.size).toBe(0)
  })

  it('hands out the same structure for the same name, and refuses one of another kind', () => {
    const sketches = new Sketches()
    const caps = { entries: 10, bytes: 10_000 }
    expect(sketches.map('m', counters, caps)).toBe(sketches.map('m', counters, caps))
    expect(() => sketches.map('m', windows, caps)).toThrow(TypeError)
  })

  const shape = counters.shape
  it.each([
    ['nothing', null],
    ['a text', 'x'],
    ['another version', { version: 2, structures: {} }],
    ['a structure without a shape', { version: 1, structures: { m: {} } }],
    ['a structure without entries', { version: 1, structures: { m: { shape, state: { evicted: 0 } } } }],
    ['an entry that is none', { version: 1, structures: { m: { shape, state: { evicted: 0, entries: [['a', 3]] } } } }],
    ['a hostile count', { version: 1, structures: { m: { shape, state: { evicted: -1, entries: [] } } } }],
  ])('refuses saved state that is %s, with a way out', (_, saved) => {
    const restore = () => new Sketches({ saved }).map('m', counters, { entries: 10, bytes: 10_000 })
    expect(restore).toThrow(Fault)
    expect(restore).toThrow(/^The saved state of watch cannot be used/)
  })
})
