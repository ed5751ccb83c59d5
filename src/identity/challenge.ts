import type { OperationExposure } from '../exposure/exposure.ts'
import type { AuthenticationFailure } from './authenticator.ts'

/**
 * The `WWW-Authenticate` header for a failure: one challenge for each scheme of the operation (RFC 9110 section
 * 11.6.1). A bearer challenge names an error only where a token was presented (RFC 6750 section 3.1).
 */
export function challengeFor({ access }: OperationExposure, failure: AuthenticationFailure): string {
  const schemes = new Set<string>()
  for (const { requirements } of access.alternatives) {
    for (const { definition } of requirements) {
      if (definition === undefined) continue
      if (definition.type === 'http') schemes.add(definition.scheme.toLowerCase())
      else if (definition.type === 'oauth2' || definition.type === 'openIdConnect') schemes.add('bearer')
      else if (definition.type === 'apiKey') schemes.add('apikey')
    }
  }
  const challenges = [...schemes].map(scheme => (scheme === 'bearer' ? bearer(failure) : plain(scheme)))
  return challenges.length === 0 ? bearer(failure) : challenges.join(', ')
}

function bearer(failure: AuthenticationFailure): string {
  const realm = 'Bearer realm="api"'
  if (failure.kind === 'missing') return realm
  if (failure.kind === 'invalid') return `${realm}, error="invalid_token"`
  // RFC 6749 section 3.3: a scope never holds a quote or a backslash; one that does is a mistake in the contract.
  const scopes = failure.scopes.filter(scope => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)).join(' ')
  return `${realm}, error="insufficient_scope"${scopes === '' ? '' : `, scope="${scopes}"`}`
}

// There is no registered scheme for API keys; a 401 needs a challenge all the same.
const names: Readonly<Record<string, string>> = { basic: 'Basic', digest: 'Digest', apikey: 'ApiKey', dpop: 'DPoP' }

function plain(scheme: string): string {
  const name = Object.hasOwn(names, scheme) ? names[scheme] : scheme.replace(/[^a-z0-9-]/g, '')
  return `${name} realm="api"`
}
