import { auditApi } from '../audit/audit.ts'
import type { Finding } from '../risk/finding.ts'
import { atLeast } from '../risk/weakness.ts'
import { loadExposure } from './contract-file.ts'
import { type GuardedTwin, guardTwin } from './demo-guard.ts'
import type { LabCase, RunningTwin } from './lab-case.ts'
import { runScan } from './run-scan.ts'

/** One cell of the table: held, did not hold, or not built yet; with the words that explain it. */
export interface Cell {
  readonly holds: boolean | null
  readonly detail: string
}

/** One row: the same breach, answered six times. Every cell is computed in the run that prints it. */
export interface BreachRow {
  readonly id: string
  readonly name: string
  readonly attackSucceeds: Cell
  readonly auditWarned: Cell
  readonly scanProved: Cell
  readonly guardStopped: Cell
  readonly honestUse: Cell
  readonly watchNoticed: Cell
}

export type Step = (step: string) => void

/** Runs one case of the lab through everything. Each step starts from a fresh twin, so that none helps another. */
export async function runBreach(breach: LabCase, onStep: Step, signal: AbortSignal): Promise<BreachRow> {
  const step = (name: string) => {
    signal.throwIfAborted()
    onStep(name)
  }
  step('attacking the naked API')
  const attackSucceeds = await cell(() => attackNaked(breach))
  step('auditing its contract')
  const auditWarned = await cell(() => auditContract(breach))
  step('scanning it')
  const scanProved = await cell(() => scanNaked(breach, signal))
  step('attacking through the guard')
  const { guardStopped, honestUse } = await attackGuarded(breach, () => step('using it honestly through the guard'))
  step('watching it happen')
  const watchNoticed = await cell(() => watchAttack(breach))
  return {
    id: breach.id,
    name: breach.name,
    attackSucceeds,
    auditWarned,
    scanProved,
    guardStopped,
    honestUse,
    watchNoticed,
  }
}

/** What goes wrong in a step is that step's cell, and it does not hold. */
async function cell(work: () => Promise<Cell>): Promise<Cell> {
  try {
    return await work()
  } catch (error) {
    return { holds: false, detail: error instanceof Error ? error.message : String(error) }
  }
}

async function attackNaked(breach: LabCase): Promise<Cell> {
  return await using(breach.startVulnerable, async twin => {
    const { succeeded, effect } = await breach.attack(twin)
    return { holds: succeeded, detail: effect }
  })
}

/** The contract alone, without the overlay: what its design allows before anybody declared anything. */
async function auditContract(breach: LabCase): Promise<Cell> {
  const { findings } = auditApi(await loadExposure(breach.contract, []))
  return named(breach, 'audit', findings)
}

async function scanNaked(breach: LabCase, signal: AbortSignal): Promise<Cell> {
  return await using(breach.startVulnerable, async twin => {
    const actors = Object.entries(twin.tokens).map(([name, token]) => ({ name, token }))
    const { findings } = await runScan({
      contract: breach.contract,
      overlays: [],
      url: twin.url,
      actors,
      signal,
      timeLimit: 30_000,
    })
    return named(breach, 'scan', findings)
  })
}

/** The attack has to fail, and real users must not notice that there is a guard. */
async function attackGuarded(
  breach: LabCase,
  onHonest: () => void,
): Promise<Pick<BreachRow, 'guardStopped' | 'honestUse'>> {
  const guardStopped = await cell(async () =>
    withGuard(breach, { observe: false }, async ({ target }) => {
      const { succeeded, effect } = await breach.attack(target)
      return { holds: !succeeded, detail: effect }
    }),
  )
  onHonest()
  const honestUse = await cell(async () =>
    withGuard(breach, { observe: false }, async ({ target }) => {
      const { complaints } = await breach.honest(target)
      return {
        holds: complaints.length === 0,
        detail: complaints[0] ?? 'every operation works for several users at once',
      }
    }),
  )
  return { guardStopped, honestUse }
}

/** Nothing is refused here: honest users first, then the attack, and watch has only the events to go by. */
async function watchAttack(breach: LabCase): Promise<Cell> {
  return await withGuard(breach, { observe: true }, async ({ target, watch }) => {
    await breach.honest(target)
    const before = watch.findings()
    await breach.attack(target)
    const after = watch.findings()
    const falseAlarm = before.find(finding => answers(breach, 'watch', finding))
    if (falseAlarm !== undefined) return { holds: false, detail: `honest use raised it already: ${falseAlarm.message}` }
    return named(breach, 'watch', after.slice(before.length))
  })
}

/** Holds when every weakness that the case names was found where it is, at medium or above. */
function named(breach: LabCase, answer: string, findings: readonly Finding[]): Cell {
  const wanted = breach.answers[answer] ?? []
  const missing = wanted.filter(
    id =>
      !findings.some(
        finding => finding.weakness === id && answers(breach, answer, finding) && atLeast(finding.severity, 'medium'),
      ),
  )
  if (missing.length > 0) return { holds: false, detail: `not named: ${missing.join(', ')}` }
  const first = findings.find(finding => answers(breach, answer, finding))
  return { holds: wanted.length > 0, detail: first?.message ?? 'the case names no weakness' }
}

function answers(breach: LabCase, answer: string, finding: Finding): boolean {
  const at = finding.operation === undefined ? undefined : `${finding.operation.method} ${finding.operation.path}`
  return (
    breach.answers[answer]?.includes(finding.weakness) === true && at !== undefined && breach.operations.includes(at)
  )
}

async function withGuard<Result>(
  breach: LabCase,
  options: { readonly observe: boolean },
  work: (guarded: GuardedTwin) => Promise<Result>,
): Promise<Result> {
  return await using(breach.startVulnerable, async twin => {
    const guarded = await guardTwin(breach, twin, options)
    try {
      return await work(guarded)
    } finally {
      await guarded.close()
    }
  })
}

async function using<Result>(
  start: () => Promise<RunningTwin>,
  work: (twin: RunningTwin) => Promise<Result>,
): Promise<Result> {
  const twin = await start()
  try {
    return await work(twin)
  } finally {
    await twin.close()
  }
}

/** True when some cell of the row does not hold; cells that are not built yet do not count. */
export function rowFails(row: BreachRow): boolean {
  return cellsOf(row).some(({ holds }) => holds === false)
}

export function cellsOf(row: BreachRow): readonly Cell[] {
  return [row.attackSucceeds, row.auditWarned, row.scanProved, row.guardStopped, row.honestUse, row.watchNoticed]
}

/** Starts every broken API and a guard before it, says where they are, and waits to be told to stop. */
export async function keepRunning(cases: readonly LabCase[], say: Step, signal: AbortSignal): Promise<number> {
  const open: (() => Promise<void>)[] = []
  try {
    for (const breach of cases) {
      const twin = await breach.startVulnerable()
      open.unshift(() => twin.close())
      const guarded = await guardTwin(breach, twin, { observe: false })
      open.unshift(() => guarded.close())
      say(`${breach.id}`)
      say(`  broken API   ${twin.url}`)
      say(`  guarded      ${guarded.target.url}`)
      say(`  contract     ${breach.contract}`)
      for (const [name, token] of Object.entries(twin.tokens)) say(`  ${name.padEnd(12)} ${token}`)
    }
    say('Everything runs until Ctrl-C.')
    await new Promise<void>(resolve => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
    return 0
  } finally {
    for (const close of open) await close()
  }
}
