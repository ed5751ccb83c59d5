import type { WeaknessEntry } from '../weakness.ts'

/** API10:2023, unsafe consumption of APIs. */
export const api10 = [
  {
    id: 'cleartext-third-party',
    cwe: 319,
    severity: 'high',
    title: 'Third party called without TLS',
    explanation:
      'A third-party API is called over an unencrypted channel. Others on the way can read what is sent and replace what comes back.',
  },
  {
    id: 'unvalidated-third-party-data',
    cwe: 20,
    severity: 'high',
    title: 'Third-party data taken on trust',
    explanation:
      'Data from another API is stored, processed or passed on without being checked. Whoever controls or breaks into the provider can send malicious input past all checks made on clients.',
  },
  {
    id: 'third-party-redirect',
    cwe: 610,
    severity: 'medium',
    title: 'Third-party redirect followed blindly',
    explanation:
      'A redirect from a third-party API is followed wherever it points, request body and credentials included. A compromised provider can thus forward sensitive data to a host of its choice.',
  },
  {
    id: 'unbounded-third-party-response',
    cwe: 770,
    severity: 'medium',
    title: 'Third-party response of any size',
    explanation:
      'Responses of a third party are read whatever their size or depth of nesting. A faulty or hostile provider can exhaust the memory of the service that asked.',
  },
  {
    id: 'missing-third-party-timeout',
    cwe: 1088,
    severity: 'medium',
    title: 'Third-party call without a time limit',
    explanation:
      'Calls to a third party wait for as long as it takes to answer. When the provider becomes slow, waiting requests pile up until this service stops as well.',
  },
  {
    id: 'unassessed-provider',
    cwe: 1357,
    severity: 'low',
    title: 'Provider whose security nobody assessed',
    explanation:
      'A third-party API is in use although its contract, transport and security practice were never looked at. Its weaknesses become weaknesses of this API without anyone having accepted them.',
  },
] as const satisfies readonly WeaknessEntry[]
