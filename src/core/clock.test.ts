import { expect, it } from 'vitest'
import { FrozenClock, systemClock } from './clock.ts'

it('stands still until it is told to move', () => {
  const clock = new FrozenClock(1_000)
  expect(clock.now()).toBe(1_000)
  clock.advance(500)
  expect(clock.now()).toBe(1_500)
})

it('takes the time of the system in milliseconds', () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000)
})
