import { describe, expect, it } from 'vitest'
import { nearest } from './nearest.ts'

const options = ['overlay', 'upstream', 'listen', 'contract', 'config', 'events']

describe('nearest', () => {
  it.each([
    ['overlya', 'overlay'],
    ['OVERLAY', 'overlay'],
    ['upsteam', 'upstream'],
    ['lisen', 'listen'],
    ['contrcat', 'contract'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, options)).toBe(meant)
  })

  it.each(['', 'xyzzy', 'a'.repeat(10_000)])('has no suggestion for a word that is near to nothing', word => {
    expect(nearest(word, options)).toBeUndefined()
  })
})
