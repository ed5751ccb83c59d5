import type { Caller } from '../../identity/caller.ts'
import { definePolicy, type Verdict } from '../policy.ts'

/**
 * An attacker with an ordinary account calls a function that was built for staff: he has read its address in the
 * client's code, in the documentation, or guessed it by changing a verb or a word. An API that only checks that somebody
 * is signed in carries it out.
 *
 * The overlay lists the `roles` that may call an operation. A caller passes with one of them in a verified token. Once
 * any operation of the API declares roles, an operation that requires a caller and lists none is for nobody, so that a
 * function that somebody forgot is closed and not open. Operations that the contract leaves open (`security: []`, an
 * empty alternative, or no word about security at all) stay so, unless they list roles.
 *
 * When it is wrong. Roles are as fresh as the token: whoever lost one keeps it until the token ends. Keys and opaque
 * credentials carry no verified roles, so operations with roles refuse them; configure an issuer. Roles say who may
 * use a function, not on which object: that is `object-ownership`.
 *
 * To waive it, declare the roles of the operation, or set its mode.
 */
export const roleAccess = definePolicy({
  kind: 'policy',
  id: 'role-access',
  summary: 'Lets only callers of a declared role use an operation, and nobody where roles were forgotten.',
  covers: ['broken-function-level-authorization', 'missing-role-rule'],
  serves: ['API5-a', 'API5-f'],
  severity: 'critical',
  remedy: 'Grant each operation to roles in the overlay, and check them in the API as well.',
  references: [
    'https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/',
    'CWE-285',
    'CWE-862',
  ],
  operation({ operation, access }, api) {
    const { roles } = operation.extension
    if (roles === undefined) {
      if (!api.declaresRoles || access.policy !== 'required') return undefined
      return { access: () => refuse('missing-role-rule', 'Other operations declare roles and this one lists none.') }
    }
    const allowed = new Set(roles)
    return {
      access({ caller }) {
        if (rolesOf(caller).some(role => allowed.has(role))) return undefined
        return refuse('broken-function-level-authorization', because(caller, roles))
      },
    }
  },
})

function rolesOf(caller: Caller): readonly string[] {
  return caller.kind === 'subject' ? caller.roles : []
}

function because(caller: Caller, roles: readonly string[]): string {
  if (roles.length === 0) return 'The operation lists no role, so it is for nobody.'
  const wanted = `One of the roles ${roles.join(', ')} is needed`
  if (caller.kind === 'subject') return `${wanted}, and the token has none of them.`
  return `${wanted}, and a caller of kind ${caller.kind} has no verified roles.`
}

function refuse(
  weakness: 'missing-role-rule' | 'broken-function-level-authorization',
  log: string,
): NonNullable<Verdict> {
  return {
    refuse: 403,
    because: { weakness, problem: 'role-not-allowed', detail: 'Your account may not use this function.', log },
  }
}
