import type { Operation } from '../../contract/model.ts'
import { defineRule } from '../rule.ts'
import { count, nameOperation } from '../wording.ts'

/**
 * A requirement that names a scheme which the contract does not define protects nothing: gateways and generators drop
 * it, and an attacker walks in where the page said `security`.
 *
 * One finding per name, with the operations that ask for it.
 *
 * When it is wrong: never, as a fact; the API may still ask for a credential that the contract does not describe.
 *
 * To waive it: define the scheme under `components.securitySchemes`, or correct its name.
 */
export const undefinedSecurityScheme = defineRule({
  kind: 'rule',
  id: 'undefined-security-scheme',
  summary: 'An operation asks for a security scheme that the contract does not define.',
  covers: ['missing-authentication'],
  severity: 'high',
  remedy: 'Define the scheme under components.securitySchemes, or correct the name.',
  references: ['https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object'],
  *api({ contract, operations }) {
    const asking = new Map<string, Operation[]>()
    for (const { operation, access } of operations) {
      const names = access.alternatives
        .flatMap(({ requirements }) => requirements)
        .filter(requirement => requirement.credential === 'undefined-scheme')
      for (const name of new Set(names.map(({ scheme }) => scheme))) {
        const known = asking.get(name)
        if (known === undefined) asking.set(name, [operation])
        else known.push(operation)
      }
    }
    for (const [name, users] of asking) {
      const first = users[0]
      if (first === undefined) continue
      const own = contract.at(`${first.pointer}/security`)
      yield {
        subject: name,
        operation: nameOperation(first),
        where: contract.place(own === undefined ? '/security' : own.pointer),
        message: `The security scheme "${name}" is not defined, and ${count(users.length, 'operation asks', 'operations ask')} for it: tools drop the requirement, and nothing is demanded.`,
        evidence: { scheme: name, operations: users.slice(0, 20).map(({ key }) => key) },
        confidence: 'certain',
      }
    }
  },
})
