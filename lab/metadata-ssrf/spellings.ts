/** One address, many spellings: what an ordinary URL parser, a resolver or a redirect turns into 169.254.169.254. */

export interface Spelling {
  readonly name: string
  /** Everything of the URL before its path. */
  readonly origin: string
}

export const spellings: readonly Spelling[] = [
  { name: 'dotted', origin: 'http://169.254.169.254' },
  { name: 'default port', origin: 'http://169.254.169.254:80' },
  { name: 'decimal', origin: 'http://2852039166' },
  { name: 'hexadecimal', origin: 'http://0xa9fea9fe' },
  { name: 'hexadecimal parts', origin: 'http://0xA9.0xFE.0xA9.0xFE' },
  { name: 'octal parts', origin: 'http://0251.0376.0251.0376' },
  { name: 'three parts', origin: 'http://169.254.43518' },
  { name: 'two parts', origin: 'http://169.16689662' },
  { name: 'final dot', origin: 'http://169.254.169.254.' },
  { name: 'percent-encoded', origin: 'http://%31%36%39.254.169.254' },
  { name: 'full-width digits', origin: 'http://１６９.２５４.１６９.２５４' },
  { name: 'ideographic dots', origin: 'http://169。254。169。254' },
  { name: 'mapped into IPv6', origin: 'http://[::ffff:a9fe:a9fe]' },
  { name: 'mapped, dotted', origin: 'http://[0:0:0:0:0:ffff:169.254.169.254]' },
  { name: 'a name that resolves to it', origin: 'http://metadata.lab.example' },
  { name: 'that name in capitals', origin: 'http://METADATA.LAB.EXAMPLE.' },
  { name: 'redirect', origin: 'http://go.attacker.example' },
  { name: 'redirect that keeps the method', origin: 'http://go.attacker.example/307' },
  { name: 'userinfo of a partner', origin: 'http://files.partner.example@169.254.169.254' },
  { name: 'userinfo with a password', origin: 'http://hooks.partner.example:443@169.254.169.254' },
  { name: 'backslash before the partner', origin: 'http://169.254.169.254\\@files.partner.example/..' },
  { name: 'backslashes for slashes', origin: 'http:\\\\169.254.169.254' },
  { name: 'slashes missing', origin: 'http:169.254.169.254' },
  { name: 'tab inside', origin: 'http://169.254.\t169.254' },
]
