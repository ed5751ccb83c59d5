import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AddressScope, addressScope, canonicalAddress, clientNetwork, parseAddress } from './address.ts'

function scopeOf(text: string): AddressScope | undefined {
  const address = parseAddress(text)
  return address === undefined ? undefined : addressScope(address)
}

describe('addressScope', () => {
  const cases: readonly (readonly [string, AddressScope])[] = [
    ['8.8.8.8', 'public'],
    ['1.1.1.1', 'public'],
    ['172.15.255.255', 'public'],
    ['172.32.0.0', 'public'],
    ['100.63.255.255', 'public'],
    ['100.128.0.0', 'public'],
    ['169.253.255.255', 'public'],
    ['223.255.255.255', 'public'],
    ['0.0.0.0', 'unspecified'],
    ['0.0.0.1', 'reserved'],
    ['10.0.0.0', 'private'],
    ['10.255.255.255', 'private'],
    ['100.64.0.1', 'private'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.0.1', 'link-local'],
    ['169.254.169.254', 'metadata'],
    ['169.254.170.2', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['192.0.0.192', 'metadata'],
    ['168.63.129.16', 'metadata'],
    ['172.16.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.0.1', 'private'],
    ['192.0.2.7', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['198.51.100.9', 'reserved'],
    ['203.0.113.9', 'reserved'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'reserved'],
    ['2606:4700:4700::1111', 'public'],
    ['2a00:1450:4001:80b::200e', 'public'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::2', 'reserved'],
    ['fd00:ec2::254', 'metadata'],
    ['fc00::1', 'private'],
    ['fd12:3456::1', 'private'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['febf::1', 'link-local'],
    ['fec0::1', 'private'],
    ['ff02::1', 'multicast'],
    ['2001:db8::1', 'reserved'],
    ['2001::1', 'reserved'],
    ['3fff::1', 'reserved'],
    ['4000::1', 'reserved'],
    ['e000::1', 'reserved'],
    ['::ffff:169.254.169.254', 'metadata'],
    ['::ffff:a9fe:a9fe', 'metadata'],
    ['0:0:0:0:0:ffff:7f00:1', 'loopback'],
    ['::ffff:0:10.0.0.1', 'private'],
    ['::127.0.0.1', 'loopback'],
    ['64:ff9b::169.254.169.254', 'metadata'],
    ['64:ff9b::a00:1', 'private'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['64:ff9b:1::8.8.8.8', 'reserved'],
    ['2002:7f00:1::', 'loopback'],
    ['2002:a9fe:a9fe::1', 'metadata'],
    ['2002:808:808::1', 'public'],
    ['2606:4700::5efe:10.0.0.1', 'private'],
    ['2606:4700::200:5efe:169.254.169.254', 'metadata'],
  ]
  it.each(cases)('%s is %s', (text, scope) => {
    expect(scopeOf(text)).toBe(scope)
  })

  it('gives an IPv4 address the same scope wherever IPv6 can carry it', () => {
    fc.assert(
      fc.property(fc.ipV4(), dotted => {
        const [a, b, c, d] = dotted.split('.').map(Number)
        const high = (((a ?? 0) << 8) | (b ?? 0)).toString(16)
        const low = (((c ?? 0) << 8) | (d ?? 0)).toString(16)
        const plain = scopeOf(dotted)
        for (const carried of [
          `::ffff:${dotted}`,
          `::ffff:0:${dotted}`,
          `64:ff9b::${dotted}`,
          `2002:${high}:${low}::`,
        ]) {
          expect(scopeOf(carried), carried).toBe(plain)
        }
      }),
    )
  })
})

describe('parseAddress', () => {
  it.each([
    '',
    'localhost',
    '1.2.3',
    '127.1',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '256.1.1.1',
    '1.2.3.4.',
    '1.2.3.4.5',
    ' 1.2.3.4',
    '1.2.3.4 ',
    ':::1',
    '1::2::3',
    '12345::',
    '::ffff:1.2.3',
    'g::1',
  ])('takes strict forms only, and not %j', text => {
    expect(parseAddress(text)).toBeUndefined()
  })

  it('survives every text', () => {
    fc.assert(fc.property(fc.string(), text => void scopeOf(text)))
  })
})

describe('canonicalAddress', () => {
  it.each([
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['fe80::1%eth0', 'fe80::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['[::1]', '::1'],
    ['not an address', 'not an address'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical)
  })

  it('is the same for every spelling of an IPv6 address, and reads back as itself', () => {
    fc.assert(
      fc.property(fc.ipV6(), text => {
        const canonical = canonicalAddress(text)
        expect(canonicalAddress(canonical)).toBe(canonical)
        expect(canonicalAddress(text.toUpperCase())).toBe(canonical)
        expect(scopeOf(canonical)).toBe(scopeOf(text))
      }),
    )
  })
})

describe('clientNetwork', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::ffff', '2001:db8:1:2::/64'],
  ])('counts %s as %s', (text, network) => {
    expect(clientNetwork(text)).toBe(network)
  })
})
