import type { RequirementEntry } from '../requirement.ts'

/** API7:2023, server side request forgery. */
export const api7 = [
  {
    id: 'API7-a',
    asks: 'vulnerable',
    text: 'No operation fetches a remote resource from a user-supplied URL without validation; URL-typed inputs are listed (webhooks, file fetch, SSO, previews).',
    parts: ['audit', 'scan', 'watch', 'inventory'],
    weaknesses: ['server-side-request-forgery', 'url-without-allow-list'],
  },
  {
    id: 'API7-b',
    asks: 'vulnerable',
    text: 'Cloud metadata, Kubernetes, Docker and loopback addresses are unreachable via such inputs.',
    parts: ['scan', 'guard', 'watch'],
    weaknesses: ['server-side-request-forgery'],
  },
  {
    id: 'API7-c',
    asks: 'prevent',
    text: 'The fetcher is isolated in the network, able to reach remote but not internal resources.',
    parts: ['guard'],
    notes: { guard: 'egress proxy' },
    attestation: true,
    weaknesses: ['server-side-request-forgery'],
  },
  {
    id: 'API7-d',
    asks: 'prevent',
    text: 'Allow-list of remote origins.',
    parts: ['guard', 'audit'],
    weaknesses: ['url-without-allow-list'],
  },
  {
    id: 'API7-e',
    asks: 'prevent',
    text: 'Allow-list of URL schemes and ports.',
    parts: ['audit', 'guard', 'scan'],
    weaknesses: ['url-without-allow-list'],
  },
  {
    id: 'API7-f',
    asks: 'prevent',
    text: 'Allow-list of accepted media types per function.',
    parts: ['audit', 'guard'],
    weaknesses: ['url-without-allow-list'],
  },
  {
    id: 'API7-g',
    asks: 'prevent',
    text: 'Redirects are not followed.',
    parts: ['guard', 'scan'],
    weaknesses: ['fetcher-follows-redirects'],
  },
  {
    id: 'API7-h',
    asks: 'prevent',
    text: 'A well-tested URL parser is used; parser-differential payloads do not pass.',
    parts: ['guard', 'scan'],
    weaknesses: ['server-side-request-forgery', 'ambiguous-request'],
  },
  {
    id: 'API7-i',
    asks: 'prevent',
    text: 'All client-supplied data is validated/sanitised.',
    parts: ['guard', 'audit', 'scan'],
    weaknesses: ['server-side-request-forgery', 'contract-violation', 'open-request-schema', 'unbounded-input'],
  },
  {
    id: 'API7-j',
    asks: 'prevent',
    text: 'Raw fetched responses are not passed back to clients.',
    parts: ['scan', 'guard', 'watch'],
    weaknesses: ['fetched-response-passed-back'],
  },
] as const satisfies readonly RequirementEntry[]
