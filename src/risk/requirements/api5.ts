import type { RequirementEntry } from '../requirement.ts'

/** API5:2023, broken function level authorization. */
export const api5 = [
  {
    id: 'API5-a',
    asks: 'vulnerable',
    text: 'An ordinary user cannot reach administrative operations.',
    parts: ['scan', 'guard', 'watch'],
    weaknesses: ['broken-function-level-authorization'],
  },
  {
    id: 'API5-b',
    asks: 'vulnerable',
    text: 'Changing only the HTTP method does not give a forbidden create/modify/delete.',
    parts: ['scan', 'guard'],
    weaknesses: ['method-confusion'],
  },
  {
    id: 'API5-c',
    asks: 'vulnerable',
    text: "A member of group X cannot call group Y's function by guessing URL and parameters.",
    parts: ['scan', 'guard', 'watch'],
    weaknesses: ['broken-function-level-authorization'],
  },
  {
    id: 'API5-d',
    asks: 'vulnerable',
    text: '"Administrative" is decided by declared role/scope, never by the path prefix alone; admin functions beneath ordinary paths are found.',
    parts: ['audit', 'inventory'],
    weaknesses: ['hidden-admin-function', 'missing-role-rule'],
  },
  {
    id: 'API5-e',
    asks: 'prevent',
    text: 'One consistent, analysable authorization module is invoked for all business functions (may be outside the code = our gateway).',
    parts: ['guard', 'identity'],
    weaknesses: ['broken-function-level-authorization', 'missing-role-rule'],
  },
  {
    id: 'API5-f',
    asks: 'prevent',
    text: 'Deny by default: each operation needs an explicit role grant; operations without one fail audit and are refused.',
    parts: ['guard', 'audit'],
    weaknesses: ['missing-role-rule'],
  },
  {
    id: 'API5-g',
    asks: 'prevent',
    text: 'Each endpoint is reviewed against function-level flaws with the group hierarchy in view (role x operation matrix produced).',
    parts: ['audit', 'inventory', 'scan'],
    weaknesses: ['missing-role-rule', 'broken-function-level-authorization'],
  },
  {
    id: 'API5-h',
    asks: 'prevent',
    text: 'All administrative controllers inherit an authorization check (contract: admin tag/path group must share a security requirement).',
    parts: ['audit'],
    attestation: true,
    weaknesses: ['missing-role-rule', 'hidden-admin-function'],
  },
  {
    id: 'API5-i',
    asks: 'prevent',
    text: 'Administrative functions inside ordinary controllers also check group and role.',
    parts: ['audit', 'scan', 'guard'],
    weaknesses: ['hidden-admin-function', 'broken-function-level-authorization'],
  },
] as const satisfies readonly RequirementEntry[]
