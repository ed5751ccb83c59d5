/** The document API. Both twins are this file; where its server goes on a caller's word is the difference. */

import { randomUUID } from 'node:crypto'
import type { RunningApi, Start } from '../breach.ts'
import { type ApiReply, listen, refusal } from '../http-api.ts'
import { newSubjects, openIssuer, signedIn } from '../issuer.ts'
import { textAt } from '../json.ts'
import { describe } from './content.ts'
import { type Fetching, type FetchRules, fetchFor } from './fetcher.ts'
import { startNeighbours } from './neighbours.ts'
import { type Network, openNetwork } from './network.ts'

const excerptLength = 2_000
const mostKept = 500

/** What a subject has imported or registered; the oldest entries go first. */
interface Shelf {
  keep(subject: string, entry: object): void
}

export function documentApi(rules: FetchRules): Start {
  return async (): Promise<RunningApi> => {
    const neighbours = await startNeighbours()
    const network = openNetwork(neighbours.ports)
    const subjects = newSubjects('userA', 'userB')
    const issuer = await openIssuer({ issuer: 'https://id.docdock.example', audience: 'docdock-api', subjects })
    const [imports, webhooks] = [createShelf(), createShelf()]
    const api = await listen({
      'POST /v1/import': signedIn(issuer, ({ body }, subject) =>
        importDocument(network, rules, imports, textAt(body, 'url'), subject),
      ),
      'GET /v1/preview': signedIn(issuer, ({ query }) => previewPage(network, rules, query.get('url'))),
      'POST /v1/webhooks': signedIn(issuer, ({ body }, subject) =>
        registerWebhook(network, rules, webhooks, textAt(body, 'callbackUrl'), subject),
      ),
    })
    return {
      url: api.url,
      tokens: issuer.tokens,
      issuer: issuer.published,
      witness: {
        secret: neighbours.secret,
        journal: neighbours.journal,
        page: 'https://files.partner.example/reports/quarter.html',
        table: 'http://files.partner.example/exports/parcels.csv',
        callback: 'https://hooks.partner.example/incoming',
      },
      close: async () => {
        await Promise.all([api.close(), neighbours.close()])
      },
    }
  }
}

async function importDocument(
  network: Network,
  rules: FetchRules,
  imports: Shelf,
  url: string | undefined,
  subject: string,
): Promise<ApiReply> {
  if (url === undefined) return refusal(400, 'missing_url', 'url is needed.')
  const fetching = await fetchFor(network, rules, 'content', url)
  if (fetching.kind !== 'fetched' || fetching.answer.status !== 200) return cannotFetch(fetching)
  const { mediaType, bytes, title } = describe(fetching.answer, url)
  const entry = { id: randomUUID(), url, title, media_type: mediaType, bytes, imported_at: new Date().toISOString() }
  imports.keep(subject, entry)
  const excerpt = rules.passesBack ? { excerpt: fetching.answer.text.slice(0, excerptLength) } : {}
  return { status: 201, body: { ...entry, ...excerpt } }
}

async function previewPage(network: Network, rules: FetchRules, url: string | null): Promise<ApiReply> {
  if (url === null) return refusal(400, 'missing_url', 'url is needed.')
  const fetching = await fetchFor(network, rules, 'content', url)
  if (fetching.kind !== 'fetched' || fetching.answer.status !== 200) return cannotFetch(fetching)
  const { title, summary } = describe(fetching.answer, url)
  const text = rules.passesBack ? fetching.answer.text.slice(0, excerptLength) : summary
  return { status: 200, body: { url, title, text } }
}

async function registerWebhook(
  network: Network,
  rules: FetchRules,
  webhooks: Shelf,
  callbackUrl: string | undefined,
  subject: string,
): Promise<ApiReply> {
  if (callbackUrl === undefined) return refusal(400, 'missing_url', 'callbackUrl is needed.')
  const id = randomUUID()
  const fetching = await fetchFor(network, rules, 'webhook', callbackUrl, { event: 'ping', webhook_id: id })
  if (fetching.kind !== 'fetched') return cannotFetch(fetching)
  const { status, text } = fetching.answer
  webhooks.keep(subject, { id, callbackUrl })
  const answer = rules.passesBack ? { answer: text.slice(0, excerptLength) } : {}
  const delivery = { delivered: status >= 200 && status < 300, status, ...answer }
  return { status: 201, body: { id, callbackUrl, delivery } }
}

function cannotFetch({ kind }: Fetching): ApiReply {
  switch (kind) {
    case 'not-a-url':
      return refusal(400, 'invalid_url', 'Send an absolute http or https URL.')
    case 'refused':
      return refusal(422, 'url_not_allowed', 'We fetch from our partners only; see the documentation for their hosts.')
    case 'unreachable':
    case 'fetched':
      return refusal(422, 'url_unavailable', 'There is no document at this URL, or its server does not answer.')
  }
}

function createShelf(): Shelf {
  const shelves = new Map<string, object[]>()
  return {
    keep(subject, entry) {
      const entries = [...(shelves.get(subject) ?? []), entry]
      shelves.set(subject, entries.slice(-mostKept))
    },
  }
}
