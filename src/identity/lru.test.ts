import { describe, expect, it } from 'vitest'
import { Lru } from './lru.ts'

describe('Lru', () => {
  it('forgets what was not used for longest, and nothing else', () => {
    const lru = new Lru<number>(3)
    for (const [index, key] of ['a', 'b', 'c'].entries()) lru.set(key, index)
    expect(lru.get('a')).toBe(0)
    lru.set('d', 3)
    expect(['a', 'b', 'c', 'd'].map(key => lru.get(key))).toEqual([0, undefined, 2, 3])
  })

  it('stays within its capacity whatever comes', () => {
    const lru = new Lru<number>(10)
    for (let index = 0; index < 10_000; index++) lru.set(`key-${index}`, index)
    const held = Array.from({ length: 10_000 }, (_, index) => lru.get(`key-${index}`)).filter(
      value => value !== undefined,
    )
    expect(held).toHaveLength(10)
  })
})
