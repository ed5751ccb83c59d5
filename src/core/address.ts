import { isIP } from 'node:net'

/** An IP address as bytes: 4 of them for IPv4, 16 for IPv6. A zone (`%eth0`) is dropped: it names a link, not a host. */
export interface Address {
  readonly family: 4 | 6
  readonly bytes: Uint8Array
}

/**
 * Where an address leads. Everything but `public` is out of bounds for a URL that a client supplied. The ranges are
 * those of the IANA special-purpose registries (RFC 6890 and its updates).
 */
export type AddressScope =
  | 'public'
  | 'private'
  | 'loopback'
  | 'link-local'
  | 'metadata'
  | 'multicast'
  | 'unspecified'
  | 'reserved'

/** Parses the strict text forms only: four decimal octets, or RFC 4291 section 2.2. Undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const [bare = ''] = text.replace(/^\[(.*)\]$/, '$1').split('%', 1)
  const family = isIP(bare)
  if (family === 4) return { family, bytes: Uint8Array.from(bare.split('.'), Number) }
  if (family === 6) return { family, bytes: parseGroups(bare) }
  return undefined
}

function parseGroups(text: string): Uint8Array {
  const bytes = new Uint8Array(16)
  const [head = '', tail] = text.split('::')
  const left = groupBytes(head)
  const right = tail === undefined ? [] : groupBytes(tail)
  bytes.set(left, 0)
  bytes.set(right, 16 - right.length)
  return bytes
}

function groupBytes(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap(group => {
    if (group.includes('.')) return group.split('.').map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}

interface Range {
  readonly prefix: readonly number[]
  readonly bits: number
  readonly scope: AddressScope
}

const ranges4: readonly Range[] = [
  // Clouds answer for an instance's credentials here (AWS, Azure, GCP; Alibaba; Oracle's older address).
  { prefix: [169, 254, 169, 254], bits: 32, scope: 'metadata' },
  { prefix: [169, 254, 170, 2], bits: 32, scope: 'metadata' },
  { prefix: [100, 100, 100, 200], bits: 32, scope: 'metadata' },
  { prefix: [192, 0, 0, 192], bits: 32, scope: 'metadata' },
  { prefix: [168, 63, 129, 16], bits: 32, scope: 'metadata' },
  { prefix: [0, 0, 0, 0], bits: 32, scope: 'unspecified' },
  { prefix: [0], bits: 8, scope: 'reserved' },
  { prefix: [10], bits: 8, scope: 'private' },
  { prefix: [100, 64], bits: 10, scope: 'private' },
  { prefix: [127], bits: 8, scope: 'loopback' },
  { prefix: [169, 254], bits: 16, scope: 'link-local' },
  { prefix: [172, 16], bits: 12, scope: 'private' },
  { prefix: [192, 0, 0], bits: 24, scope: 'reserved' },
  { prefix: [192, 0, 2], bits: 24, scope: 'reserved' },
  { prefix: [192, 88, 99], bits: 24, scope: 'reserved' },
  { prefix: [192, 168], bits: 16, scope: 'private' },
  { prefix: [198, 18], bits: 15, scope: 'reserved' },
  { prefix: [198, 51, 100], bits: 24, scope: 'reserved' },
  { prefix: [203, 0, 113], bits: 24, scope: 'reserved' },
  { prefix: [224], bits: 4, scope: 'multicast' },
  { prefix: [240], bits: 4, scope: 'reserved' },
]

const ranges6: readonly Range[] = [
  { prefix: [0xfd, 0, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54], bits: 128, scope: 'metadata' },
  { prefix: [0x01, 0], bits: 64, scope: 'reserved' },
  { prefix: [0x20, 0x01, 0x0d, 0xb8], bits: 32, scope: 'reserved' },
  { prefix: [0x20, 0x01, 0x00], bits: 23, scope: 'reserved' },
  { prefix: [0x3f, 0xff], bits: 20, scope: 'reserved' },
  { prefix: [0x5f, 0x00], bits: 16, scope: 'reserved' },
  { prefix: [0xfc], bits: 7, scope: 'private' },
  { prefix: [0xfe, 0x80], bits: 10, scope: 'link-local' },
  { prefix: [0xfe, 0xc0], bits: 10, scope: 'private' },
  { prefix: [0xff], bits: 8, scope: 'multicast' },
]

/** Where IPv6 prefixes hide an IPv4 address: mapped and compatible (RFC 4291), NAT64 (RFC 6052, 8215), 6to4 (RFC 3056). */
const embedded: readonly { readonly prefix: readonly number[]; readonly bits: number; readonly at: number }[] = [
  { prefix: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], bits: 96, at: 12 },
  { prefix: [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0], bits: 96, at: 12 },
  { prefix: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], bits: 96, at: 12 },
  { prefix: [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], bits: 96, at: 12 },
  { prefix: [0x20, 0x02], bits: 16, at: 2 },
]

/** The scope of an address; an IPv4 address inside an IPv6 one decides for both. */
export function addressScope(address: Address): AddressScope {
  const { bytes } = address
  if (address.family === 4) return scopeIn(ranges4, bytes)
  if (bytes.subarray(0, 15).every(byte => byte === 0) && (bytes[15] ?? 0) <= 1) {
    return bytes[15] === 1 ? 'loopback' : 'unspecified'
  }
  // The local-use NAT64 prefix leads wherever an operator pointed it: never assume that it is public.
  if (startsWith(bytes, [0x00, 0x64, 0xff, 0x9b, 0x00, 0x01], 48)) return 'reserved'
  for (const form of embedded) {
    if (startsWith(bytes, form.prefix, form.bits)) return scopeIn(ranges4, bytes.subarray(form.at, form.at + 4))
  }
  // ISATAP (RFC 5214 section 6.1) carries an IPv4 address in the interface identifier, behind any prefix.
  if (startsWith(bytes.subarray(8), [0, 0, 0x5e, 0xfe], 32) || startsWith(bytes.subarray(8), [2, 0, 0x5e, 0xfe], 32)) {
    const inner = scopeIn(ranges4, bytes.subarray(12))
    if (inner !== 'public') return inner
  }
  const scope = scopeIn(ranges6, bytes)
  // IANA has delegated nothing but 2000::/3 for use on the Internet (RFC 4291 section 2.4).
  return scope === 'public' && !startsWith(bytes, [0x20], 3) ? 'reserved' : scope
}

function scopeIn(ranges: readonly Range[], bytes: Uint8Array): AddressScope {
  return ranges.find(range => startsWith(bytes, range.prefix, range.bits))?.scope ?? 'public'
}

function startsWith(bytes: Uint8Array, prefix: readonly number[], bits: number): boolean {
  for (let bit = 0; bit < bits; bit += 8) {
    const mask = bits - bit >= 8 ? 0xff : (0xff << (8 - (bits - bit))) & 0xff
    const index = bit >> 3
    if (((bytes[index] ?? 0) & mask) !== ((prefix[index] ?? 0) & mask)) return false
  }
  return true
}

/**
 * The one name under which an address is counted and listed: an IPv4-mapped address becomes IPv4, a zone is dropped.
 * Text that is no address stays as it is.
 */
export function canonicalAddress(text: string): string {
  const address = parseAddress(text)
  if (address === undefined) return text
  const { family, bytes } = address
  if (family === 4) return bytes.join('.')
  const mapped = embedded[0]
  if (mapped !== undefined && startsWith(bytes, mapped.prefix, mapped.bits)) return bytes.subarray(12).join('.')
  return formatGroups(bytes)
}

/** The network that one customer is usually given: the address itself for IPv4, its /64 for IPv6. */
export function clientNetwork(text: string): string {
  const canonical = canonicalAddress(text)
  const address = parseAddress(canonical)
  if (address === undefined || address.family === 4) return canonical
  return `${formatGroups(address.bytes.map((byte, index) => (index < 8 ? byte : 0)))}/64`
}

/** RFC 5952: lower-case groups without leading zeros, the longest run of zeros (two at least) as `::`. */
function formatGroups(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0))
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  const text = (part: readonly number[]) => part.map(group => group.toString(16)).join(':')
  if (best.start < 0) return text(groups)
  return `${text(groups.slice(0, best.start))}::${text(groups.slice(best.start + best.length))}`
}
