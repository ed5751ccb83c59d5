import { describe, expect, it } from 'vitest'
import { FrozenClock } from '../core/clock.ts'
import { Budget } from './budget.ts'

describe('a budget', () => {
  it('is spent when the time is up', () => {
    const clock = new FrozenClock(1_000)
    const budget = new Budget({ clock, timeLimit: 500, requestLimit: 10 })
    expect(budget.take()).toBe(true)
    expect(budget.within(0.5)).toBe(true)
    clock.advance(300)
    expect([budget.within(0.5), budget.left, budget.spent]).toEqual([false, 200, undefined])
    clock.advance(200)
    expect([budget.take(), budget.left, budget.spent]).toEqual([false, 0, 'time'])
  })

  it('is spent when the requests are', () => {
    const budget = new Budget({ clock: new FrozenClock(0), timeLimit: 500, requestLimit: 2 })
    expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false])
    expect([budget.requests, budget.requestsLeft, budget.spent]).toEqual([2, 0, 'requests'])
  })

  it('is spent when it is told to stop, and nothing in it is infinite', () => {
    const stop = new AbortController()
    const budget = new Budget({ clock: new FrozenClock(0), timeLimit: 500, requestLimit: 2, signal: stop.signal })
    expect([budget.take(), budget.spent]).toEqual([true, undefined])
    stop.abort()
    expect([budget.take(), budget.spent, budget.left, budget.elapsed]).toEqual([false, 'time', 0, 0])
  })
})
