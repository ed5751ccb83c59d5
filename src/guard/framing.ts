import type { IncomingMessage } from 'node:http'
import type { Because } from './policy.ts'

/** A refusal that no configuration can turn off: the request is not one that two servers would read alike. */
export interface FramingRefusal {
  readonly status: 400 | 417 | 501
  readonly because: Because
}

// Lines that decide how a request is framed, routed or judged: of two of them every server picks another one.
// Node's parser refuses a repeated Content-Length and Content-Length beside Transfer-Encoding by itself.
const singletons = new Set([
  'host',
  'authorization',
  'content-type',
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'cookie',
  'expect',
])

// Headers of which a client may not say that they end at this hop: the upstream would judge without them.
const endToEnd = /^(?:host|cookie|authorization|content-.*|x-forwarded-.*|forwarded|expect|date|origin|if-.*)$/

const originForm = /^\/[\x21\x22\x24-\x7e]*$/
const hostValue = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

/**
 * What RFC 9112 leaves to a server and what servers are known to do differently, after Node's strict parser has
 * refused bare LF, obsolete folding, odd lengths and chunks.
 */
export function judgeFraming(request: IncomingMessage): FramingRefusal | undefined {
  const { rawHeaders, httpVersion, method, url = '' } = request
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return ambiguous('http-version', 'Use HTTP/1.1.')
  if (method === 'TRACE') return unsupported('TRACE is not supported.')
  // RFC 9112 section 3.2: proxies alone take absolute-form, CONNECT alone authority-form.
  if (!originForm.test(url)) return ambiguous('request-target', 'Send the path alone, percent-encoded, as the target.')
  let hosts = 0
  let seen: Set<string> | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    if (!singletons.has(name)) {
      if (name === 'upgrade') return unsupported('Upgrading the connection is not supported.')
      continue
    }
    if (seen?.has(name)) return ambiguous('repeated-header', `Send the ${name} header once.`)
    seen ??= new Set()
    seen.add(name)
    if (name === 'host') {
      hosts++
      if (!hostValue.test(rawHeaders[index + 1] ?? '')) return ambiguous('host', 'Send a valid Host header.')
    } else if (name === 'transfer-encoding') {
      // RFC 9112 section 6.1: a server that does not know a coding answers 501; in HTTP/1.0 framing by it is faulty.
      if (httpVersion === '1.0') return smuggled('Transfer-Encoding does not exist in HTTP/1.0.')
      if ((rawHeaders[index + 1] ?? '').toLowerCase() !== 'chunked') return unsupported('Use the chunked coding alone.')
    }
  }
  // RFC 9112 section 3.2: 400 for a request that lacks Host or has more than one.
  if (hosts !== 1) return ambiguous('host', 'Send one Host header.')
  if (seen?.has('transfer-encoding') && seen.has('content-length')) return smuggled('Send one length of the body.')
  const named = connectionOptions(request.headers.connection)
  if (named.some(name => endToEnd.test(name))) return ambiguous('connection', 'Connection names end-to-end headers.')
  for (const name of named) delete request.headers[name]
  return undefined
}

const ordinary = /^(?:keep-alive|close)$/i

/** The header names that the sender wants to end at this hop (RFC 9110 section 7.6.1), lower case. */
export function connectionOptions(connection: string | undefined): readonly string[] {
  if (connection === undefined || ordinary.test(connection)) return none
  return connection.split(',').map(option => option.trim().toLowerCase())
}

const none: readonly string[] = []

function ambiguous(log: string, detail: string): FramingRefusal {
  return { status: 400, because: { weakness: 'ambiguous-request', problem: 'ambiguous-request', detail, log } }
}

function smuggled(detail: string): FramingRefusal {
  return { status: 400, because: { weakness: 'request-smuggling', problem: 'ambiguous-request', detail } }
}

function unsupported(detail: string): FramingRefusal {
  return { status: 501, because: { weakness: 'unneeded-feature', problem: 'not-implemented', detail } }
}
