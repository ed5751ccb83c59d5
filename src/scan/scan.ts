import { randomUUID } from 'node:crypto'
import type { Operation } from '../contract/model.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import type { ApiExposure, OperationExposure } from '../exposure/exposure.ts'
import { type CardName, cardName } from '../risk/card.ts'
import { type Finding, isNotEvaluated, type NotEvaluatedEntry, type Outcome, toFinding } from '../risk/finding.ts'
import { compareSeverity } from '../risk/weakness.ts'
import { type Actor, anonymous } from './actor.ts'
import { findBasePath } from './base-path.ts'
import { Budget } from './budget.ts'
import { cleanUp } from './clean-up.ts'
import { Client } from './client.ts'
import type { ProbeEffect } from './effect.ts'
import { HappyPaths } from './happy.ts'
import { Ledger, type LedgerEntry, nameOf } from './ledger.ts'
import type { Probe } from './probe.ts'
import { probes as allProbes } from './probes/index.ts'
import { seededRandom } from './random.ts'
import { type ApiScene, Stage } from './scene.ts'
import { selects } from './select.ts'
import { Session } from './session.ts'
import { checkTarget } from './target.ts'

/** What a scan is doing, told as it goes. */
export interface ScanProgress {
  readonly phase: 'happy-paths' | 'probes' | 'clean-up'
  readonly operation?: string
  readonly probe?: string
  readonly requests: number
  readonly findings: number
  /** Milliseconds that are left at most. */
  readonly left: number
}

export interface ScanOptions {
  readonly exposure: ApiExposure
  /** Where the API runs; a path in it is the base of all operations. */
  readonly url: URL
  /** Two users of the same role at least, to tell mine from yours. Anonymous is always there. */
  readonly actors?: readonly Actor[]
  /** Writes unless something else is said. */
  readonly effect?: ProbeEffect
  /** Repeats the same choices. */
  readonly seed?: number
  /** Milliseconds; 120,000 when absent. */
  readonly timeLimit?: number
  readonly requestLimit?: number
  /** Connections at most; 16 when absent. */
  readonly concurrency?: number
  /** Milliseconds for one request; 5,000 when absent. */
  readonly requestTimeout?: number
  /** Operations by id, `METHOD /path`, path with `*`, or tag. */
  readonly only?: readonly string[]
  readonly skip?: readonly string[]
  readonly probes?: readonly Probe[]
  readonly clock?: Clock
  /** Ends the scan when it is aborted, as if its time were up: what was found until then is reported. */
  readonly signal?: AbortSignal
  /** The user has said that a host that looks like production is theirs. */
  readonly ownHost?: boolean
  readonly onProgress?: (progress: ScanProgress) => void
}

export interface ScanReport {
  readonly findings: readonly Finding[]
  readonly notEvaluated: readonly NotEvaluatedEntry[]
  readonly ledger: readonly LedgerEntry[]
  /** Operations of which some request was accepted. */
  readonly callable: number
  /** Actors whose credential every operation answered with 401 or 403. */
  readonly refusedActors: readonly string[]
  /** In words: what the scan has made or changed and could not take back. */
  readonly leftBehind: readonly string[]
  /** Where the API begins, and how that was found out. */
  readonly base: string
  readonly scanId: string
  readonly requests: number
  readonly seconds: number
}

/** Names who could not be given a happy path; not a probe, since every probe needs one. */
const happyCard: CardName = 'control/happy-path'

/**
 * Proves on a running API what audit only suspects. It contacts no origin but the URL's, follows no redirect, ends
 * within its budget whatever the API does, and reports nothing that it cannot show twice.
 *
 * @throws Fault `usage` for a host that looks like production, `upstream-unreachable` when nobody is there
 * @example const { findings } = await scanApi({ exposure, url: new URL('http://127.0.0.1:3000'), actors: [a, b] })
 */
export async function scanApi(options: ScanOptions): Promise<ScanReport> {
  const { exposure: api, url, clock = systemClock, effect = 'writes' } = options
  checkTarget(url, options.ownHost ?? false)
  const users = (options.actors ?? []).filter(
    ({ name, credential }) => name !== anonymous.name && credential.kind !== 'none',
  )
  const { timeLimit = 120_000, requestLimit = 100_000, concurrency = 16, requestTimeout = 5_000 } = options
  const budget = new Budget({
    clock,
    timeLimit,
    requestLimit,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  const scanId = randomUUID()
  const random = seededRandom(options.seed ?? 1)
  const client = new Client({ origin: url.origin, scanId, budget, clock, concurrency, requestTimeout })
  const ledger = new Ledger()
  const run: Run = { findings: [], notEvaluated: [] }
  const tell = (progress: Pick<ScanProgress, 'phase' | 'operation' | 'probe'>) =>
    options.onProgress?.({ ...progress, requests: budget.requests, findings: run.findings.length, left: budget.left })
  try {
    const base = await findBasePath(api, url, client, users, random)
    const session = new Session({ api, client, base, users, effect, random, budget })
    const operations = api.operations.filter(
      ({ operation }) => selects(operation, options.only, true) && !selects(operation, options.skip, false),
    )
    const happy = new HappyPaths(session)
    // What is not to be tested may still be needed: to learn ids, to make objects, to look at them afterwards.
    const setting = neededFor(
      operations,
      api.operations.filter(({ operation }) => !selects(operation, options.skip, false)),
    )
    await happy.find(setting, operation => tell({ phase: 'happy-paths', operation: operation.key }))
    const refusedActors = users.filter(user => session.traces.isRefused(user)).map(({ name }) => name)
    let leftBehind: readonly string[] = []
    const stage = new Stage({ session, happy, ledger, operations: setting, tested: operations, concurrency })
    try {
      for (const probe of options.probes ?? allProbes) {
        await runProbe(probe, stage.scene(cardName('probe', probe)), operations, ledger, run, operation =>
          tell({ phase: 'probes', probe: probe.id, ...(operation === undefined ? {} : { operation: operation.key }) }),
        )
      }
      tell({ phase: 'clean-up' })
      if (effect !== 'reads') leftBehind = await cleanUp(session)
    } finally {
      await stage.close()
    }
    for (const { operation } of operations) {
      if (happy.actorsOf(operation).length > 0) continue
      // A probe deletes what it has made itself for the purpose: then it was tested, although not as all others.
      const { tests } = ledger.entry(operation, [])
      if (operation.method === 'DELETE' && tests.passed + tests.failed + tests.inconclusive > 0) continue
      const reason = happy.reasonFor(operation)
      run.notEvaluated.push({ card: happyCard, operation: nameOf(operation), notEvaluated: `Not tested: ${reason}.` })
    }
    return {
      findings: run.findings.toSorted(byWeight),
      notEvaluated: run.notEvaluated,
      ledger: operations.map(({ operation }) =>
        ledger.entry(operation, happy.actorsOf(operation), happy.reasonFor(operation)),
      ),
      callable: operations.filter(({ operation }) => happy.actorsOf(operation).length > 0).length,
      refusedActors,
      leftBehind,
      base: base.because,
      scanId,
      requests: budget.requests,
      seconds: budget.elapsed / 1_000,
    }
  } finally {
    await client.close()
  }
}

interface Run {
  readonly findings: Finding[]
  readonly notEvaluated: NotEvaluatedEntry[]
}

async function runProbe(
  probe: Probe,
  scene: ApiScene,
  operations: readonly OperationExposure[],
  ledger: Ledger,
  run: Run,
  onStep: (operation?: Operation) => void,
): Promise<void> {
  if (weight[probe.effect] > weight[scene.effect]) {
    run.notEvaluated.push({
      card: cardName('probe', probe),
      notEvaluated: `It ${probe.effect}, and that was not allowed.`,
    })
    return
  }
  if (probe.api !== undefined) {
    onStep()
    await collect(probe, probe.api(scene), run)
  }
  for (const exposure of operations) {
    const test = probe.operation?.(exposure, scene.api)
    if (test === undefined) continue
    const { operation } = exposure
    const card = cardName('probe', probe)
    if (scene.budget.spent !== undefined) {
      ledger.count(operation, card, 'not-reached')
      run.notEvaluated.push({
        card,
        operation: nameOf(operation),
        notEvaluated: `The ${scene.budget.spent} budget was spent before this test.`,
      })
      continue
    }
    onStep(operation)
    let counted = 0
    const watched: ApiScene['count'] = (at, result) => {
      counted += 1
      scene.count(at, result)
    }
    const { failed, inconclusive } = await collect(probe, test({ ...scene, exposure, count: watched }), run, operation)
    // A test that was cut short has not passed, whatever it saw until then.
    const cutShort = scene.budget.spent !== undefined && failed === 0
    if (cutShort) ledger.count(operation, card, 'not-reached')
    else if (failed > 0) ledger.count(operation, card, 'failed', failed)
    else if (inconclusive > 0) ledger.count(operation, card, 'inconclusive', inconclusive)
    else if (counted === 0) ledger.count(operation, card, 'passed')
  }
}

const weight: Readonly<Record<ProbeEffect, number>> = { reads: 0, writes: 1, destroys: 2 }

async function collect(
  probe: Probe,
  outcomes: AsyncIterable<Outcome>,
  run: Run,
  operation?: Operation,
): Promise<{ readonly failed: number; readonly inconclusive: number }> {
  const card = cardName('probe', probe)
  let [failed, inconclusive] = [0, 0]
  for await (const outcome of outcomes) {
    const where = outcome.operation ?? (operation === undefined ? undefined : nameOf(operation))
    const at = where === undefined ? {} : { operation: where }
    if (isNotEvaluated(outcome)) {
      inconclusive += 1
      run.notEvaluated.push({ card, ...outcome, ...at })
      continue
    }
    failed += 1
    const finding = toFinding('probe', probe, { ...outcome, ...at })
    if (!run.findings.some(known => known.fingerprint === finding.fingerprint)) run.findings.push(finding)
  }
  return { failed, inconclusive }
}

/** The selected operations, all reads, and what makes objects that those ask for, directly or by way of others. */
function neededFor(
  selected: readonly OperationExposure[],
  available: readonly OperationExposure[],
): readonly OperationExposure[] {
  const needed = new Set(available.filter(exposure => selected.includes(exposure) || exposure.effect === 'reads'))
  const types = new Set<string>()
  for (let before = -1; before !== needed.size; ) {
    before = needed.size
    for (const exposure of needed) {
      if (exposure.effect === 'reads' && !selected.includes(exposure)) continue
      for (const { type } of exposure.uses) types.add(type)
    }
    for (const exposure of available) {
      const makes =
        exposure.operation.method === 'POST' && exposure.hands.some(({ own, type }) => own && types.has(type))
      if (makes) needed.add(exposure)
    }
  }
  return available.filter(exposure => needed.has(exposure))
}

function byWeight(a: Finding, b: Finding): number {
  const at = (finding: Finding) => `${finding.operation?.path} ${finding.operation?.method} ${finding.id}`
  return compareSeverity(a.severity, b.severity) || (at(a) < at(b) ? -1 : 1)
}
