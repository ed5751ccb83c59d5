import type { WeaknessEntry } from '../weakness.ts'

/** API7:2023, server side request forgery. */
export const api7 = [
  {
    id: 'server-side-request-forgery',
    cwe: 918,
    severity: 'critical',
    title: "Server sent to an address of the caller's choice",
    explanation:
      'The server fetches a URL from the request without making sure where it leads. The caller borrows its place in the network and reaches cloud metadata, internal services and the machine itself.',
  },
  {
    id: 'url-without-allow-list',
    cwe: 918,
    severity: 'high',
    title: 'URL input without an allow-list',
    explanation:
      'An input holds a URL that the API will fetch, but the contract does not say which schemes, hosts, ports and media types are permitted. Lists of forbidden addresses are always incomplete; only a list of permitted ones can be enforced.',
  },
  {
    id: 'fetcher-follows-redirects',
    cwe: 918,
    severity: 'high',
    title: 'Fetcher that follows redirects',
    explanation:
      'The server checks the URL it was given and then follows a redirect to one it did not check. A permitted host that redirects is enough to reach a forbidden one.',
  },
  {
    id: 'fetched-response-passed-back',
    cwe: 918,
    severity: 'medium',
    title: 'Fetched response passed back raw',
    explanation:
      'What the server fetched is returned to the caller as it came. A blind request becomes a way to read internal pages, headers and error messages.',
  },
] as const satisfies readonly WeaknessEntry[]
