import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rugged } from './command-line.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'rugged-bad-input-'))
const occupied = createServer()
let port = 0

const valid = `openapi: 3.0.3
info: { title: T, version: '1' }
paths:
  /things:
    get: { security: [], responses: { '200': { description: ok } } }
`
const files: Readonly<Record<string, string | Uint8Array>> = {
  'valid.yaml': valid,
  'empty.yaml': '',
  'binary.yaml': Uint8Array.from({ length: 4_096 }, (_, index) => (index * 7919) % 256),
  'truncated.json': '{"openapi": "3.0.3", "paths": {"/a": {"get": {',
  'indented.yaml': 'openapi: 3.0.3\n\tinfo: x\n',
  'other.yaml': 'kind: Deployment\nmetadata: { name: x }\n',
  'list.yaml': '- openapi\n',
  'future.yaml': valid.replace('3.0.3', '9.0.0'),
  'swagger.yaml': "swagger: '2.0'\ninfo: { title: T, version: '1' }\npaths: {}\n",
  'utf16.yaml': Buffer.from(`\uFEFF${valid}`, 'utf16le'),
  'duplicate.yaml': `${valid}paths: {}\n`,
  'bomb.yaml': `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from('bcdefghijk', (name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(',')}]`).join('\n')}\n`,
  'cyclic.yaml': `${valid}components: { schemas: { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } } }\n`,
  'elsewhere.yaml': valid.replace('{ description: ok }', "{ $ref: 'other.yaml#/x' }"),
  'typo.yaml': valid.replace('security: []', 'security: [], x-rugged: { rolse: [admin] }'),
  'bad.overlay.yaml': 'overlay: 1.0.0\ninfo: { title: O, version: "1" }\nactions: nothing\n',
  'bad-rugged.yaml': 'contract: valid.yaml\nupstraem: http://127.0.0.1:1\n',
  'bad-policy.yaml': 'policies: { rate-limti: off }\n',
  'bad-mode.yaml': 'policies: { rate-limit: blok }\n',
  'bad-variable.yaml': 'upstream: ${RUGGED_TEST_IS_NOT_SET}\n',
}

beforeAll(async () => {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  mkdirSync(join(folder, 'folder.yaml'))
  execFileSync('mkfifo', [join(folder, 'fifo.yaml')])
  await new Promise<void>(resolve => occupied.listen(0, '127.0.0.1', resolve))
  const address = occupied.address()
  if (typeof address === 'object' && address !== null) port = address.port
})
afterAll(() => {
  occupied.close()
  rmSync(folder, { recursive: true })
})

/** What was typed, the exit status, and what the one sentence has to hold. */
const cases: readonly (readonly [string, string[], number, RegExp])[] = [
  ['no command', [], 2, /Usage: rugged COMMAND/],
  ['an unknown command', ['adit'], 2, /"adit" is not a command of rugged\. Did you mean "audit"\?/],
  [
    'an unknown option',
    ['audit', 'valid.yaml', '--overlya', 'x'],
    2,
    /--overlya is not an option.*Did you mean --overlay\?/,
  ],
  ['an option without its value', ['audit', 'valid.yaml', '--format'], 2, /--format needs a value/],
  ['an unknown format', ['audit', 'valid.yaml', '--format', 'xml'], 2, /--format is one of text, json/],
  ['an unknown severity', ['audit', 'valid.yaml', '--fail-on', 'bad'], 2, /--fail-on is one of critical/],
  ['no contract', ['audit'], 2, /CONTRACT is missing/],
  ['a missing file', ['audit', 'nowhere.yaml'], 2, /nowhere\.yaml/],
  ['a folder', ['audit', 'folder.yaml'], 2, /folder/],
  ['a FIFO', ['audit', 'fifo.yaml'], 2, /fifo\.yaml/],
  ['an empty file', ['audit', 'empty.yaml'], 2, /empty\.yaml.*empty/],
  ['a binary file', ['audit', 'binary.yaml'], 2, /binary\.yaml/],
  ['a truncated file', ['audit', 'truncated.json'], 2, /truncated\.json:1:\d+/],
  ['a tab', ['audit', 'indented.yaml'], 2, /indented\.yaml:2:\d+/],
  ['UTF-16', ['audit', 'utf16.yaml'], 2, /UTF-16.*UTF-8/],
  ['a document of another kind', ['audit', 'other.yaml'], 2, /other\.yaml/],
  ['a list', ['audit', 'list.yaml'], 2, /list\.yaml/],
  ['an unknown version', ['audit', 'future.yaml'], 2, /9\.0\.0/],
  ['Swagger 2.0', ['audit', 'swagger.yaml'], 2, /2\.0/],
  ['a duplicate key', ['audit', 'duplicate.yaml'], 2, /duplicate\.yaml:6:1/],
  ['an alias bomb', ['audit', 'bomb.yaml'], 2, /bomb\.yaml/],
  ['a reference to another file', ['audit', 'elsewhere.yaml'], 2, /elsewhere\.yaml:5:\d+.*other\.yaml/],
  ['a mistyped x-rugged key', ['audit', 'typo.yaml'], 2, /typo\.yaml:5:\d+.*Did you mean "roles"/],
  ['a broken overlay', ['audit', 'valid.yaml', '--overlay', 'bad.overlay.yaml'], 2, /bad\.overlay\.yaml:3:\d+/],
  ['an output that cannot be written', ['audit', 'valid.yaml', '--output', 'no/such/folder.txt'], 2, /Cannot write/],
  ['a scan without a URL', ['scan', 'valid.yaml'], 2, /--url/],
  ['a scan of no URL', ['scan', 'valid.yaml', '--url', 'nonsense'], 2, /no URL/],
  [
    'a scan of a host of somebody else',
    ['scan', 'valid.yaml', '--url', 'https://api.example.com'],
    2,
    /i-own-this-host/,
  ],
  ['a scan of an API that is down', ['scan', 'valid.yaml', '--url', 'http://127.0.0.1:1'], 3, /127\.0\.0\.1:1/],
  [
    'a token without a name',
    ['scan', 'valid.yaml', '--url', 'http://127.0.0.1:1', '--as', 'secret-token'],
    2,
    /NAME=TOKEN/,
  ],
  ['a time that is none', ['scan', 'valid.yaml', '--url', 'http://127.0.0.1:1', '--time', 'soon'], 2, /--time takes/],
  ['a guard without a contract', ['guard', '--upstream', 'http://127.0.0.1:1'], 2, /needs a contract/],
  ['a guard without an upstream', ['guard', '--contract', 'valid.yaml'], 2, /needs an upstream/],
  [
    'an upstream that is none',
    ['guard', '--contract', 'valid.yaml', '--upstream', 'ftp://x'],
    2,
    /no URL of an upstream/,
  ],
  [
    'an address that is none',
    ['guard', '--contract', 'valid.yaml', '--upstream', 'http://127.0.0.1:1', '--listen', 'x:y'],
    2,
    /HOST:PORT/,
  ],
  [
    'a mistyped configuration',
    ['guard', '--config', 'bad-rugged.yaml'],
    2,
    /bad-rugged\.yaml:2:1.*Did you mean "upstream"/,
  ],
  [
    'a mistyped policy',
    ['guard', '--config', 'bad-policy.yaml'],
    2,
    /bad-policy\.yaml:1:\d+.*Did you mean "rate-limit"/,
  ],
  ['a mistyped mode', ['guard', '--config', 'bad-mode.yaml'], 2, /bad-mode\.yaml:1:\d+.*Did you mean "block"/],
  ['a variable that is not set', ['guard', '--config', 'bad-variable.yaml'], 2, /RUGGED_TEST_IS_NOT_SET is not set/],
  ['an unknown case of the demo', ['demo', 'nonsense'], 2, /no case "nonsense"/],
]

describe('bad input ends in a sentence with the way out', () => {
  it.concurrent.each(cases)('%s', async (_name, argv, status, sentence) => {
    const ended = await rugged(argv, folder)
    expect(ended.err).toMatch(sentence)
    expect(ended.status).toBe(status)
    expect(ended.err + ended.out).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m)
    expect(ended.out).toBe('')
  })

  it('a port in use', async () => {
    const argv = [
      'guard',
      '--contract',
      'valid.yaml',
      '--upstream',
      'http://127.0.0.1:1',
      '--listen',
      `127.0.0.1:${port}`,
    ]
    const ended = await rugged(argv, folder)
    expect(ended.err).toContain(`Port ${port} of 127.0.0.1 is in use. Choose another with --listen HOST:PORT.`)
    expect(ended.status).toBe(2)
  })

  it('a cycle of references is reported with its place and the rest is used', async () => {
    const { status, out } = await rugged(['audit', 'cyclic.yaml'], folder)
    expect(out).toMatch(/cyclic\.yaml:6:\d+/)
    expect([0, 1]).toContain(status)
  })
})
