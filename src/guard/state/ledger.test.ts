import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrozenClock } from '../../core/clock.ts'
import { Ledger } from './ledger.ts'

const now = Date.UTC(2026, 0, 1)

describe('Ledger', () => {
  it('knows what it handed, to whom alone', () => {
    const ledger = new Ledger(new FrozenClock(now))
    ledger.hand('anna', 'account 1', 'handed')
    expect(ledger.knows('anna', 'account 1')).toBe(true)
    expect(ledger.knows('bert', 'account 1')).toBe(false)
    expect(ledger.knows('anna', 'account 2')).toBe(false)
  })

  it('takes ownership for granted for a time, and what was merely handed never', () => {
    const clock = new FrozenClock(now)
    const ledger = new Ledger(clock)
    ledger.hand('anna', 'own', 'owned')
    ledger.hand('anna', 'own', 'handed')
    ledger.hand('anna', 'seen', 'handed')
    expect(ledger.owns('anna', 'seen', 60_000)).toBe(false)
    clock.advance(60_000)
    expect(ledger.owns('anna', 'own', 60_000)).toBe(true)
    clock.advance(1)
    expect(ledger.owns('anna', 'own', 60_000)).toBe(false)
    expect(ledger.knows('anna', 'own')).toBe(true)
  })

  it('takes back what it is told to', () => {
    const ledger = new Ledger(new FrozenClock(now))
    ledger.hand('anna', 'account 1', 'owned')
    ledger.forget('anna', 'account 1')
    ledger.forget('anna', 'account 1')
    expect(ledger.knows('anna', 'account 1')).toBe(false)
    expect(ledger.size).toBe(0)
  })

  it('forgets first what was not used for longest', () => {
    const ledger = new Ledger(new FrozenClock(now), { perCaller: 2, total: 100 })
    ledger.hand('anna', 'a', 'handed')
    ledger.hand('anna', 'b', 'handed')
    expect(ledger.knows('anna', 'a')).toBe(true)
    ledger.hand('anna', 'c', 'handed')
    expect(['a', 'b', 'c'].map(object => ledger.knows('anna', object))).toEqual([true, false, true])
  })

  it('is bounded whatever it is fed, and never knows what it was not told', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 30 }), fc.boolean())
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), steps => {
        const ledger = new Ledger(new FrozenClock(now), { perCaller: 4, total: 10 })
        const told = new Set<string>()
        for (const [caller, object, drop] of steps) {
          if (drop) ledger.forget(`${caller}`, `${object}`)
          else ledger.hand(`${caller}`, `${object}`, 'owned')
          if (drop) told.delete(`${caller} ${object}`)
          else told.add(`${caller} ${object}`)
          expect(ledger.size).toBeLessThanOrEqual(10)
        }
        let known = 0
        for (let caller = 0; caller <= 5; caller++) {
          for (let object = 0; object <= 30; object++) {
            if (!ledger.knows(`${caller}`, `${object}`)) continue
            known++
            expect(told.has(`${caller} ${object}`)).toBe(true)
          }
        }
        expect(known).toBe(ledger.size)
      }),
    )
  })
})
