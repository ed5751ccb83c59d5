import type { ApiExposure } from '../exposure/exposure.ts'
import type { Authenticator } from '../identity/authenticator.ts'
import { typeRules } from './ownership.ts'
import { producersOf } from './producers.ts'
import { placeName } from './references.ts'

/** What an operator should know at start-up about owner rules that cannot do all they say. One sentence each. */
export function ownershipWarnings(
  api: ApiExposure,
  authenticator: Pick<Authenticator, 'verifiesTokens'>,
): readonly string[] {
  const rules = typeRules(api)
  const warnings: string[] = []
  if (rules.size > 0 && !authenticator.verifiesTokens) {
    const types = [...rules.keys()].join(', ')
    warnings.push(
      `Owner rules (${types}) compare claims, and no issuer is configured: only what the guard has handed to a credential ` +
        'can be proven, everything else is refused. Add the issuer of your tokens to "issuers".',
    )
  }
  for (const [name, rule] of rules) {
    const { lists, items } = producersOf(api, rule.type)
    if (rule.idClaim === undefined && lists.length === 0 && items.length === 0) {
      warnings.push(
        `No operation of the contract gives the ${name} of a caller back, so after a restart its owner cannot be looked up ` +
          'and requests that name one are refused. Describe a GET for it.',
      )
    }
    for (const operation of rule.type.consumers) {
      const { access, effect } = api.of(operation)
      if (access.policy === 'public' && effect === 'reads') {
        warnings.push(`${operation.key} is public (security: []), so the owner rule of ${name} does not apply to it.`)
      } else if (access.policy === 'silent') {
        warnings.push(
          `${operation.key} names an object of type ${name}, which has an owner, and the contract asks for no credentials: nobody can own it ` +
            'there, so it is refused. Declare "security".',
        )
      }
    }
  }
  for (const { schema, why } of api.objects.unapplied) {
    warnings.push(
      why === 'unused'
        ? `The owner or tenant of ${schema} is NOT enforced: no successful answer of the contract holds such an object.`
        : `The owner or tenant of ${schema} is NOT enforced for requests: none of its properties is known as its id. ` +
            'Declare x-rugged: { id: … } at the property and where requests name it.',
    )
  }
  for (const { operation, uses } of api.operations) {
    for (const use of uses) {
      const rule = rules.get(use.type)
      if (rule === undefined || use.source !== 'guessed') continue
      warnings.push(
        `${operation.key} seems to name an object of type ${use.type} in ${placeName(use.field)}, which is only guessed, so its owner rule ` +
          'is not enforced there. Declare x-rugged: { id: … } at it.',
      )
    }
  }
  for (const type of api.objects.types.values()) {
    if (type.relation)
      warnings.push(`The relation of ${type.name} is an external decision, which this version does not ask for.`)
  }
  return warnings
}
