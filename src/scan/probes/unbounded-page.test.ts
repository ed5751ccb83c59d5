import { describe, expect, it } from 'vitest'
import { type FeedRules, startFeed } from '../feed.fixture.ts'
import { answers, contractOf, scanWith, serve, takes, told } from '../server.fixture.ts'
import { unboundedPage } from './unbounded-page.ts'

const everything = Number.POSITIVE_INFINITY

describe('unbounded-page finds', () => {
  it.each<[string, FeedRules, string, string]>([
    ['a page of all there is', { total: 450, cap: everything }, 'medium', 'certain'],
    ['a page beyond the declared maximum', { total: 90, cap: everything, declaredMaximum: 50 }, 'medium', 'certain'],
    ['a limit that is far too high', { total: 5_000, cap: 1_000 }, 'medium', 'certain'],
    ['a middling collection that comes back whole', { total: 140, cap: everything }, 'medium', 'firm'],
    ['a small collection that comes back whole, as a note', { total: 60, cap: everything }, 'low', 'tentative'],
  ])('%s', async (_name, rules, severity, confidence) => {
    const { findings } = await scanWith(unboundedPage, startFeed(rules), { actors: [] })
    expect(told(findings)).toEqual([`${severity} unbounded-page GET /readings`])
    expect(findings[0]).toMatchObject({ confidence, curl: expect.stringMatching(/per_page=\d+/) })
  })
})

describe('unbounded-page is quiet', () => {
  it.each<[string, FeedRules]>([
    ['where a page is capped', { total: 450, cap: 50 }],
    ['where a large page is refused', { total: 450, cap: 100, refuses: true }],
    ['where the declared maximum holds', { total: 450, cap: 400, declaredMaximum: 400 }],
    ['where the collection is smaller than a page', { total: 8, cap: everything }],
    ['where the length of a page is random', { total: 450, cap: 50, random: true }],
  ])('%s', async (_name, rules) => {
    const { findings, ledger } = await scanWith(unboundedPage, startFeed(rules), { actors: [] })
    expect(told(findings)).toEqual([])
    expect(ledger[0]?.tests).toMatchObject({ passed: 1, failed: 0 })
  })

  it('but not clean where the list is empty', async () => {
    const { findings, notEvaluated } = await scanWith(unboundedPage, startFeed({ total: 0, cap: 10 }), { actors: [] })
    expect(findings).toEqual([])
    expect(notEvaluated.map(entry => entry.notEvaluated).join()).toContain('nothing in the list to count')
  })

  it('and sends nothing to what changes something, however its inputs are called', async () => {
    const order = { type: 'object', required: ['quantity'], properties: { quantity: { type: 'integer', minimum: 1 } } }
    const made = { type: 'object', properties: { items: { type: 'array', items: { type: 'object' } } } }
    const exposure = contractOf({ 'POST /orders/search': { requestBody: takes(order), responses: answers(made) } })
    const asked: number[] = []
    const starting = serve(exposure, {
      'POST /orders/search': ({ body }) => {
        asked.push(Number(body['quantity']))
        return { status: 200, body: { items: [{ line: 1 }] } }
      },
    })
    await scanWith(unboundedPage, starting)
    expect(asked.length).toBeGreaterThan(0)
    expect(Math.max(...asked)).toBeLessThan(100)
  })
})
