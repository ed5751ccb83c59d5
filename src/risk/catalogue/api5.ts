import type { WeaknessEntry } from '../weakness.ts'

/** API5:2023, broken function level authorization. */
export const api5 = [
  {
    id: 'broken-function-level-authorization',
    cwe: 285,
    severity: 'critical',
    title: 'Function open to the wrong role',
    explanation:
      'A caller can use an operation that is meant for another role or group, because the API does not check the right to the function itself. Ordinary users gain administrative power by knowing an address.',
  },
  {
    id: 'method-confusion',
    cwe: 863,
    severity: 'high',
    title: 'Right that depends on the HTTP method used',
    explanation:
      'Access is decided for one method of an address but not for the others, or a header replaces the method after the check. A caller who may only read can then create, change or delete.',
  },
  {
    id: 'missing-role-rule',
    cwe: 862,
    severity: 'high',
    title: 'Operation without a role rule',
    explanation:
      'Nothing states which roles or scopes may call the operation. Without an explicit grant it is open to every signed-in user, often without anybody having decided so.',
  },
  {
    id: 'hidden-admin-function',
    cwe: 425,
    severity: 'high',
    title: 'Administrative function in an ordinary place',
    explanation:
      'A function with administrative power sits beneath an ordinary path and relies on not being found. Rules written for the administrative part of the API do not reach it.',
  },
] as const satisfies readonly WeaknessEntry[]
