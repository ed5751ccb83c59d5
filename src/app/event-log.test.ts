import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { ApiEvent } from '../risk/event.ts'
import { openEventLog } from './event-log.ts'

const folder = mkdtempSync(join(tmpdir(), 'rugged-events-'))
afterAll(() => rmSync(folder, { recursive: true }))

const event: ApiEvent = {
  at: 0,
  id: 'incident',
  api: 'Bookings',
  method: 'GET',
  path: '/v1/rooms',
  caller: { kind: 'anonymous', id: '127.0.0.1', address: '127.0.0.1' },
  status: 200,
  decision: 'passed',
  reasons: [],
  used: [],
  handed: [],
  handedCount: 0,
  urls: [],
  sensitive: [],
  undeclared: [],
  bytesIn: 0,
  bytesOut: 2,
  milliseconds: 1,
}

it('appends one line per event and keeps what was there', async () => {
  const file = join(folder, 'events.jsonl')
  for (let run = 0; run < 2; run++) {
    const log = await openEventLog(file, () => undefined)
    log.write(event)
    log.write({ ...event, status: 404 })
    await log.close()
  }
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  expect(lines.map(line => JSON.parse(line).status)).toEqual([200, 404, 200, 404])
})

it('says in one sentence when the file cannot be opened', async () => {
  const opening = openEventLog(join(folder, 'no', 'such', 'folder.jsonl'), () => undefined)
  await expect(opening).rejects.toThrow(/Cannot write events to/)
})

it.skipIf(process.platform !== 'linux')('counts what a full disk loses, and goes on', async () => {
  const complaints: string[] = []
  const log = await openEventLog('/dev/full', message => complaints.push(message))
  log.write(event)
  await new Promise(resolve => setTimeout(resolve, 100))
  log.write(event)
  await log.close()
  expect(complaints[0]).toMatch(/events are being lost: .*ENOSPC/)
  expect(complaints.at(-1)).toMatch(/events were lost/)
})
