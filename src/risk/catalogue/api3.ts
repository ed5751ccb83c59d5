import type { WeaknessEntry } from '../weakness.ts'

/** API3:2023, broken object property level authorization. */
export const api3 = [
  {
    id: 'excessive-data-exposure',
    cwe: 213,
    severity: 'high',
    title: 'Response with more than the caller may see',
    explanation:
      'A response carries properties that this caller may not read or does not need, and leaves it to the client to hide them. Anyone who looks at the raw response sees them all.',
  },
  {
    id: 'mass-assignment',
    cwe: 915,
    severity: 'high',
    title: 'Write to a property out of reach',
    explanation:
      'The API stores properties of the request that the caller has no right to set, such as a role, a price or an owner. One additional field in an ordinary request is enough to gain rights or money.',
  },
  {
    id: 'open-response-schema',
    cwe: 201,
    severity: 'medium',
    title: 'Response schema open to undeclared properties',
    explanation:
      'The contract lets a response contain properties that nobody declared, as happens when whole records are serialised. Every column added to the database later may appear in public without a decision.',
  },
  {
    id: 'open-request-schema',
    cwe: 915,
    severity: 'medium',
    title: 'Request schema open to undeclared properties',
    explanation:
      'The contract lets a request contain properties that nobody declared. If the code binds what it receives to internal objects, each undeclared property is a way in.',
  },
  {
    id: 'unenforced-response-schema',
    cwe: 201,
    severity: 'medium',
    title: 'Response schema that nothing enforces',
    explanation:
      'Responses of some method or status are not checked against their schema before they leave. The contract may be strict on paper, yet nothing stops an additional property on its way out.',
  },
  {
    id: 'secret-in-response',
    cwe: 201,
    severity: 'critical',
    title: 'Secret in a response',
    explanation:
      'A response contains a password, its hash, a key, a token or a one-time code. The reader does not merely learn something but can act with it.',
  },
] as const satisfies readonly WeaknessEntry[]
