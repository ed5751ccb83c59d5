import type { WeaknessEntry } from '../weakness.ts'

/** API8:2023, security misconfiguration. */
export const api8 = [
  {
    id: 'missing-hardening',
    cwe: 1188,
    severity: 'medium',
    title: 'Deployment without hardening',
    explanation:
      'Some part of the stack, from container to cloud permission, still runs with convenient defaults instead of locked-down settings. Every permission that is not needed is one more that an intruder can use.',
  },
  {
    id: 'outdated-component',
    cwe: 1395,
    severity: 'medium',
    title: 'Outdated component',
    explanation:
      'A server, library or runtime is behind its security updates. Its flaws are public, and so are the tools that exploit them.',
  },
  {
    id: 'unneeded-feature',
    cwe: 749,
    severity: 'medium',
    title: 'Feature that nobody needs',
    explanation:
      'Debugging aids, diagnostic pages, sample operations or verbose logs are switched on although the service works without them. They are seldom protected and often tell an attacker what to try next.',
  },
  {
    id: 'request-smuggling',
    cwe: 444,
    severity: 'high',
    title: 'Request smuggling',
    explanation:
      "Two servers in the chain disagree on where one request ends and the next begins. An attacker hides a second request that passes the first server's checks unseen or lands in another user's connection.",
  },
  {
    id: 'ambiguous-request',
    cwe: 436,
    severity: 'medium',
    title: 'Request that can be read in two ways',
    explanation:
      'A repeated parameter, odd encoding, unusual URL or duplicate key is understood differently by different parts of the chain. What was checked is then not what is carried out.',
  },
  {
    id: 'cleartext-transport',
    cwe: 319,
    severity: 'high',
    title: 'Transport without TLS',
    explanation:
      'Some hop between client, gateway and service is not encrypted. Everyone on the way can read and change credentials and data.',
  },
  {
    id: 'missing-security-headers',
    cwe: 693,
    severity: 'low',
    title: 'Security headers missing',
    explanation:
      'Responses lack the headers that tell browsers to keep to TLS, not to guess media types and not to embed the content. Protection that the browser would give for free stays unused.',
  },
  {
    id: 'cacheable-sensitive-response',
    cwe: 524,
    severity: 'medium',
    title: 'Sensitive response that may be cached',
    explanation:
      'A response with personal or confidential data does not forbid caching. A browser or an intermediary may keep it and show it to the next person.',
  },
  {
    id: 'permissive-cors',
    cwe: 942,
    severity: 'medium',
    title: 'Cross-origin policy too permissive',
    explanation:
      "The CORS answer trusts any origin, or whatever origin asks. A foreign page in a user's browser can call the API and read the answers, in the worst case with that user's credentials.",
  },
  {
    id: 'error-disclosure',
    cwe: 209,
    severity: 'medium',
    title: 'Internals in error messages',
    explanation:
      'Error responses reveal stack traces, queries, paths, host names or versions. They draw a map of the system for whoever provokes them.',
  },
  {
    id: 'unrestricted-method',
    cwe: 749,
    severity: 'low',
    title: 'HTTP methods without restriction',
    explanation:
      'Methods that the contract does not name are answered instead of refused. They reach code that nobody meant to expose and that checks were not written for.',
  },
  {
    id: 'unrestricted-media-type',
    cwe: 1287,
    severity: 'low',
    title: 'Media types without restriction',
    explanation:
      'Request bodies are accepted in formats that the operation does not need, or the declared format is not checked. Each additional parser is one more to attack, and a body read as another type escapes validation.',
  },
  {
    id: 'undefined-response',
    cwe: 1059,
    severity: 'low',
    title: 'Response without a definition',
    explanation:
      'The contract does not say what some response, an error for instance, looks like. A response without a definition cannot be checked, so anything may leave through it.',
  },
  {
    id: 'contract-violation',
    cwe: 684,
    severity: 'medium',
    title: 'Behaviour against the contract',
    explanation:
      'The API answers in a way its contract does not allow, or accepts a request that the contract forbids. Clients and protections that rely on the contract are misled, and missing validation often shows itself this way first.',
  },
] as const satisfies readonly WeaknessEntry[]
