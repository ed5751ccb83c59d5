/** Two customers import, preview and register what the product was made for: their partner's documents and hooks. */

import type { Honest, Target } from '../breach.ts'
import { call } from '../client.ts'
import { listAt, textAt, valueAt } from '../json.ts'
import { startVisit, type Visit } from '../visit.ts'

export const honest: Honest = async target => {
  const visit = startVisit(target)
  await Promise.all([work(visit, target, 'userA'), work(visit, target, 'userB')])
  return visit.result()
}

async function work(visit: Visit, target: Target, actor: string): Promise<void> {
  const { page = '', table = '', callback = '' } = target.witness

  const preview = await visit.use('GET /v1/preview', { as: actor, query: { url: page } })
  visit.expect(textAt(preview.body, 'title') === 'Quarterly report', `the preview for ${actor} has no title`)
  const text = textAt(preview.body, 'text') ?? ''
  visit.expect(text.includes('Deliveries rose'), `the preview for ${actor} does not say what the page is about`)

  const report = await visit.use('POST /v1/import', { as: actor, body: { url: page }, expect: 201 })
  visit.expect(textAt(report.body, 'title') === 'Quarterly report', `the import of ${actor} has no title`)
  const parcels = await visit.use('POST /v1/import', { as: actor, body: { url: table }, expect: 201 })
  visit.expect(textAt(parcels.body, 'media_type') === 'text/csv', `the table of ${actor} is not a table any more`)
  visit.expect(Number(valueAt(parcels.body, 'bytes')) > 0, `the table of ${actor} is empty`)

  const hook = await visit.use('POST /v1/webhooks', { as: actor, body: { callbackUrl: callback }, expect: 201 })
  visit.expect(valueAt(hook.body, 'delivery', 'delivered') === true, `the test ping of ${actor} was not delivered`)
  const id = textAt(hook.body, 'id') ?? ''
  visit.expect(await arrived(target, id), `the partner never saw the test ping of ${actor}`)
}

/** Asks the other side, as a customer would who looks at the partner's screen. */
async function arrived({ witness }: Target, id: string): Promise<boolean> {
  const journal = URL.parse(witness['journal'] ?? '')
  if (journal === null) return false
  const { body } = await call(journal.origin, 'GET', journal.pathname)
  return listAt(body, 'deliveries').includes(id)
}
