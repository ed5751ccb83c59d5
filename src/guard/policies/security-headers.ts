import { type OperationExposure, sensitiveFields } from '../../exposure/exposure.ts'
import type { Exchange } from '../exchange.ts'
import { type Because, definePolicy, type Verdict } from '../policy.ts'

/**
 * **What an attacker does.** He opens an API's answer in a victim's browser as if it were a page, or reads from a shared
 * cache or a borrowed computer what somebody else was answered.
 *
 * **How this answers.** Every answer says what it is (`X-Content-Type-Options: nosniff`) and that it is no page (a
 * `Content-Security-Policy` that allows nothing, `Referrer-Policy: no-referrer`); over TLS, that it is reached by TLS
 * alone. An answer to a known caller, or with data that the contract or overlay calls sensitive, is not stored unless
 * the API itself says how it may be; sensitive data is stored in no shared cache whatever the API says.
 *
 * **When it is wrong.** An API that serves pages sets a policy of its own, which is kept. Sensitive fields that are only
 * guessed from their names lead to `no-store` on answers that could have been cached; declare `sensitive` to decide.
 *
 * **How to waive it.** Let the API set the header: what is there stays. Or set the policy to `off` for the operation.
 */
export const securityHeaders = definePolicy({
  kind: 'policy',
  id: 'security-headers',
  summary: 'Sends the headers that keep browsers and caches from misusing an answer.',
  covers: ['missing-security-headers', 'cacheable-sensitive-response'],
  serves: ['API8-f', 'API8-o'],
  severity: 'low',
  remedy: 'Send security headers and cache directives from the API as well.',
  references: ['RFC 9111 section 5.2.2.5', 'RFC 6797', 'OWASP REST Security Cheat Sheet'],
  operation: exposure => {
    const sensitive = sensitiveClasses(exposure)
    return { response: exchange => complete(exchange, sensitive) }
  },
})

const transportSecurity = 'max-age=31536000; includeSubDomains'
const contentPolicy = "default-src 'none'; frame-ancestors 'none'"

function complete({ answer, caller, secure }: Exchange, sensitive: string): Verdict {
  if (answer === undefined) return undefined
  const { headers } = answer
  const set: Record<string, string> = {}
  set['x-content-type-options'] = 'nosniff'
  if (headers['content-security-policy'] === undefined) set['content-security-policy'] = contentPolicy
  if (headers['referrer-policy'] === undefined) set['referrer-policy'] = 'no-referrer'
  if (secure && headers['strict-transport-security'] === undefined) set['strict-transport-security'] = transportSecurity
  const cache = headers['cache-control']
  if (cache === undefined) {
    if (sensitive !== '' || caller.kind !== 'anonymous') set['cache-control'] = 'no-store'
  } else if (sensitive !== '' && answer.status < 300 && /\b(?:public|s-maxage)\b/i.test(String(cache))) {
    set['cache-control'] = 'no-store'
    return { rewrite: { headers: set }, safe: false, because: cacheable(sensitive) }
  }
  return { rewrite: { headers: set }, safe: true }
}

function cacheable(sensitive: string): Because {
  return {
    weakness: 'cacheable-sensitive-response',
    problem: 'cacheable-sensitive-response',
    detail: 'A sensitive answer was to be kept in shared caches.',
    log: `the API allowed shared caches to keep an answer with ${sensitive}`,
  }
}

/** The classes of sensitive data that a successful answer may hold; empty for none. */
function sensitiveClasses({ fields }: OperationExposure): string {
  const found = sensitiveFields(fields.out).filter(
    ({ status }) => status?.startsWith('2') === true || status === 'default',
  )
  return [...new Set(found.map(field => field.sensitive?.class ?? ''))].sort().join(', ')
}
