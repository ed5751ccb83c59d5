import type { ApiExposure } from '../exposure/exposure.ts'
import { ownershipWarnings } from '../guard/ownership-warnings.ts'
import type { Configuration } from './configuration.ts'

/** What the overlay asks for and this version does not enforce; said at start-up, since silence would look like safety. */
const notEnforced = ['confirm', 'flow', 'sunset', 'successor', 'cache'] as const

/** What an operator should know before traffic comes: declared, but not or not fully enforceable as configured. */
export function guardWarnings(api: ApiExposure, configuration: Configuration): readonly string[] {
  const warnings: string[] = []
  const declared = notEnforced.filter(key =>
    api.operations.some(({ operation }) => operation.extension[key] !== undefined),
  )
  if (declared.length > 0) {
    warnings.push(`x-rugged ${declared.join(', ')} is declared, and this version of the guard does not enforce it yet`)
  }
  const sealed = api.operations.some(({ uses, hands }) => [...uses, ...hands].some(place => place.seal !== undefined))
  if (sealed) warnings.push('x-rugged seal is declared, and this version does not seal ids yet: they leave as they are')
  warnings.push(...ownershipWarnings(api, { verifiesTokens: configuration.issuers.length > 0 }))
  const bearer = api.operations.some(({ access }) => ['bearer', 'oauth2', 'openid'].includes(access.weakest))
  if (bearer && configuration.issuers.length === 0) {
    warnings.push('bearer tokens are only checked to be there, the API has to verify them: no issuer is configured')
  }
  return warnings
}
