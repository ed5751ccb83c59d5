/** Fetches what a caller asks for, under the rules of a twin. */

import type { Fetched, Network, Outgoing } from './network.ts'

export type Purpose = 'content' | 'webhook'

export interface FetchRules {
  /** Whether this server may go there for that purpose. */
  readonly allows: (url: URL, purpose: Purpose) => boolean
  /** How many redirects it follows; what it is redirected to is not asked about again. */
  readonly redirects: number
  /** Whether the caller gets to see what was fetched, as it came. */
  readonly passesBack: boolean
}

export type Fetching =
  | { readonly kind: 'fetched'; readonly answer: Fetched }
  | { readonly kind: 'refused' | 'unreachable' | 'not-a-url' }

/** Fetches `address` over http or https. */
export async function fetchFor(
  network: Network,
  rules: FetchRules,
  purpose: Purpose,
  address: string,
  body?: unknown,
): Promise<Fetching> {
  const url = parseWebUrl(address)
  if (url === undefined) return { kind: 'not-a-url' }
  if (!rules.allows(url, purpose)) return { kind: 'refused' }
  let outgoing: Outgoing = { url, method: purpose === 'webhook' ? 'POST' : 'GET', body }
  let answer = await network.fetch(outgoing)
  for (let hop = 0; hop < rules.redirects && answer !== undefined; hop += 1) {
    const next = redirected(outgoing, answer)
    if (next === undefined) break
    outgoing = next
    answer = await network.fetch(outgoing)
  }
  return answer === undefined ? { kind: 'unreachable' } : { kind: 'fetched', answer }
}

function redirected({ url, method, body }: Outgoing, { status, headers }: Fetched): Outgoing | undefined {
  const target = headers.location
  if (target === undefined || ![301, 302, 303, 307, 308].includes(status)) return undefined
  const next = parseWebUrl(target, url)
  if (next === undefined) return undefined
  // RFC 9110 section 15.4: 307 and 308 keep the method, after the others clients send GET.
  return status >= 307 ? { url: next, method, body } : { url: next, method: 'GET' }
}

function parseWebUrl(address: string, base?: URL): URL | undefined {
  const url = URL.parse(address, base?.href)
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined
}
