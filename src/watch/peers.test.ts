import { describe, expect, it } from 'vitest'
import { usualOf } from './peers.ts'

describe('usualOf', () => {
  it.each([
    [[], 0, 0],
    [[7], 7, 0],
    [[1, 3], 2, 1],
    [[5, 1, 3], 3, 2],
    [[10, 10, 10, 10, 9_000], 10, 0],
    [[8, 10, 12, 14, 100_000], 12, 2],
  ])('%j has the median %d and the deviation %d', (counts, median, deviation) => {
    expect(usualOf(counts)).toEqual({ peers: counts.length, median, deviation })
  })
})
