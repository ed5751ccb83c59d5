import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { afterEach, describe, expect, test } from 'vitest'
import type { Attack, Breach, Honest, RunningApi, Start } from './breach.ts'
import { call } from './client.ts'
import { operationAt, operationsOf, readYaml, responseSchemaAt, select, undeclaredIn } from './contract.ts'
import { listen, refusal } from './http-api.ts'
import { listAt, textAt, valueAt } from './json.ts'
import { record } from './recorder.ts'

interface Case {
  readonly folder: string
  readonly breach: Breach
  readonly vulnerable: Start
  readonly fixed: Start
  readonly attack: Attack
  readonly honest: Honest
}

const here = new URL('.', import.meta.url)
const folders = readdirSync(here).filter(name => existsSync(new URL(`${name}/breach.json`, here)))
const cases = await Promise.all(folders.map(loadCase))
const most = 5_000

async function loadCase(folder: string): Promise<Case> {
  const [vulnerable, fixed, attack, honest] = await Promise.all(
    ['vulnerable', 'fixed', 'attack', 'honest'].map(file => import(`./${folder}/${file}.ts`)),
  )
  // A case that breaks its interface does not pass the type check of its own files.
  const breach = JSON.parse(readFileSync(new URL(`${folder}/breach.json`, here), 'utf8')) as Breach
  const twins = { vulnerable: vulnerable.start, fixed: fixed.start }
  return { folder, breach, ...twins, attack: attack.attack, honest: honest.honest }
}

const running: { close(): Promise<void> }[] = []
async function started<Server extends { close(): Promise<void> }>(starting: Promise<Server>): Promise<Server> {
  const server = await starting
  running.push(server)
  return server
}
afterEach(async () => {
  await Promise.all(running.splice(0).map(server => server.close()))
})

test('the lab has cases', () => {
  expect(folders.length).toBeGreaterThanOrEqual(3)
})

describe.each(cases)('$folder', ({ folder, breach, vulnerable, fixed, attack, honest }) => {
  const contract = readYaml(folder, 'openapi.yaml')
  const operations = [...operationsOf(contract)].sort()

  test('is complete and names operations of its contract', () => {
    const files = ['README.md', 'openapi.yaml', 'rugged.overlay.yaml']
    for (const file of files) expect(existsSync(new URL(`${folder}/${file}`, here)), file).toBe(true)
    expect(breach.id).toBe(folder)
    expect(operations).toEqual(expect.arrayContaining([...breach.operations]))
    for (const weaknesses of Object.values(breach.answers)) expect(weaknesses.length).toBeGreaterThan(0)
  })

  test('every action of the overlay selects something', () => {
    const overlay = readYaml(folder, 'rugged.overlay.yaml')
    expect(textAt(overlay, 'overlay')).toMatch(/^1\.\d\.\d$/)
    const targets = listAt(overlay, 'actions').map(action => textAt(action, 'target') ?? '')
    expect(targets.filter(target => select(contract, target).length === 0)).toEqual([])
  })

  test('the attack succeeds on the vulnerable twin', { timeout: most }, async () => {
    const result = await attack(await started(vulnerable()))
    expect(result.succeeded, result.effect).toBe(true)
  })

  test('the attack fails on the fixed twin', { timeout: most }, async () => {
    const result = await attack(await started(fixed()))
    expect(result.succeeded, result.effect).toBe(false)
  })

  test.each([
    ['vulnerable', vulnerable],
    ['fixed', fixed],
  ])(
    'honest users work with every operation of the %s twin, after an attack too',
    { timeout: most },
    async (_, start) => {
      const twin = await started(start())
      for (const earlier of ['nothing', 'an attack']) {
        if (earlier === 'an attack') await attack(twin)
        const result = await honest(twin)
        expect(result.complaints, `after ${earlier}`).toEqual([])
        expect([...result.operations].sort()).toEqual(operations)
      }
    },
  )

  test('what honest users get from the fixed twin is what the contract declares', async () => {
    const twin = await started(fixed())
    const recorder = await started(record(twin.url))
    expect((await honest({ ...twin, url: recorder.url })).complaints).toEqual([])
    expect(recorder.exchanges.length).toBeGreaterThan(0)
    const validator = new Ajv2020({ strict: false, validateSchema: false })
    formats.default(validator)
    validator.addSchema(contract as object, 'contract')
    for (const { method, path, status, body } of recorder.exchanges) {
      const operation = operationAt(contract, method, path) ?? ''
      const place = responseSchemaAt(contract, operation, status)
      expect(place, `${operation} does not declare ${status}`).toBeDefined()
      const pointer = place?.map(token => `/${encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
      const valid = validator.validate({ $ref: `contract#${pointer?.join('')}` }, body)
      expect(valid, `${operation} ${status}: ${validator.errorsText()}`).toBe(true)
      expect(undeclaredIn(contract, valueAt(contract, ...(place ?? [])), body)).toEqual([])
    }
  })

  test.each([
    ['refuses everything', () => refusal(403, 'forbidden', 'No.')],
    ['says yes to everything and does nothing', () => ({ status: 200, body: {} })],
  ])('honest users complain about a server that %s', async (_, handler) => {
    const twin = await started(vulnerable())
    const wall = await started(listen({ '* /**': handler }))
    expect((await honest({ ...twin, url: wall.url })).complaints.length).toBeGreaterThan(0)
    expect((await attack({ ...twin, url: wall.url })).succeeded).toBe(false)
  })

  test('two of the same do not disturb each other', { timeout: most }, async () => {
    const [one, other] = await Promise.all([started(vulnerable()), started(vulnerable())])
    expect(one.url).not.toBe(other.url)
    const [attacked, used] = await Promise.all([attack(one), honest(other)])
    expect([attacked.succeeded, used.complaints]).toEqual([true, []])
    if (one.issuer !== undefined) {
      // A fresh key for each start: the other's users are strangers here.
      expect((await honest({ ...other, url: one.url })).complaints.length).toBeGreaterThan(0)
    }
  })

  test.each([
    ['vulnerable', vulnerable],
    ['fixed', fixed],
  ])('nothing of the %s twin listens after close', async (_, start) => {
    await silence()
    const twin: RunningApi = await start()
    await honest(twin)
    expect(listeners()).toBeGreaterThan(0)
    await twin.close()
    await twin.close()
    await silence()
    expect((await call(twin.url, 'GET', '/')).status).toBe(0)
  })
})

function listeners(): number {
  return process.getActiveResourcesInfo().filter(name => name === 'TCPServerWrap').length
}

/** Node forgets a closed server's handle a moment after its close event. This worker has no servers but the lab's. */
async function silence(): Promise<void> {
  for (let wait = 0; wait < 80 && listeners() > 0; wait += 1) await sleep(25)
  expect(listeners()).toBe(0)
}
