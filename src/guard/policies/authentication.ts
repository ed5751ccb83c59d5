import type { OperationExposure } from '../../exposure/exposure.ts'
import type { AuthenticationFailure, Authenticator, CredentialFlaw } from '../../identity/authenticator.ts'
import type { WeaknessId } from '../../risk/catalogue.ts'
import { definePolicy, type Verdict } from '../policy.ts'

/**
 * **What an attacker does.** He leaves the credential out, brings one that he made up, one of another issuer or for
 * another audience, one that is not signed (`alg: none`), signed with the public key as a shared secret, or expired; or
 * he puts the token into the URL, where every log keeps it.
 *
 * **How this answers.** The contract's `security` decides who may come in; the first alternative whose requirements are
 * all met wins. With issuers configured, tokens are verified here (signature by a pinned algorithm, `iss`, `aud`, `exp`,
 * `typ`); without any, the credential must at least be there and well-formed, and the API verifies it. A missing or bad
 * credential is 401 with a challenge, a token without the operation's scopes 403.
 *
 * **When it is wrong.** What the contract leaves open (`security: []`, or nothing said) stays open here: audit reports
 * it. Without issuers a made-up token passes this policy; the API behind it is then the only one that can tell.
 * Schemes that cannot be checked here (mutual TLS, a scheme that the contract does not define) let nobody in.
 *
 * **How to waive it.** Declare the operation public with `security: []`, or set the policy to `alert` for it.
 */
export const authentication = definePolicy({
  kind: 'policy',
  id: 'authentication',
  summary: 'Lets in only callers whose credentials meet what the contract demands.',
  covers: [
    'missing-authentication',
    'broken-token-verification',
    'weak-token-signature',
    'token-without-expiry',
    'credential-in-url',
    'broken-function-level-authorization',
  ],
  serves: ['API2-e', 'API2-g', 'API2-h', 'API2-i', 'API2-l'],
  severity: 'critical',
  remedy: 'Configure the issuers whose tokens the API takes, and demand a credential in the contract.',
  references: ['RFC 6750 section 3', 'RFC 8725', 'RFC 9068 section 4'],
  operation: (exposure, _api, _options, { authenticator }) => ({
    identity: exchange => {
      const { authentication: result } = exchange
      if (result !== undefined && 'failure' in result) return refuse(exposure, authenticator, result.failure)
      return exchange.query.includes('access_token') && tokenInUrl(exposure, exchange.query) ? inUrl : undefined
    },
  }),
})

function refuse(exposure: OperationExposure, authenticator: Authenticator, failure: AuthenticationFailure): Verdict {
  const headers = { 'www-authenticate': authenticator.challenge(exposure, failure) }
  switch (failure.kind) {
    case 'missing':
      return {
        refuse: 401,
        because: {
          weakness: 'missing-authentication',
          problem: 'unauthorized',
          detail: 'Send the credential that this operation asks for.',
          log: 'no credential of any alternative was sent',
          headers,
        },
      }
    case 'invalid':
      return {
        refuse: 401,
        because: {
          weakness: weaknesses[failure.flaw],
          problem: 'unauthorized',
          detail: 'The credential was not accepted.',
          log: failure.log,
          headers,
        },
      }
    case 'insufficient-scope':
      return {
        refuse: 403,
        because: {
          weakness: 'broken-function-level-authorization',
          problem: 'forbidden',
          detail: 'The credential does not reach that far.',
          log: `needs the scopes ${failure.scopes.join(' ')}`,
          headers,
        },
      }
  }
}

const weaknesses: Readonly<Record<CredentialFlaw, WeaknessId>> = {
  unverified: 'broken-token-verification',
  malformed: 'broken-token-verification',
  'weak-signature': 'weak-token-signature',
  'no-expiry': 'token-without-expiry',
  expired: 'token-without-expiry',
}

/** RFC 6750 section 2.3 and RFC 9700 section 4.3.2: access tokens do not belong in a query, unless a contract asks. */
function tokenInUrl({ operation }: OperationExposure, query: string): boolean {
  const declared = operation.parameters.some(({ in: place, name }) => place === 'query' && name === 'access_token')
  return !declared && new URLSearchParams(query).has('access_token')
}

const inUrl: Verdict = {
  refuse: 400,
  because: {
    weakness: 'credential-in-url',
    problem: 'credential-in-url',
    detail: 'Send the token in the Authorization header.',
  },
}
