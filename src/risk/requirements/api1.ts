import type { RequirementEntry } from '../requirement.ts'

/** API1:2023, broken object level authorization. */
export const api1 = [
  {
    id: 'API1-a',
    asks: 'vulnerable',
    text: 'Every operation that takes an object identifier and acts on it is listed, and has an object-level rule attached.',
    parts: ['audit', 'inventory'],
    weaknesses: ['missing-object-rule'],
  },
  {
    id: 'API1-b',
    asks: 'vulnerable',
    text: "For user A's object, user B's token gets a denial for each of read/update/delete, checked per action, not per endpoint.",
    parts: ['scan', 'guard'],
    weaknesses: ['broken-object-level-authorization'],
  },
  {
    id: 'API1-c',
    asks: 'vulnerable',
    text: 'The check is not merely "id in request == id in token": nested/indirect ids (orders, files, tenants) are tested too.',
    parts: ['scan', 'audit'],
    weaknesses: ['broken-object-level-authorization'],
  },
  {
    id: 'API1-d',
    asks: 'vulnerable',
    text: 'Identifier manipulation in path, query, header and body is caught at object level, and reported as distinct from function-level (BFLA) findings.',
    parts: ['scan', 'watch'],
    weaknesses: ['broken-object-level-authorization'],
  },
  {
    id: 'API1-e',
    asks: 'prevent',
    text: 'An authorization mechanism driven by user policy and hierarchy exists and is declared in the contract or policy file.',
    parts: ['identity', 'audit', 'guard'],
    weaknesses: ['missing-object-rule', 'missing-role-rule'],
  },
  {
    id: 'API1-f',
    asks: 'prevent',
    text: 'Each function that turns client input into a record access runs that mechanism for the logged-in user, action and record.',
    parts: ['scan', 'guard', 'watch'],
    weaknesses: ['broken-object-level-authorization'],
  },
  {
    id: 'API1-g',
    asks: 'prevent',
    text: 'Record ids are random/unpredictable: sequential or guessable ids are flagged in the schema and in live traffic.',
    parts: ['audit', 'watch', 'scan'],
    weaknesses: ['predictable-object-id'],
  },
  {
    id: 'API1-h',
    asks: 'prevent',
    text: 'Authorization tests exist, are generated from the contract, and a failing one stops deployment (exit code in CI).',
    parts: ['scan', 'audit'],
    weaknesses: ['broken-object-level-authorization', 'missing-object-rule', 'broken-function-level-authorization'],
  },
] as const satisfies readonly RequirementEntry[]
