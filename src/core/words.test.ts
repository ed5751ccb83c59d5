import { describe, expect, it } from 'vitest'
import { singular, wordsOf } from './words.ts'

describe('wordsOf', () => {
  it.each([
    ['sourceAccountID', ['source', 'account', 'id']],
    ['source_account_id', ['source', 'account', 'id']],
    ['X-Api-Key', ['x', 'api', 'key']],
    ['HTTPServerURL', ['http', 'server', 'url']],
    ['[]', []],
  ])('splits %s', (identifier, words) => {
    expect(wordsOf(identifier)).toEqual(words)
  })
})

describe('singular', () => {
  it.each([
    ['accounts', 'account'],
    ['stories', 'story'],
    ['addresses', 'address'],
    ['boxes', 'box'],
    ['matches', 'match'],
    ['people', 'person'],
    ['status', 'status'],
    ['analysis', 'analysis'],
    ['glass', 'glass'],
    ['houses', 'house'],
    ['address', 'address'],
  ])('makes %s %s', (plural, one) => {
    expect(singular(plural)).toBe(one)
  })
})
