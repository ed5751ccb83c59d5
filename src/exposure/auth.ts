import type { Contract, Operation, SecurityScheme } from '../contract/model.ts'
import type { FactSource } from './fact.ts'

/** A way to say who is calling, weakest first. `undefined-scheme`: the contract names a scheme that it does not define. */
export const credentials = [
  'none',
  'undefined-scheme',
  'key-in-query',
  'basic',
  'digest',
  'other-http',
  'key-in-cookie',
  'key-in-header',
  'bearer',
  'oauth2',
  'openid',
  'mutual-tls',
] as const
export type Credential = (typeof credentials)[number]

export interface AccessRequirement {
  readonly scheme: string
  readonly credential: Credential
  readonly scopes: readonly string[]
  /** The scheme as the contract defines it; absent where it does not. */
  readonly definition?: SecurityScheme
}

/** One alternative of `security`: all its requirements have to be met together. */
export interface AccessAlternative {
  readonly requirements: readonly AccessRequirement[]
}

export interface AccessFact {
  /** `silent`: the contract says nothing, so nobody is asked; `public`: it says that anybody may call. */
  readonly policy: 'silent' | 'public' | 'optional' | 'required'
  /** True when a request without any credential is let in by the contract. */
  readonly anonymous: boolean
  readonly alternatives: readonly AccessAlternative[]
  /** The weakest way in: of each alternative its strongest requirement, of those the weakest. */
  readonly weakest: Credential
  readonly source: FactSource
}

/** Who may call an operation, from `security` as it is in force (OpenAPI 3.1 section 4.8.30). */
export function accessOf(contract: Contract, operation: Operation): AccessFact {
  const { security } = operation
  if (security === undefined) {
    return { policy: 'silent', anonymous: true, alternatives: [], weakest: 'none', source: 'derived' }
  }
  const alternatives = security.map(requirements => ({
    requirements: requirements.map(({ scheme, scopes }) => {
      const definition = contract.securitySchemes.get(scheme)
      const requirement = { scheme, scopes, credential: credentialOf(definition) }
      return definition === undefined ? requirement : { ...requirement, definition }
    }),
  }))
  const open = alternatives.some(alternative => alternative.requirements.length === 0)
  const closed = alternatives.some(alternative => alternative.requirements.length > 0)
  const policy = !closed ? 'public' : open ? 'optional' : 'required'
  const weakest = policy === 'required' ? weakestOf(alternatives.map(strongestOf)) : 'none'
  return { policy, anonymous: policy !== 'required', alternatives, weakest, source: 'declared' }
}

function credentialOf(scheme: SecurityScheme | undefined): Credential {
  if (scheme === undefined) return 'undefined-scheme'
  switch (scheme.type) {
    case 'apiKey':
      return `key-in-${scheme.in}`
    case 'oauth2':
      return 'oauth2'
    case 'openIdConnect':
      return 'openid'
    case 'mutualTLS':
      return 'mutual-tls'
    case 'http': {
      const name = scheme.scheme.toLowerCase()
      if (name === 'bearer' || name === 'basic' || name === 'digest') return name
      return name === 'dpop' ? 'bearer' : 'other-http'
    }
  }
}

function strongestOf(alternative: AccessAlternative): Credential {
  const ranks = alternative.requirements.map(requirement => credentials.indexOf(requirement.credential))
  return credentials[Math.max(0, ...ranks)] ?? 'none'
}

function weakestOf(found: readonly Credential[]): Credential {
  const ranks = found.map(credential => credentials.indexOf(credential))
  return credentials[Math.min(...ranks)] ?? 'none'
}
