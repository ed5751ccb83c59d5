/** The public feed. Both twins are this file; what they show, and how much of it, is the difference. */

import type { RunningApi, Start } from '../breach.ts'
import { type ApiReply, listen, refusal } from '../http-api.ts'
import { limitByAddress } from '../rate-limit.ts'
import { fullName, mailDomain, type Story, seedPeople, seedStories } from './people.ts'
import type { View } from './views.ts'

export interface FeedRules {
  readonly view: View
  /** The largest `limit` that is accepted. */
  readonly largestPage: number
  /** For each address; also the burst. */
  readonly requestsPerMinute: number
}

const defaultPage = 20

/** More people than a visitor's pages can show, fewer than there are: obtaining so many is a harvest. */
const harvest = 250

export function feedApi(rules: FeedRules): Start {
  return async (): Promise<RunningApi> => {
    const people = seedPeople()
    const stories = seedStories(people)
    const limited = limitByAddress(rules.requestsPerMinute)
    const api = await listen({
      'GET /api/v5/public': limited(({ query }) => readFeed(stories, rules, query)),
      'GET /api/v5/stories/{id}': limited(({ params }) => {
        const story = stories.find(({ id }) => id === params['id'])
        return story ? { status: 200, body: rules.view(story) } : refusal(404, 'not_found', 'There is no such story.')
      }),
    })
    const fullNames = people.map(fullName).join('\n')
    return { url: api.url, tokens: {}, witness: { mailDomain, fullNames, harvest: String(harvest) }, close: api.close }
  }
}

function readFeed(stories: readonly Story[], { view, largestPage }: FeedRules, query: URLSearchParams): ApiReply {
  const [limit = String(defaultPage), ...more] = query.getAll('limit')
  if (more.length > 0 || !/^[1-9]\d{0,8}$/.test(limit)) {
    return refusal(400, 'invalid_limit', 'limit is a positive whole number.')
  }
  if (Number(limit) > largestPage) return refusal(400, 'limit_too_large', `limit is at most ${largestPage}.`)
  const before = query.get('before')
  const start = before === null ? 0 : stories.findIndex(({ id }) => id === before) + 1
  if (before !== null && start === 0)
    return refusal(400, 'invalid_cursor', 'before is the id of the last story you have.')
  const page = stories.slice(start, start + Number(limit))
  const next = start + page.length < stories.length ? (page.at(-1)?.id ?? null) : null
  return { status: 200, body: { data: page.map(view), paging: { before: next } } }
}
