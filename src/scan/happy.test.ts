import { describe, expect, it } from 'vitest'
import { combinations } from './happy.ts'
import { startNotes, strict } from './notes.fixture.ts'
import { unboundedPage } from './probes/unbounded-page.ts'
import { scanWith } from './server.fixture.ts'

describe('combinations of ids', () => {
  it('come with different ones first, the most promising before the others', () => {
    expect([...combinations([2, 2])]).toEqual([
      [0, 1],
      [1, 0],
      [0, 0],
      [1, 1],
    ])
    expect([...combinations([])]).toEqual([[]])
  })

  it('are bounded, however many references there are', () => {
    expect([...combinations(Array.from({ length: 12 }, () => 8))].length).toBeLessThanOrEqual(512)
  })
})

describe('happy paths', () => {
  it('are found for everybody, by ids that other operations gave out', async () => {
    const { ledger } = await scanWith(unboundedPage, startNotes(strict))
    const told = ledger.map(({ operation, actors }) => `${operation.method} ${operation.path} ${actors}`)
    expect(told.toSorted()).toEqual([
      'DELETE /jottings/{jotting} ',
      'GET /jottings ann,ben',
      'GET /jottings/{jotting} ann,ben',
      'PATCH /jottings/{jotting} ann,ben',
      'POST /jottings ann,ben',
      'POST /pledges ann,ben',
    ])
  })

  it('are missing with a reason and a way out', async () => {
    const { ledger } = await scanWith(unboundedPage, startNotes(strict), { actors: [], effect: 'reads' })
    const reasons = Object.fromEntries(
      ledger.map(({ operation, reason }) => [`${operation.method} ${operation.path}`, reason]),
    )
    expect(reasons['GET /jottings']).toMatch(/answered 401 \(1\): give an actor with a token that the API accepts$/)
    expect(reasons['POST /jottings']).toBe('it changes something and only reads are allowed: allow writes')
  })
})
