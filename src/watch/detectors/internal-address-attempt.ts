import type { ApiEvent } from '../../risk/event.ts'
import type { Severity } from '../../risk/weakness.ts'
import { defineDetector, type Notice } from '../detector.ts'

/** Where a URL may lead without anybody being alarmed: on its allow-list, outside, or to a name that nobody has. */
const harmless = new Set(['public', 'unresolved', 'allowed', 'listed', 'unknown'])

const places: Readonly<Record<string, string>> = {
  metadata: 'the metadata service of a cloud, which hands out credentials',
  loopback: 'the machine itself',
  'link-local': 'the local link',
  private: 'a private network',
  'internal-name': 'a name that only exists inside a network',
  multicast: 'a multicast group',
  unspecified: 'the unspecified address, which is the machine itself',
  reserved: 'a reserved range of addresses',
}

/**
 * **What an attacker does.** Gives the API a URL to fetch that leads inside: to the cloud's metadata service, to the
 * machine itself, to a host of the private network, in any of the many spellings of an address.
 *
 * **How this answers.** The guard parses every URL input once and reports where it leads. Whatever is not public, waiting
 * for DNS or allowed by name is noticed: critical when the request passed to the API (an answer of 4xx makes it high:
 * the API may have refused, or may have fetched before it failed), medium when the guard refused it. URLs whose
 * spelling parsers disagree on are noticed one step lower.
 *
 * **When it is wrong.** A developer who tries a webhook on a machine of their own looks the same. A public name that
 * resolves to an internal address, or a redirect, is seen only where the guard resolves names (its scope then says
 * so). Inputs that nobody recognises as URLs are not reported at all; declare them with x-rugged `url`.
 *
 * **How to waive it.** Put the internal host on the allow-list of the input (x-rugged `url: { hosts }`): the guard
 * then reports it as allowed.
 */
export const internalAddressAttempt = defineDetector({
  kind: 'detector',
  id: 'internal-address-attempt',
  summary: 'Notices requests that try to make the API fetch an internal address.',
  covers: ['server-side-request-forgery'],
  serves: ['API7-b'],
  severity: 'critical',
  remedy:
    'Allow the hosts that the input is meant for (x-rugged `url`), run the guard in block mode for the operation, and send the fetches through an egress proxy that refuses internal addresses.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa7-server-side-request-forgery/'],
  start: () => ({
    *observe(event) {
      const scopes = new Set(event.urls.map(url => url.scope).filter(scope => !harmless.has(scope)))
      for (const scope of scopes) yield noticeOf(event, scope)
    },
  }),
})

function noticeOf(event: ApiEvent, scope: string): Notice {
  const { caller, operation, decision, status } = event
  const known = Object.hasOwn(places, scope) ? places[scope] : undefined
  const where = operation === undefined ? 'a request' : `${operation.method} ${operation.path}`
  const leads = known === undefined ? `is written so that parsers disagree on it (${scope})` : `leads to ${known}`
  const outcome =
    decision === 'refused' ? 'The request was refused.' : `The request passed; the API answered ${status}.`
  return {
    severity: severityOf(event, known !== undefined),
    message: `A URL in ${where} ${leads}. ${outcome}`,
    ...(operation === undefined ? {} : { operation }),
    subject: `${caller.kind} ${caller.id} ${scope}`,
    evidence: {
      caller: caller.id,
      callerKind: caller.kind,
      scope,
      passed: decision !== 'refused',
      status,
      incident: event.id,
    },
    confidence: known === undefined || decision === 'refused' || status >= 400 ? 'firm' : 'certain',
  }
}

function severityOf({ decision, status }: ApiEvent, internal: boolean): Severity {
  if (decision === 'refused') return internal ? 'medium' : 'low'
  if (!internal) return 'medium'
  return status >= 400 && status < 500 ? 'high' : 'critical'
}
