import type { SecurityScheme } from '../../contract/model.ts'
import { credentials } from '../../exposure/auth.ts'
import type { ApiExposure, OperationExposure } from '../../exposure/exposure.ts'
import type { Draft } from '../../risk/finding.ts'
import type { Severity } from '../../risk/weakness.ts'
import { defineRule } from '../rule.ts'
import { count, listOf } from '../wording.ts'

/**
 * An attacker picks the weakest of the ways in that a contract offers. Basic and Digest send or derive the password
 * itself with every request; the implicit and password flows of OAuth put tokens into URLs and passwords into other
 * people's applications (both gone since RFC 9700); an API key says which program calls, never which user.
 *
 * One finding per scheme, and one per set of alternatives in which a weak one stands beside a strong one.
 *
 * When it is wrong: Basic is sometimes only the envelope of an API key, over TLS and revocable. A key per account can
 * be enough between servers; it is reported only where objects are declared to belong to a subject.
 *
 * To waive it: require the stronger scheme, or accept the finding with a reason.
 */
export const unfitAuthenticationScheme = defineRule({
  kind: 'rule',
  id: 'unfit-authentication-scheme',
  summary: 'A way to sign in does not prove who the user is, or gives the proof away.',
  covers: ['unfit-authentication-scheme', 'api-key-as-user'],
  serves: ['API2-o', 'API2-w'],
  severity: 'medium',
  remedy: 'Use OAuth 2 with the authorization code flow and PKCE, or OpenID Connect; keep keys for programs.',
  references: ['https://www.rfc-editor.org/rfc/rfc9700#section-2', 'https://www.rfc-editor.org/rfc/rfc7617#section-4'],
  *api(api) {
    for (const [name, scheme] of api.contract.securitySchemes) {
      const users = api.operations.filter(row => asksFor(row, name))
      if (users.length > 0) yield* judge(name, scheme, users, api)
    }
    yield* downgrades(api)
  },
})

function asksFor(row: OperationExposure, scheme: string): boolean {
  return row.access.alternatives.some(({ requirements }) =>
    requirements.some(requirement => requirement.scheme === scheme),
  )
}

function* judge(
  name: string,
  scheme: SecurityScheme,
  users: readonly OperationExposure[],
  api: ApiExposure,
): Iterable<Draft> {
  const where = api.contract.place(scheme.pointer)
  const asked = `${count(users.length, 'operation')} can be called with it`
  if (scheme.type === 'http') {
    const weak = weakHttp(scheme.scheme.toLowerCase())
    if (weak !== undefined)
      yield { subject: name, where, ...weak, message: `The scheme "${name}" ${weak.message}; ${asked}.` }
  }
  if (scheme.type === 'oauth2') {
    for (const flow of ['implicit', 'password'].filter(flow => scheme.flows[flow] !== undefined)) {
      yield {
        subject: `${name} ${flow}`,
        where,
        confidence: 'certain',
        message: `The scheme "${name}" offers the ${flow} flow, ${flow === 'implicit' ? 'which puts access tokens into URLs and histories' : 'which trains users to type their password into other programs'}; RFC 9700 forbids it. ${asked}.`,
      }
    }
  }
  if (scheme.type === 'apiKey') yield* keyForUser(name, scheme.pointer, users, api)
}

function weakHttp(scheme: string): { readonly severity: Severity; readonly message: string } | undefined {
  if (scheme === 'bearer' || scheme === 'dpop') return undefined
  if (scheme === 'basic')
    return { severity: 'medium', message: 'is HTTP Basic, which sends the password itself with every request' }
  if (scheme === 'digest')
    return { severity: 'medium', message: 'is HTTP Digest, which needs the password in recoverable form on the server' }
  if (
    ['negotiate', 'ntlm', 'oauth', 'hoba', 'privatetoken', 'scram-sha-1', 'scram-sha-256', 'vapid', 'mutual'].includes(
      scheme,
    )
  ) {
    return { severity: 'low', message: `is HTTP ${scheme}, which few verifiers support well` }
  }
  return { severity: 'medium', message: `is "${scheme}", which is no registered HTTP authentication scheme` }
}

function* keyForUser(
  name: string,
  pointer: string,
  users: readonly OperationExposure[],
  api: ApiExposure,
): Iterable<Draft> {
  const owned = users.filter(
    row =>
      row.access.weakest.startsWith('key-in-') &&
      [...row.uses, ...row.hands].some(use => api.objects.types.get(use.type)?.owner !== undefined),
  )
  if (owned.length === 0) return
  const types = listOf(
    owned
      .flatMap(row => [...row.uses, ...row.hands])
      .map(use => use.type)
      .filter(type => api.objects.types.get(type)?.owner !== undefined),
  )
  yield {
    weakness: 'api-key-as-user',
    subject: `${name} as a user`,
    where: api.contract.place(pointer),
    message: `The API key "${name}" alone opens ${count(owned.length, 'operation')} on objects that belong to a user (${types}): a key names a program, so nobody can tell whose object it may have.`,
  }
}

/** Ranks in `credentials` up to here are weak, from `bearer` on strong. */
const strongFrom = credentials.indexOf('bearer')

function* downgrades({ contract, operations }: ApiExposure): Iterable<Draft> {
  const seen = new Map<string, OperationExposure[]>()
  for (const row of operations) {
    const ways = row.access.alternatives.filter(({ requirements }) => requirements.length > 0)
    const best = ways.map(({ requirements }) =>
      Math.max(...requirements.map(({ credential }) => credentials.indexOf(credential))),
    )
    if (row.access.policy !== 'required' || best.length < 2 || Math.max(...best) < strongFrom) continue
    const weak = ways
      .filter((_, index) => (best[index] ?? strongFrom) < strongFrom)
      .flatMap(({ requirements }) => requirements)
    // What is wrong with these alone is said elsewhere: once is enough.
    const names = weak.filter(({ credential }) => credential.startsWith('key-in-')).map(({ scheme }) => scheme)
    if (names.length === 0) continue
    const strong = ways
      .filter((_, index) => (best[index] ?? 0) >= strongFrom)
      .flatMap(({ requirements }) => requirements)
      .map(({ scheme }) => scheme)
    const key = `${listOf(names)} beside ${listOf(strong)}`
    seen.set(key, [...(seen.get(key) ?? []), row])
  }
  for (const [key, rows] of seen) {
    const [weak = '', strong = ''] = key.split(' beside ')
    yield {
      severity: 'low',
      subject: key,
      where: contract.place(contract.at('/security') === undefined ? '' : '/security'),
      message: `An attacker takes the weaker way in: ${count(rows.length, 'operation')} can be called with ${weak} instead of ${strong}.`,
      evidence: { operations: rows.slice(0, 20).map(row => row.operation.key) },
    }
  }
}
