import { type Address, type AddressScope, addressScope, canonicalAddress, parseAddress } from './address.ts'

/** A client's URL after the one parse that everything later relies on. */
export interface RemoteUrl {
  /** Without the colon, lower case. */
  readonly scheme: string
  /** Lower case, IDNA-mapped, without brackets and without the trailing dot. */
  readonly host: string
  /** Present when the host is an address in any spelling (decimal, octal, hexadecimal, mapped …). */
  readonly address?: Address
  readonly port: number
  /** The URL in its canonical form, as it should be fetched. */
  readonly href: string
}

/** Why a text is no URL that anybody should fetch. */
export type UrlProblem = 'not a URL' | 'unclear spelling' | 'credentials in it' | 'no host'

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443, ftp: 21, ws: 80, wss: 443 }

// Characters on which parsers disagree (RFC 3986 forbids them, browsers drop or rewrite them): white space, controls,
// back-slashes, and what ends a host in some parsers and not in others.
const disputed = /[\p{White_Space}\p{Cc}\p{Cf}\\^`{}|<>"]/u

// WHATWG lets sub-delimiters and empty labels into a host (`good.example;.evil.example`, `127.0.0.1..`); no resolver
// should be trusted to read them as we do.
const domainName = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/

/**
 * Parses a URL once, by the WHATWG rules that Node's own fetch uses, and refuses every spelling on which parsers are
 * known to disagree: what is checked here must be what any fetcher behind us would connect to.
 */
export function parseRemoteUrl(text: string): RemoteUrl | { readonly problem: UrlProblem } {
  if (text.length > 8192 || disputed.test(text)) return { problem: 'unclear spelling' }
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return { problem: 'not a URL' }
  // `http:evil.example` and `http:/evil.example` are hosts to a browser and paths to most libraries.
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#]/i.test(text)) return { problem: 'no host' }
  const authority = /^[^:]+:\/\/([^/?#]*)/.exec(text)?.[1] ?? ''
  if (authority.includes('@')) return { problem: 'credentials in it' }
  if (authority.includes('%')) return { problem: 'unclear spelling' }
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return { problem: 'not a URL' }
  }
  const scheme = url.protocol.slice(0, -1)
  const host = url.hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase()
  if (host === '') return { problem: 'no host' }
  const address = parseAddress(host) ?? looseAddress(host)
  if (address === undefined && !domainName.test(host)) return { problem: 'unclear spelling' }
  // A final dot only says that a name is absolute; what is forwarded is the name that was checked.
  if (url.hostname.endsWith('.')) url.hostname = host
  const port = url.port === '' ? (defaultPorts[scheme] ?? 0) : Number(url.port)
  return { scheme, host, port, href: url.href, ...(address === undefined ? {} : { address }) }
}

/** Schemes that WHATWG does not call special keep their host as written: read `gopher://2852039166` as http would. */
function looseAddress(host: string): Address | undefined {
  const name = looseHost(host)
  return name === undefined ? undefined : parseAddress(name)
}

function looseHost(host: string): string | undefined {
  return URL.parse(`http://${host}/`)?.hostname.replace(/\.+$/, '')
}

// Names that resolve inside a machine, a link or a cloud, whatever public DNS says (RFC 6761, 6762, 8375, 9476).
const internalSuffixes = ['localhost', 'local', 'internal', 'intranet', 'lan', 'home.arpa', 'corp', 'private', 'svc']

const loopbackName = /(?:^|\.)(?:ip6-)?(?:localhost|loopback|localdomain)\d*$/

/** The scope that can be known without a look-up; `unresolved` is a name that DNS has to answer for. */
export function remoteScope(url: RemoteUrl): AddressScope | 'internal-name' | 'unresolved' {
  if (url.address !== undefined) return addressScope(url.address)
  if (loopbackName.test(url.host)) return 'internal-name'
  const internal = internalSuffixes.some(suffix => url.host === suffix || url.host.endsWith(`.${suffix}`))
  if (internal || !url.host.includes('.')) return 'internal-name'
  return 'unresolved'
}

/** Whether a host stands on the list, written as a name, an address in strict form, or a wildcard for sub-domains. */
export function hostListed(url: RemoteUrl, hosts: readonly string[]): boolean {
  return hosts.some(entry => {
    const [listed, port] = splitPort(entry.toLowerCase())
    if (port !== undefined && port !== url.port) return false
    const name = listed.replace(/\.$/, '')
    if (name.startsWith('*.')) return url.address === undefined && url.host.endsWith(name.slice(1))
    return name === url.host || (url.address !== undefined && canonicalAddress(name) === canonicalAddress(url.host))
  })
}

function splitPort(entry: string): readonly [string, number | undefined] {
  const match = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(entry)
  if (match === null) return [entry.replace(/^\[(.*)\]$/, '$1'), undefined]
  return [(match[1] ?? '').replace(/^\[(.*)\]$/, '$1'), Number(match[2])]
}

// Endings of file names that are no top-level domain: `image.png` is a relative reference and never a host.
const fileName = /\.(?:png|jpe?g|gif|svg|webp|avif|ico|pdf|html?|css|js|json|xml|txt|csv|docx?|xlsx?|mp[34])$/

/**
 * Whether some lenient reader (a browser, `curl`, a library that puts `http://` in front) could take a text for the URL
 * of another machine. For inputs that only look like URLs: what no reader can take for one may pass as it is.
 */
export function readsAsRemote(text: string): boolean {
  // The WHATWG parser drops controls and spaces around a URL, tabs and line ends anywhere, and takes `\` for `/`.
  const bare = text
    .slice(0, 8192)
    .replace(/[\t\n\r\p{Cf}]/gu, '')
    .replace(/^[\p{Cc}\p{White_Space}]+/u, '')
    .replaceAll('\\', '/')
  if (/^[a-z][a-z0-9+.-]*:/i.test(bare) || bare.startsWith('//')) return true
  const first = /^[^/?#]*/.exec(bare)?.[0] ?? ''
  if (first === '' || first === '.' || first === '..') return false
  if (/[@[\]:%]/.test(first)) return true
  const address = looseAddress(first)
  if (address !== undefined) {
    // A small number (`42`) reads as an address of the network 0.0.0.0/8, which leads nowhere; `0` is this machine.
    return first.includes('.') || addressScope(address) !== 'reserved'
  }
  const host = looseHost(first)
  if (host === undefined) return false
  if (!host.includes('.')) return loopbackName.test(host)
  return !fileName.test(host)
}
