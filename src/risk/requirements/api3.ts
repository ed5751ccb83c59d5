import type { RequirementEntry } from '../requirement.ts'

/** API3:2023, broken object property level authorization. */
export const api3 = [
  {
    id: 'API3-a',
    asks: 'vulnerable',
    text: 'Responses expose no property the caller should not read (excessive data exposure).',
    parts: ['scan', 'guard', 'watch', 'audit'],
    weaknesses: ['excessive-data-exposure', 'secret-in-response'],
  },
  {
    id: 'API3-b',
    asks: 'vulnerable',
    text: "Requests cannot change/add/delete a sensitive property out of the caller's reach (mass assignment).",
    parts: ['scan', 'guard', 'audit'],
    weaknesses: ['mass-assignment'],
  },
  {
    id: 'API3-c',
    asks: 'prevent',
    text: 'For each exposed object, the returned properties are those the caller may see (role-to-property view).',
    parts: ['guard', 'scan', 'audit'],
    weaknesses: ['excessive-data-exposure'],
  },
  {
    id: 'API3-d',
    asks: 'prevent',
    text: 'Generic serialisation is not used: response properties are individually chosen = response schema is closed and explicit.',
    parts: ['audit', 'watch'],
    weaknesses: ['open-response-schema'],
  },
  {
    id: 'API3-e',
    asks: 'prevent',
    text: 'Client input is not auto-bound to internals: request schema is closed (`additionalProperties:false`/`unevaluatedProperties:false`).',
    parts: ['audit', 'guard', 'scan'],
    weaknesses: ['open-request-schema', 'mass-assignment'],
  },
  {
    id: 'API3-f',
    asks: 'prevent',
    text: 'Only client-updatable properties are writable (`readOnly`, separate input/output schema).',
    parts: ['audit', 'guard', 'scan'],
    weaknesses: ['mass-assignment'],
  },
  {
    id: 'API3-g',
    asks: 'prevent',
    text: 'Response validation by schema is enforced for every method and status.',
    parts: ['guard', 'audit', 'watch'],
    weaknesses: ['unenforced-response-schema', 'undefined-response'],
  },
  {
    id: 'API3-h',
    asks: 'prevent',
    text: 'Returned structures are the minimum needed: never-consumed or unneeded sensitive fields are reported.',
    parts: ['watch', 'inventory', 'audit'],
    weaknesses: ['excessive-data-exposure'],
  },
] as const satisfies readonly RequirementEntry[]
