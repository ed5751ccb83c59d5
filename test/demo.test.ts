import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type BreachRow, rowFails, runBreach } from '../src/app/demo.ts'
import { readLab } from '../src/app/lab-case.ts'
import { rugged } from '../src/cli/command-line.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'rugged-demo-'))
afterAll(() => rmSync(folder, { recursive: true }))

const run = (breach: Parameters<typeof runBreach>[0]) =>
  runBreach(breach, () => undefined, new AbortController().signal)

describe('the demo', () => {
  it('gives the same as data, and exits with 0 when every cell holds', async () => {
    const { status, out } = await rugged(['demo', '--json'])
    const { breaches } = JSON.parse(out)
    expect(breaches.map(({ id }: { id: string }) => id)).toEqual((await readLab()).map(({ id }) => id))
    const cells = ['attackSucceeds', 'auditWarned', 'scanProved', 'guardStopped', 'honestUse', 'watchNoticed']
    for (const row of breaches) for (const cell of cells) expect(row[cell], `${row.id} ${cell}`).toBe(true)
    expect(status).toBe(0)
  })
})

describe('a cell of the demo can fail', () => {
  it('guard stopped: without the overlay nobody has declared whose account it is', async () => {
    const [breach] = await readLab(['trading-source-account'])
    if (breach === undefined) throw new Error('the case is missing')
    const overlay = join(folder, 'empty.overlay.yaml')
    writeFileSync(overlay, "overlay: 1.0.0\ninfo: { title: Nothing, version: '1' }\nactions: []\n")
    const row = await run({ ...breach, overlay })
    expect(row.guardStopped.holds).toBe(false)
    expect(rowFails(row)).toBe(true)
  })

  it('attack succeeds, scan proved and watch noticed: on the fixed twin there is nothing to see', async () => {
    const [breach] = await readLab(['trading-source-account'])
    if (breach === undefined) throw new Error('the case is missing')
    const row = await run({ ...breach, startVulnerable: breach.startFixed })
    expect([row.attackSucceeds.holds, row.scanProved.holds]).toEqual([false, false])
  })

  it('honest use: a twin that refuses everything is no protection', async () => {
    const [breach] = await readLab(['payments-public-feed'])
    if (breach === undefined) throw new Error('the case is missing')
    const row = await run({
      ...breach,
      startVulnerable: async () => ({ url: 'http://127.0.0.1:1', tokens: {}, close: async () => undefined }),
    })
    expect([row.attackSucceeds.holds, row.honestUse.holds, row.watchNoticed.holds]).toEqual([false, false, false])
  })

  it('a cell that is not built yet does not fail its row', () => {
    const cell = { holds: true, detail: '' }
    const row: BreachRow = {
      id: 'x',
      name: 'x',
      attackSucceeds: cell,
      auditWarned: cell,
      scanProved: cell,
      guardStopped: cell,
      honestUse: cell,
      watchNoticed: { holds: null, detail: 'not built yet' },
    }
    expect(rowFails(row)).toBe(false)
    expect(rowFails({ ...row, honestUse: { holds: false, detail: '' } })).toBe(true)
  })
})
