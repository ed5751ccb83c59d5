import type { Operation } from '../contract/model.ts'
import { parseAddress } from '../core/address.ts'
import { parseRemoteUrl, remoteScope } from '../core/url.ts'
import type { FactSource } from './fact.ts'

export interface ServerFact {
  readonly url: string
  /** `relative`: the contract does not say, it depends on where it is served from. */
  readonly scheme: 'https' | 'http' | 'relative' | 'other'
  /** True for a server on this machine or in a private network, as far as its name tells. */
  readonly internal: boolean
  readonly pointer: string
}

export interface TransportFact {
  readonly servers: readonly ServerFact[]
  /** True when some server that is not on this machine speaks plain HTTP. */
  readonly cleartext: boolean
  readonly source: FactSource
}

/** How requests travel, from the servers in force for the operation. */
export function transportOf(operation: Operation): TransportFact {
  const servers = operation.servers.map(server => ({
    url: server.url,
    scheme: schemeOf(server.url),
    internal: isInternal(server.url),
    pointer: server.pointer,
  }))
  const cleartext = servers.some(server => server.scheme === 'http' && !server.internal)
  return { servers, cleartext, source: 'declared' }
}

function schemeOf(url: string): ServerFact['scheme'] {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase()
  if (scheme === undefined) return 'relative'
  if (scheme === 'https' || scheme === 'wss') return 'https'
  return scheme === 'http' || scheme === 'ws' ? 'http' : 'other'
}

function isInternal(url: string): boolean {
  const parsed = parseRemoteUrl(url)
  if ('problem' in parsed) return false
  const scope = remoteScope(parsed)
  // An address in a public range of the documentation is still somebody's placeholder for a public server.
  return scope !== 'public' && scope !== 'unresolved' && !(parseAddress(parsed.host) && scope === 'reserved')
}
