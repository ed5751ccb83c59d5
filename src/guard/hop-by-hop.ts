import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { connectionOptions } from './framing.ts'

/** Headers that end at this hop (RFC 9110 section 7.6.1, and what is in use beside it). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]

/** Set by the guard itself: what a client says here is overwritten or never passed on. */
const ours = [
  'host',
  'content-length',
  'expect',
  'accept-encoding',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-forwarded-prefix',
  'x-forwarded-scheme',
  'x-forwarded-ssl',
  'x-forwarded-uri',
  'x-forwarded-method',
  'x-forwarded-user',
  'x-forwarded-by',
  'x-forwarded',
  'x-request-id',
  // A part of an answer cannot be judged: the upstream is asked for the whole (RFC 9110 section 14.2 allows it).
  'range',
  'if-range',
]

/** Headers by which frameworks and proxies let themselves be told another address, verb or path than the request's. */
const deceptive = [
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
  'x-original-url',
  'x-original-uri',
  'x-original-method',
  'x-original-host',
  'x-rewrite-url',
  'x-host',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-originating-ip',
  'x-remote-ip',
  'x-remote-addr',
  'x-remote-user',
  'x-proxyuser-ip',
  'x-envoy-external-address',
  'x-envoy-original-path',
  'true-client-ip',
  'client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
  'x-middleware-subrequest',
  'x-accel-redirect',
  'x-sendfile',
  'proxy',
]

const droppedIn = new Set([...hopByHop, ...ours, ...deceptive])
const droppedOut = new Set([
  ...hopByHop,
  'content-length',
  'accept-ranges',
  'x-request-id',
  'x-accel-redirect',
  'x-sendfile',
])

/** What the guard tells the upstream about the request's way. */
export interface Provenance {
  readonly host: string
  readonly id: string
  readonly forwardedFor: string
  readonly forwardedHost: string
  readonly forwardedProto: string
}

/**
 * The header lines for the upstream, as a flat list of names and values in the order received, which Node writes out
 * without looking at it again. A name with an underscore whose twin with a hyphen means something, to us or to the
 * contract (`declared`), is dropped: CGI and its heirs cannot tell the two apart.
 */
export function upstreamHeaders(
  rawHeaders: readonly string[],
  connection: string | undefined,
  provenance: Provenance,
  declared: ReadonlySet<string>,
): string[] {
  const lines = [
    'host',
    provenance.host,
    'x-request-id',
    provenance.id,
    'x-forwarded-for',
    provenance.forwardedFor,
    'x-forwarded-host',
    provenance.forwardedHost,
    'x-forwarded-proto',
    provenance.forwardedProto,
    'accept-encoding',
    'identity',
  ]
  const named = connectionOptions(connection)
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const lower = name.toLowerCase()
    if (droppedIn.has(lower) || named.includes(lower)) continue
    if (lower.includes('_') && !declared.has(lower)) {
      const twin = lower.replaceAll('_', '-')
      if (droppedIn.has(twin) || declared.has(twin) || twin === 'authorization') continue
    }
    lines.push(name, rawHeaders[index + 1] ?? '')
  }
  return lines
}

/** The upstream's headers without those that end at this hop; the length is set again when the answer is sent. */
export function answerHeaders(headers: IncomingHttpHeaders, upstreamOrigin: string): OutgoingHttpHeaders {
  const kept: OutgoingHttpHeaders = {}
  const named = connectionOptions(headers.connection)
  for (const name in headers) {
    if (droppedOut.has(name) || named.includes(name)) continue
    kept[name] = headers[name]
  }
  // The upstream's own address is of no use to a client, and tells what stands behind; the path alone means the same.
  for (const name of ['location', 'content-location']) {
    const value = headers[name]
    if (typeof value === 'string' && value.startsWith(`${upstreamOrigin}/`))
      kept[name] = value.slice(upstreamOrigin.length)
  }
  return kept
}
