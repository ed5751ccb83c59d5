import { Buffer } from 'node:buffer'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Fault } from '../core/fault.ts'
import { decodeSource, readSource } from './source.ts'

const folder = mkdtempSync(join(tmpdir(), 'rugged-source-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

async function faultOf(path: string): Promise<Fault> {
  const cause = await readSource(path).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (cause instanceof Fault) return cause
  throw new Error('no fault')
}

test('UTF-8 text is read, its byte order mark left out', async () => {
  const path = file('good.yaml', '\uFEFFopenapi: 3.1.0 # é😀')
  expect(await readSource(path)).toEqual({ file: path, text: 'openapi: 3.1.0 # é😀' })
})

test.each([
  ['empty', '', undefined, undefined, /is empty/],
  ['white space', ' \n\t\n', undefined, undefined, /is empty/],
  ['a byte order mark alone', '\uFEFF', undefined, undefined, /is empty/],
  ['NUL', 'a: 1\nb: \0', 2, 4, /NUL/],
  ['UTF-16 little end first', Buffer.from('\uFEFFopenapi: 3', 'utf16le'), 1, 1, /UTF-16/],
  ['UTF-16 big end first', Buffer.from('\uFEFFopenapi: 3', 'utf16le').swap16(), 1, 1, /UTF-16/],
  ['UTF-16 without a mark', Buffer.from('openapi: 3.1.0', 'utf16le'), 1, 1, /UTF-16/],
  ['Latin-1', Buffer.from('a: 1\ntitle: caf\u00e9 x', 'latin1'), 2, 11, /not valid UTF-8/],
  ['a character cut off', Buffer.from('a: é').subarray(0, 4), 1, 4, /not valid UTF-8/],
  ['an overlong escape', Buffer.from([0x61, 0x3a, 0x20, 0xc0, 0xaf]), 1, 4, /not valid UTF-8/],
  ['a surrogate', Buffer.from([0x61, 0xed, 0xa0, 0x80]), 1, 2, /not valid UTF-8/],
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]), 1, 1, /not valid UTF-8/],
  ['a zip archive', Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0]), 1, 6, /NUL/],
])('%s is malformed, with its place', async (name, content, line, column, message) => {
  const path = file(`${name}.yaml`, content)
  const fault = await faultOf(path)
  expect(fault).toMatchObject({ code: 'contract-malformed', place: { file: path } })
  expect([fault.place?.line, fault.place?.column]).toEqual([line, column])
  expect(fault.message).toMatch(message)
  expect(fault.hint).toMatch(/\.$/)
})

test('what is no regular file cannot be read, and nothing waits for it', async () => {
  const fifo = join(folder, 'fifo')
  execFileSync('mkfifo', [fifo])
  mkdirSync(join(folder, 'folder'))
  symlinkSync(join(folder, 'loop'), join(folder, 'loop'))
  const reasons: Record<string, RegExp> = {
    fifo: /is not a regular file/,
    folder: /is a folder/,
    missing: /does not exist/,
    loop: /leads in a circle/,
  }
  for (const [name, message] of Object.entries(reasons)) {
    const fault = await faultOf(join(folder, name))
    expect(fault).toMatchObject({ code: 'file-unreadable', place: { file: join(folder, name) } })
    expect(fault.message).toMatch(message)
  }
  expect((await faultOf('/dev/zero')).message).toMatch(/is not a regular file/)
  expect((await faultOf(join(folder, 'x\0y'))).code).toBe('file-unreadable')
})

test('a file of a gigabyte is refused unread', async () => {
  const path = file('large.yaml', '')
  truncateSync(path, 1024 ** 3)
  expect(await faultOf(path)).toMatchObject({ code: 'contract-malformed', message: 'The file is larger than 64 MB.' })
})

test('a column counts characters as editors do', () => {
  const bytes = Buffer.concat([Buffer.from('a: é€ '), Buffer.from([0xff])])
  expect(() => decodeSource('a', bytes)).toThrow(expect.objectContaining({ place: { file: 'a', line: 1, column: 7 } }))
})
