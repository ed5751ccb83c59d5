import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostListed, parseRemoteUrl, type RemoteUrl, readsAsRemote, remoteScope } from './url.ts'

function parsed(text: string): RemoteUrl {
  const url = parseRemoteUrl(text)
  if ('problem' in url) throw new Error(`${text}: ${url.problem}`)
  return url
}

/** What a URL is worth: its scope, or why it is none. */
function verdict(text: string): string {
  const url = parseRemoteUrl(text)
  return 'problem' in url ? url.problem : remoteScope(url)
}

describe('parseRemoteUrl', () => {
  it.each([
    // Every spelling of 169.254.169.254 that some resolver or parser understands.
    ['http://169.254.169.254/', 'metadata'],
    ['http://169.254.169.254:80/', 'metadata'],
    ['HTTP://169.254.169.254/', 'metadata'],
    ['http://2852039166/', 'metadata'],
    ['http://0xa9fea9fe/', 'metadata'],
    ['http://0XA9FEA9FE/', 'metadata'],
    ['http://025177524776/', 'metadata'],
    ['http://0xA9.0xFE.0xA9.0xFE/', 'metadata'],
    ['http://0251.0376.0251.0376/', 'metadata'],
    ['http://00000251.0376.0251.0376/', 'metadata'],
    ['http://169.0376.0xa9.254/', 'metadata'],
    ['http://169.254.43518/', 'metadata'],
    ['http://169.16689662/', 'metadata'],
    ['http://169.254.169.254./', 'metadata'],
    ['http://169.254.169.254../', 'metadata'],
    ['http://１６９.２５４.１６９.２５４/', 'metadata'],
    ['http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/', 'metadata'],
    ['http://169。254。169。254/', 'metadata'],
    ['http://169．254｡169.254/', 'metadata'],
    ['http://[::ffff:a9fe:a9fe]/', 'metadata'],
    ['http://[::FFFF:169.254.169.254]/', 'metadata'],
    ['http://[0:0:0:0:0:ffff:169.254.169.254]/', 'metadata'],
    ['http://[::169.254.169.254]/', 'metadata'],
    ['http://[64:ff9b::a9fe:a9fe]/', 'metadata'],
    ['http://[2002:a9fe:a9fe::]/', 'metadata'],
    ['http://[fd00:ec2::254]/', 'metadata'],
    ['gopher://2852039166/', 'metadata'],
    ['ftp://0251.0376.0251.0376/', 'metadata'],
    ['http://127.1/', 'loopback'],
    ['http://0x7f.1/', 'loopback'],
    ['http://017700000001/', 'loopback'],
    ['http://[::1]/', 'loopback'],
    ['http://[0000::1]:8080/', 'loopback'],
    ['http://0/', 'unspecified'],
    ['http://0.0.0.0/', 'unspecified'],
    ['http://[::]/', 'unspecified'],
    ['http://192.168.1.1/', 'private'],
    ['http://8.8.8.8/', 'public'],
    // Names that never lead out.
    ['http://localhost/', 'internal-name'],
    ['http://LOCALHOST./', 'internal-name'],
    ['http://api.localhost/', 'internal-name'],
    ['http://localhost.localdomain/', 'internal-name'],
    ['http://localhost6.localdomain6/', 'internal-name'],
    ['http://ip6-localhost/', 'internal-name'],
    ['http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/', 'internal-name'],
    ['http://redis:6379/', 'internal-name'],
    ['http://metadata.google.internal/', 'internal-name'],
    ['http://kubernetes.default.svc/', 'internal-name'],
    ['http://kubernetes.default.svc.cluster.local/', 'internal-name'],
    ['http://printer.home.arpa/', 'internal-name'],
    ['https://files.partner.example/a?b=c#d', 'unresolved'],
    ['https://xn--mnchen-3ya.example/', 'unresolved'],
    ['https://münchen.example/', 'unresolved'],
    // Userinfo, in which parsers see different hosts.
    ['http://partner.example@169.254.169.254/', 'credentials in it'],
    ['http://partner.example:443@169.254.169.254/', 'credentials in it'],
    ['http://@partner.example/', 'credentials in it'],
    ['http://user:pass@partner.example/', 'credentials in it'],
    // Spellings on which parsers disagree.
    ['http://169.254.169.254\\@partner.example/', 'unclear spelling'],
    ['http:\\\\169.254.169.254\\', 'unclear spelling'],
    ['http://169.254.\t169.254/', 'unclear spelling'],
    ['http://169.254.169.254/\r\nX-Header: 1', 'unclear spelling'],
    ['java\nscript://partner.example/', 'unclear spelling'],
    [' http://169.254.169.254/', 'unclear spelling'],
    ['http://169.254.169.254/ ', 'unclear spelling'],
    ['\u0000http://169.254.169.254/', 'unclear spelling'],
    ['http://\u00ad169.254.169.254/', 'unclear spelling'],
    ['http://local\u200bhost/', 'unclear spelling'],
    ['http://%31%36%39.254.169.254/', 'unclear spelling'],
    ['http://partner.example%2f@169.254.169.254/', 'credentials in it'],
    ['http://[fe80::1%25eth0]/', 'unclear spelling'],
    ['http://partner.example;.evil.example/', 'unclear spelling'],
    ['http://partner..example/', 'unclear spelling'],
    ['http://169.254.169.254.../', 'metadata'],
    ['http://*.partner.example/', 'unclear spelling'],
    [`http://partner.example/${'a'.repeat(9000)}`, 'unclear spelling'],
    // No host at all, or one only in some readers' eyes.
    ['http:169.254.169.254', 'no host'],
    ['http:/169.254.169.254', 'no host'],
    ['http:///169.254.169.254/', 'no host'],
    ['http://', 'no host'],
    ['http://?@169.254.169.254/', 'no host'],
    ['file:///etc/passwd', 'no host'],
    ['file://localhost/etc/passwd', 'no host'],
    ['javascript:alert(1)', 'no host'],
    ['data:text/html,hello', 'no host'],
    ['localhost:8080/', 'no host'],
    ['//169.254.169.254/', 'not a URL'],
    ['169.254.169.254', 'not a URL'],
    ['/docs/page', 'not a URL'],
    ['', 'not a URL'],
    ['http://256.256.256.256/', 'not a URL'],
    ['http://4294967296/', 'not a URL'],
    ['http://0.0.0.0.0/', 'not a URL'],
    ['http://[::1]evil.example/', 'not a URL'],
    ['http://partner.example:99999/', 'not a URL'],
    ['http://partner.example:80:80/', 'not a URL'],
  ])('reads %j as %s', (text, expected) => {
    expect(verdict(text)).toBe(expected)
  })

  it.each([
    ['HTTPS://Files.Partner.EXAMPLE:443/A?b#c', 'https://files.partner.example/A?b#c'],
    ['http://2852039166/x', 'http://169.254.169.254/x'],
    ['http://010.0.0.1/', 'http://8.0.0.1/'],
    ['https://partner.example./x', 'https://partner.example/x'],
    ['https://faß.example/', 'https://xn--fa-hia.example/'],
    ['https://partner.example/a/../../b', 'https://partner.example/b'],
  ])('gives %s the canonical form %s', (text, href) => {
    expect(parsed(text).href).toBe(href)
  })

  it('names the port that will be used', () => {
    expect(parsed('http://partner.example/').port).toBe(80)
    expect(parsed('https://partner.example:8443/').port).toBe(8443)
    expect(parsed('wss://partner.example/').port).toBe(443)
    expect(parsed('sftp://partner.example/').port).toBe(0)
  })

  it('reads its own canonical form as the same place', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), text => {
        const first = parseRemoteUrl(text)
        if ('problem' in first) return
        expect(parseRemoteUrl(first.href)).toEqual(first)
      }),
    )
  })

  it('gives every IPv4 address the same verdict in every spelling as in dotted form', () => {
    const part = fc.constantFrom<(value: number) => string>(
      value => String(value),
      value => `0x${value.toString(16)}`,
      value => `0X${value.toString(16).toUpperCase()}`,
      value => `0${value.toString(8)}`,
      value => `000${value.toString(8)}`,
    )
    const digits = fc.constantFrom<(text: string) => string>(
      text => text,
      text => text.replace(/[0-9]/g, digit => String.fromCodePoint(0xff10 + Number(digit))),
      text => text.replace(/[1-9]/g, digit => String.fromCodePoint(0x245f + Number(digit))),
      text => text.replaceAll('.', '。'),
      text => text.replaceAll('.', '．'),
      text => `${text}.`,
    )
    const address = fc.oneof(
      fc.ipV4(),
      fc.constantFrom(
        '127.0.0.1',
        '169.254.169.254',
        '10.1.2.3',
        '0.0.0.0',
        '192.168.0.1',
        '100.100.100.200',
        '8.8.4.4',
      ),
    )
    const forms = fc.tuple(part, part, part, part)
    const scheme = fc.constantFrom('http', 'HTTPS', 'ws', 'ftp')
    fc.assert(
      fc.property(
        address,
        forms,
        digits,
        fc.integer({ min: 1, max: 4 }),
        scheme,
        (dotted, write, look, parts, name) => {
          const bytes = dotted.split('.').map(Number)
          const rest = bytes.slice(parts - 1).reduce((sum, byte) => sum * 256 + byte, 0)
          const numbers = [...bytes.slice(0, parts - 1), rest]
          const spelled = look(numbers.map((value, index) => write[index]?.(value) ?? '').join('.'))
          const url = `${name}://${spelled}/path`
          expect(verdict(url), url).toBe(verdict(`http://${dotted}/path`))
          expect(parsed(url).href, url).toBe(`${name.toLowerCase()}://${dotted}/path`)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('survives every text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void verdict(`http://${text}`)))
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void readsAsRemote(text)))
  })
})

describe('hostListed', () => {
  it.each([
    ['https://files.partner.example/', 'files.partner.example', true],
    ['https://files.partner.example/', 'FILES.partner.example.', true],
    ['https://files.partner.example./', 'files.partner.example', true],
    ['https://files.partner.example/', '*.partner.example', true],
    ['https://a.b.partner.example/', '*.partner.example', true],
    ['https://files.partner.example:8443/', 'files.partner.example:8443', true],
    ['https://files.partner.example:8443/', '*.partner.example:8443', true],
    ['http://[::1]:9000/', '[::1]:9000', true],
    ['http://[0:0::1]/', '::1', true],
    ['http://[::1]/', '0:0:0:0:0:0:0:1', true],
    ['http://0x7f.1/', '127.0.0.1', true],
    ['https://partner.example/', '*.partner.example', false],
    ['https://evilpartner.example/', '*.partner.example', false],
    ['https://evilpartner.example/', 'partner.example', false],
    ['https://partner.example.evil.example/', 'partner.example', false],
    ['https://files.partner.example:8443/', 'files.partner.example:443', false],
    ['http://127.0.0.1/', '*.0.0.1', false],
    ['http://127.0.0.2/', '127.0.0.1', false],
  ])('%s against %s: %s', (url, entry, expected) => {
    expect(hostListed(parsed(url), [entry])).toBe(expected)
  })
})

describe('readsAsRemote', () => {
  it.each([
    'http://169.254.169.254/',
    'http:169.254.169.254',
    'hTtP:/x',
    '//169.254.169.254/',
    '\\\\169.254.169.254\\share',
    '/\\169.254.169.254/',
    '\t//evil.example',
    ' \u00a0//evil.example',
    '/\t/evil.example',
    'ht\ntp://evil.example',
    'evil.example/path',
    'evil.example',
    'localhost',
    'localhost/admin',
    'localhost:8080',
    '127.0.0.1',
    '127.1/latest',
    '2852039166',
    '0x7f000001',
    '0',
    '[::1]/',
    'user@evil.example',
    '１２７.０.０.１',
    'javascript:alert(1)',
    'file:/etc/passwd',
    '%31%32%37.0.0.1',
  ])('%j could be taken for another machine', text => {
    expect(readsAsRemote(text)).toBe(true)
  })

  it.each([
    '',
    '/docs/page',
    'docs/page',
    '../up',
    './here',
    '?page=2',
    '#top',
    'image.png',
    'a/b.c/d',
    '42',
    'summer',
  ])('%j is a relative reference and nothing else', text => {
    expect(readsAsRemote(text)).toBe(false)
  })
})
