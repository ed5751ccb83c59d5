import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { ended, startRugged } from './command-line.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'rugged-guard-'))
const contract = join(folder, 'openapi.yaml')
const upstream = createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ title: request.url, password: 'hunter2' }))
})
const running: ChildProcess[] = []
let upstreamUrl = ''

const text = (path: string) => `openapi: 3.1.0
info: { title: Things, version: '1' }
paths:
  ${path}:
    get:
      security: []
      responses:
        '200':
          description: ok
          content: { application/json: { schema: { type: object, properties: { title: { type: string } } } } }
`

beforeAll(async () => {
  await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve))
  const address = upstream.address()
  upstreamUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
})
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})
afterAll(() => {
  upstream.close()
  upstream.closeAllConnections()
  rmSync(folder, { recursive: true })
})

/** Starts a guard and waits for its line; `heard` gives what it has printed so far. */
async function guard(...options: string[]) {
  writeFileSync(contract, text('/things'))
  const child = startRugged([
    'guard',
    '--contract',
    contract,
    '--upstream',
    upstreamUrl,
    '--listen',
    '127.0.0.1:0',
    ...options,
  ])
  running.push(child)
  let printed = ''
  child.stderr?.on('data', chunk => (printed += chunk))
  const heard = async (words: RegExp) => {
    for (;;) {
      const match = words.exec(printed)
      if (match !== null) return match[1] ?? match[0]
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
  const url = await heard(/guard listening on (http:\/\/127\.0\.0\.1:\d+)\n/)
  return { child, url, heard }
}

it('says where it listens, lets the contract through, and ends on Ctrl-C without leaving anything', async () => {
  const events = join(folder, 'events.jsonl')
  const { child, url } = await guard('--events', events)
  const answer = await fetch(`${url}/things`)
  expect(await answer.json()).toEqual({ title: '/things' })
  expect((await fetch(`${url}/other`)).status).toBe(404)
  const end = ended(child)
  child.kill('SIGINT')
  expect((await end).status).toBe(0)
  await expect(fetch(`${url}/things`)).rejects.toThrow()
  const lines = readFileSync(events, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(lines.map(({ status, decision, operation }) => [status, decision, operation?.path])).toEqual([
    [200, expect.any(String), '/things'],
    [404, 'refused', undefined],
  ])
  expect(readFileSync(events, 'utf8')).not.toContain('hunter2')
})

it('takes a new contract on SIGHUP, and keeps the old one when the new one is broken', async () => {
  const { child, url, heard } = await guard()
  writeFileSync(contract, text('/others'))
  child.kill('SIGHUP')
  await heard(/guard reloaded/)
  expect((await fetch(`${url}/things`)).status).toBe(404)
  expect((await fetch(`${url}/others`)).status).toBe(200)
  writeFileSync(contract, 'openapi: [broken')
  child.kill('SIGHUP')
  expect(await heard(/guard not reloaded.*/)).toMatch(/openapi\.yaml:1:/)
  expect((await fetch(`${url}/others`)).status).toBe(200)
})

it('observes without refusing anything when asked to, and says what it would have done', async () => {
  const { url, heard } = await guard('--observe')
  expect((await fetch(`${url}/other`)).status).toBe(200)
  expect(await heard(/would refuse .*/)).toContain('policy/documented-operations')
})
