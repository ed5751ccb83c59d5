import { describe, expect, it } from 'vitest'
import { FrozenClock } from '../../core/clock.ts'
import { Flights } from './flights.ts'

const size = { fresh: 1_000, most: 2 }

function counted(clock = new FrozenClock(0)) {
  const flights = new Flights<string>(clock, size)
  let questions = 0
  const question = async () => {
    questions++
    await Promise.resolve()
    return `answer ${questions}`
  }
  return { clock, flights, question, count: () => questions }
}

describe('Flights', () => {
  it('asks once however many ask at the same time', async () => {
    const { flights, question, count } = counted()
    const answers = await Promise.all(Array.from({ length: 50 }, () => flights.ask('key', question)))
    expect(new Set(answers)).toEqual(new Set(['answer 1']))
    expect(count()).toBe(1)
  })

  it('answers from memory for a moment, and then asks again', async () => {
    const { clock, flights, question, count } = counted()
    await flights.ask('key', question)
    clock.advance(1_000)
    await flights.ask('key', question)
    expect(count()).toBe(1)
    clock.advance(1)
    await flights.ask('key', question)
    expect(count()).toBe(2)
  })

  it('does not keep what it is told not to, nor failures', async () => {
    const { flights, question, count } = counted()
    await flights.ask('key', question, () => false)
    await flights.ask('key', question)
    expect(count()).toBe(2)
    const failing = () => Promise.reject(new Error('down'))
    await expect(flights.ask('other', failing)).rejects.toThrow('down')
    expect(await flights.ask('other', question)).toBe('answer 3')
  })

  it('forgets an old answer for a new question, and never one under way', async () => {
    const { flights, question } = counted()
    let land = (_: string) => {}
    const slow = new Promise<string>(resolve => {
      land = resolve
    })
    const first = flights.ask('slow', () => slow)
    await flights.ask('quick', question)
    expect(await flights.ask('next', question)).toBe('answer 2')
    flights.ask('slow too', () => slow)
    expect(flights.ask('too many', question)).toBeUndefined()
    land('landed')
    expect(await first).toBe('landed')
  })
})
