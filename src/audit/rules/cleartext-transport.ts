import type { SecurityScheme } from '../../contract/model.ts'
import { parseAddress } from '../../core/address.ts'
import { isObject, isString } from '../../core/json.ts'
import { parseRemoteUrl, remoteScope } from '../../core/url.ts'
import type { ServerFact } from '../../exposure/transport.ts'
import { defineRule } from '../rule.ts'
import { nameOperation } from '../wording.ts'

/**
 * Whoever sits between client and server reads and changes what goes over plain HTTP: tokens first of all.
 *
 * One finding per server that is offered over `http:` (`high`; `low` inside a private network, nothing on the same
 * machine), and one per authorization, token or discovery URL of a security scheme.
 *
 * When it is wrong: TLS may end at a proxy on the same host. A server that only redirects to HTTPS has had the token
 * already by the time it answers.
 *
 * To waive it: write `https:`; for development use a server on localhost.
 */
export const cleartextTransport = defineRule({
  kind: 'rule',
  id: 'cleartext-transport',
  summary: 'The API, or the way to its tokens, is offered without TLS.',
  covers: ['cleartext-transport'],
  serves: ['API8-e'],
  severity: 'high',
  remedy: 'Offer https only, with HSTS.',
  references: ['https://www.rfc-editor.org/rfc/rfc9325', 'https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2.1'],
  *api({ contract, operations }) {
    const seen = new Set<string>()
    for (const { operation, transport } of operations) {
      for (const server of transport.servers) {
        if (server.scheme !== 'http' || seen.has(server.pointer) || isThisMachine(server)) continue
        seen.add(server.pointer)
        // The servers of the document hold for all; only one of its own belongs to an operation.
        const own = server.pointer.startsWith(operation.pointer)
        yield {
          subject: server.url,
          ...(own ? { operation: nameOperation(operation) } : {}),
          severity: server.internal ? 'low' : 'high',
          where: contract.place(server.pointer),
          message: `The server ${server.url} speaks plain HTTP: everybody on the way can read and change requests, credentials included.`,
          confidence: 'certain',
        }
      }
    }
    for (const [name, scheme] of contract.securitySchemes) {
      for (const [role, url] of urlsOf(scheme)) {
        if (!/^http:\/\//i.test(url) || isThisMachine({ url })) continue
        yield {
          subject: `${name} ${role}`,
          where: contract.place(scheme.pointer),
          message: `The ${role} of the scheme "${name}" is ${url}, plain HTTP: codes, secrets and tokens travel readable.`,
          confidence: 'certain',
        }
      }
    }
  },
})

function urlsOf(scheme: SecurityScheme): readonly (readonly [string, string])[] {
  if (scheme.type === 'openIdConnect') return [['openIdConnectUrl', scheme.url]]
  if (scheme.type !== 'oauth2') return []
  return Object.values(scheme.flows)
    .filter(isObject)
    .flatMap(flow => ['authorizationUrl', 'tokenUrl', 'refreshUrl'].map(role => [role, flow[role]] as const))
    .filter((entry): entry is readonly [string, string] => isString(entry[1]))
}

function isThisMachine({ url }: Pick<ServerFact, 'url'>): boolean {
  const parsed = parseRemoteUrl(url)
  if ('problem' in parsed) return false
  const scope = remoteScope(parsed)
  return (
    scope === 'loopback' ||
    scope === 'unspecified' ||
    (scope === 'internal-name' && parseAddress(parsed.host) === undefined && /(?:^|\.)localhost$/.test(parsed.host))
  )
}
