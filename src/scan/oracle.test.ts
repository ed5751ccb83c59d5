import { describe, expect, it } from 'vitest'
import {
  arrivedIn,
  byOwnId,
  differences,
  isDistinctive,
  isVarying,
  listIn,
  markersOf,
  objectsMentioning,
  varyingIn,
} from './oracle.ts'

describe('what varies by itself', () => {
  it('is learnt from repeated reads', () => {
    const varying = varyingIn([
      { a: 1, at: 1, deep: { n: 1 } },
      { a: 1, at: 2, deep: { n: 2 } },
    ])
    expect([...varying]).toEqual(expect.arrayContaining(['/at', '/deep/n']))
    expect([isVarying('/a', varying), isVarying('/at', varying)]).toEqual([false, true])
  })

  it('does not include the order of objects that have ids', () => {
    const [one, two] = [
      { id: 1, x: 'a' },
      { id: 2, x: 'b' },
    ]
    expect(differences(byOwnId([one, two]), byOwnId([two, one])).size).toBe(0)
    expect([...differences(byOwnId([one, two]), byOwnId([one, { ...two, x: 'c' }]))]).toEqual(['/id 2/x'])
  })
})

describe('a marker', () => {
  const secret = 'pelican-4471-grey'

  it('stands in every read, in no control, and not in the request', () => {
    const reads = [
      { id: 'order-000017', note: secret, at: 'run-00000001' },
      { id: 'order-000017', note: secret, at: 'run-00000002' },
    ]
    const markers = markersOf(reads, new Set(), ['order-000017'])
    expect(markers).toEqual([{ pointer: '/note', value: secret }])
    expect(markersOf(reads, new Set([secret]), ['order-000017'])).toEqual([])
    expect(arrivedIn({ anything: [secret] }, markers)).toEqual(markers)
    expect(arrivedIn({ anything: `${secret}!` }, markers)).toEqual([])
  })

  it.each([
    ['USD', false],
    ['active', false],
    [true, false],
    [12, false],
    ['aaaaaaaaaaaaaaaaaaaa', false],
    ['4f2c9a1e-77', true],
    ['a sentence of words', true],
    [25_000.75, true],
    [7_340_921, true],
  ])('%s is distinctive: %s', (value, expected) => {
    expect(isDistinctive(value)).toBe(expected)
  })
})

describe('in an answer', () => {
  it('objects that mention an id are found where they are smallest', () => {
    const answer = { mine: [{ id: 7, x: 1 }, { id: 8 }], refs: { account: '7', list: [7] } }
    expect(objectsMentioning(answer, 7)).toEqual([{ id: 7, x: 1 }, answer.refs])
  })

  it('the page is the largest list', () => {
    expect(listIn({ errors: [], data: { rows: [1, 2] } })).toEqual([1, 2])
    expect(listIn({ a: 1 })).toBeUndefined()
  })
})
