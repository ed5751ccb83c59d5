/** Three visitors look at the home page, scroll a little, and open what catches their eye. */

import type { Honest } from '../breach.ts'
import { listAt, textAt } from '../json.ts'
import { startVisit, type Visit } from '../visit.ts'

export const honest: Honest = async target => {
  const visit = startVisit(target)
  await Promise.all([scroll(visit, 'the first visitor', 3), scroll(visit, 'the second', 2), glance(visit)])
  return visit.result()
}

const pageSize = 20

async function scroll(visit: Visit, visitor: string, pages: number): Promise<void> {
  const seen = new Set<string>()
  let before: string | undefined
  for (let page = 1; page <= pages; page += 1) {
    const query = { limit: String(pageSize), ...(before === undefined ? {} : { before }) }
    const { body } = await visit.use('GET /api/v5/public', { query })
    const stories = listAt(body, 'data')
    visit.expect(stories.length === pageSize, `${visitor} got ${stories.length} stories on page ${page}`)
    for (const story of stories) {
      expectShowable(visit, story, visitor)
      seen.add(textAt(story, 'id') ?? '')
    }
    const times = stories.map(story => textAt(story, 'created_at') ?? '')
    visit.expect(
      times.join() === times.toSorted().toReversed().join(),
      `page ${page} of ${visitor} is not newest first`,
    )
    if (page === 1) await open(visit, stories[page], visitor)
    before = textAt(body, 'paging', 'before')
  }
  visit.expect(seen.size === pages * pageSize, `${visitor} saw ${seen.size} different stories on ${pages} pages`)
}

/** Somebody who only ever looks at the page as it opens. */
async function glance(visit: Visit): Promise<void> {
  const { body } = await visit.use('GET /api/v5/public')
  const stories = listAt(body, 'data')
  visit.expect(stories.length > 0, 'the home page is empty')
  await open(visit, stories[0], 'the third')
}

async function open(visit: Visit, story: unknown, visitor: string): Promise<void> {
  const id = textAt(story, 'id') ?? ''
  const opened = await visit.use('GET /api/v5/stories/{id}', { params: { id } })
  visit.expect(textAt(opened.body, 'id') === id, `${visitor} opened one story and got another`)
  visit.expect(
    textAt(opened.body, 'note') === textAt(story, 'note'),
    `the note changed when ${visitor} opened the story`,
  )
  expectShowable(visit, opened.body, visitor)
}

/** The page draws a row from these, and needs no more. */
function expectShowable(visit: Visit, story: unknown, visitor: string): void {
  const parts = [
    textAt(story, 'id'),
    textAt(story, 'kind'),
    textAt(story, 'note'),
    textAt(story, 'created_at'),
    textAt(story, 'actor', 'account_kind'),
    textAt(story, 'target', 'account_kind'),
  ]
  visit.expect(!parts.includes(undefined), `a story for ${visitor} lacks something that the page shows`)
}
