import { Fault } from '../core/fault.ts'
import { parseRemoteUrl, remoteScope } from '../core/url.ts'

/**
 * Makes sure that a scan may be pointed at a URL: plain http or https, and a host of one's own. A host that looks like
 * production is refused unless its owner says so, because a scan creates, changes and floods.
 *
 * @throws Fault `usage`
 */
export function checkTarget(url: URL, ownHost: boolean): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Fault('usage', `A scan speaks http and https, not ${url.protocol}//.`, {
      hint: 'Give --url an http URL.',
    })
  }
  if (url.username !== '' || url.password !== '') {
    throw new Fault('usage', 'The URL carries credentials.', { hint: 'Name an actor with --as instead.' })
  }
  if (ownHost) return
  const parsed = parseRemoteUrl(url.origin)
  const scope = 'problem' in parsed ? 'unresolved' : remoteScope(parsed)
  if (scope === 'loopback' || scope === 'private' || scope === 'internal-name' || scope === 'unspecified') return
  throw new Fault('usage', `${url.host} looks like production, and a scan creates, changes and floods.`, {
    hint: 'If it is yours and meant to be scanned, say --i-own-this-host.',
  })
}
