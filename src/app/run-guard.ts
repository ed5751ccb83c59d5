import { randomBytes } from 'node:crypto'
import { systemClock } from '../core/clock.ts'
import { Fault } from '../core/fault.ts'
import type { ApiExposure } from '../exposure/exposure.ts'
import { type Guard, startGuard } from '../guard/gateway.ts'
import type { Explain } from '../guard/pipeline.ts'
import { createAuthenticator } from '../identity/create-authenticator.ts'
import { createPseudonym } from '../identity/pseudonym.ts'
import type { ApiEvent } from '../risk/event.ts'
import type { Configuration } from './configuration.ts'

export interface GuardRequest {
  readonly exposure: ApiExposure
  readonly upstream: URL
  readonly configuration: Configuration
  readonly onEvent?: (event: ApiEvent) => void
  readonly onExplain?: Explain
  /** For keyed hashes that outlive the process; random when absent. */
  readonly secret?: string
}

/** Wires identity to the guard and starts it. */
export async function openGuard(request: GuardRequest): Promise<Guard> {
  const { exposure, upstream, configuration, onEvent, onExplain } = request
  // One secret for both, so that a caller has one name wherever it is counted.
  const secret = request.secret ?? randomBytes(32)
  const { issuers, keys, policies, operations, observe, trustedHops, listen } = configuration
  const pseudonym = createPseudonym(secret)
  return await startGuard({
    exposure,
    upstream,
    authenticator: createAuthenticator({ issuers, keys, clock: systemClock, pseudonym }),
    policies,
    operations,
    observe,
    trustedHops,
    ...(listen === undefined ? {} : { listen: parseListen(listen) }),
    ...(onEvent === undefined ? {} : { onEvent }),
    ...(onExplain === undefined ? {} : { onExplain }),
    secret,
  })
}

/**
 * `HOST:PORT`, `[::1]:PORT`, `:PORT` or a bare port; loopback where no host is named.
 * @throws Fault `usage`
 */
export function parseListen(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:(\[[0-9a-fA-F:.%]+\]|[^:\s[\]]+)?:)?(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  if (match === null || port > 65_535) {
    throw new Fault('usage', `"${text}" is no address to listen on.`, {
      hint: 'Write HOST:PORT, for example 127.0.0.1:8080.',
    })
  }
  return { host: match[1]?.replace(/^\[(.*)\]$/, '$1') ?? '127.0.0.1', port }
}

/**
 * The upstream's URL.
 * @throws Fault `usage`
 */
export function parseUpstream(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new Fault('usage', `"${text}" is no URL of an upstream.`, { hint: 'Write it like http://127.0.0.1:3000.' })
  }
  if (url.username !== '' || url.password !== '') {
    throw new Fault('usage', 'The upstream URL carries credentials.', {
      hint: 'Leave them out; callers bring their own.',
    })
  }
  return url
}
