import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunningApi, Start } from '../breach.ts'
import { call } from '../client.ts'
import { readYaml, undeclaredIn } from '../contract.ts'
import { listAt, textAt, valueAt } from '../json.ts'
import { start as fixed } from './fixed.ts'
import { start as vulnerable } from './vulnerable.ts'

let twin: RunningApi
const read = (path: string) => call(twin.url, 'GET', path)
const open = (start: Start) => async () => {
  twin = await start()
}
afterEach(() => twin.close())

describe('vulnerable', () => {
  beforeEach(open(vulnerable))

  test('shows properties that nobody declared', async () => {
    const { body } = await read('/api/v5/public?limit=1')
    const contract = readYaml('payments-public-feed', 'openapi.yaml')
    const undeclared = undeclaredIn(contract, valueAt(contract, 'components', 'schemas', 'StoryPage'), body)
    expect(undeclared).toEqual(expect.arrayContaining(['/data/0/actor/email', '/data/0/target/phone']))
  })

  test('answers any limit, without end', async () => {
    expect(listAt((await read('/api/v5/public?limit=100000')).body, 'data').length).toBe(600)
    const statuses = await Promise.all(Array.from({ length: 400 }, () => read('/api/v5/public?limit=1')))
    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([200]))
  })
})

describe('fixed', () => {
  beforeEach(open(fixed))

  test.each([
    ['limit=51', 'limit_too_large'],
    ['limit=100000', 'limit_too_large'],
    ['limit=0', 'invalid_limit'],
    ['limit=-1', 'invalid_limit'],
    ['limit=1e3', 'invalid_limit'],
    ['limit=20&limit=100000', 'invalid_limit'],
    ['before=somewhere', 'invalid_cursor'],
  ])('%s is refused', async (query, code) => {
    const refused = await read(`/api/v5/public?${query}`)
    expect([refused.status, textAt(refused.body, 'code')]).toEqual([400, code])
  })

  test('fifty is fine, and the last page says that it is the last', async () => {
    let before: string | undefined
    let stories = 0
    for (let page = 1; page <= 12; page += 1) {
      const { body } = await read(`/api/v5/public?limit=50${before === undefined ? '' : `&before=${before}`}`)
      stories += listAt(body, 'data').length
      before = textAt(body, 'paging', 'before')
    }
    expect([stories, before]).toEqual([600, undefined])
  })

  test('a burst ends in 429 with Retry-After, and honest readers come back', async () => {
    const answers = await Promise.all(Array.from({ length: 400 }, () => read('/api/v5/public?limit=1')))
    const refused = answers.filter(({ status }) => status === 429)
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(300)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]?.headers.get('retry-after')).toBe('1')
    await new Promise(resolve => setTimeout(resolve, 1_000))
    expect((await read('/api/v5/public?limit=1')).status).toBe(200)
  })
})
