import { Fault } from '../core/fault.ts'
import { nearest } from '../core/nearest.ts'
import type { ApiExposure, OperationExposure } from '../exposure/exposure.ts'
import { type CardName, cardName } from '../risk/card.ts'
import type { WeaknessId } from '../risk/catalogue.ts'
import type { Exchange } from './exchange.ts'
import { type Check, type Hooks, type Moment, moments, type Policy, type PolicyMode } from './policy.ts'
import type { Ports } from './ports.ts'

/** One policy's entry in the configuration: its mode and whatever options of its own it parses. */
export interface PolicySetting {
  readonly mode?: PolicyMode
  readonly [option: string]: unknown
}

export interface PolicySettings {
  readonly policies?: Readonly<Record<string, PolicySetting>>
  /** Modes by operation (its key or its id) and policy: `{ 'GET /x': { 'request-contract': 'alert' } }`. */
  readonly operations?: Readonly<Record<string, Readonly<Record<string, PolicyMode>>>>
  /** Everything that would block only alerts. */
  readonly observe?: boolean
}

/** One check at one moment, with what a report of it needs. */
export interface Step {
  readonly card: CardName
  /** What a failure of the check itself is reported as. */
  readonly weakness: WeaknessId
  readonly mode: 'block' | 'alert'
  readonly check: Check
}

/** Everything that runs for one operation, in order. */
export type Plan = { readonly [moment in Moment]: readonly Step[] } & {
  readonly record: readonly ((exchange: Exchange) => void)[]
}

/** Gives each operation its list of checks, compiled at its first use. */
export interface Plans {
  of(exposure: OperationExposure): Plan
  /** For requests that no operation fits: `connection`, `route` and `record` of the API's hooks alone. */
  readonly unmatched: Plan
}

interface Configured {
  readonly policy: Policy<unknown>
  readonly options: unknown
  readonly mode: PolicyMode
  readonly hooks: Hooks | undefined
}

/** Parses the policies' options and compiles what concerns the API as a whole; operations follow at their first use. */
export function compilePlans(
  policies: readonly Policy<unknown>[],
  api: ApiExposure,
  ports: Ports,
  settings: PolicySettings,
): Plans {
  checkSettings(policies, api, settings)
  const configured = policies.map(policy => configure(policy, api, ports, settings))
  const plans = new Map<OperationExposure, Plan>()
  const unmatched = assemble(
    configured.map(entry => ({ entry, mode: entry.mode, hooks: [entry.hooks] })),
    settings.observe,
  )
  const empty: readonly Step[] = []
  const later = Object.fromEntries(moments.slice(2).map(moment => [moment, empty]))
  return {
    unmatched: { ...unmatched, ...later },
    of(exposure) {
      let plan = plans.get(exposure)
      if (plan === undefined) {
        plan = compileOperation(configured, exposure, api, ports, settings)
        plans.set(exposure, plan)
      }
      return plan
    },
  }
}

function configure(policy: Policy<unknown>, api: ApiExposure, ports: Ports, settings: PolicySettings): Configured {
  const setting = settings.policies?.[policy.id]
  const { mode: chosen, ...rest } = setting ?? {}
  const options = policy.options?.(Object.keys(rest).length === 0 ? undefined : rest)
  const mode = chosen ?? (policy.stability === 'new' ? 'off' : (policy.defaultMode ?? 'block'))
  const everywhere = [mode, ...Object.values(settings.operations ?? {}).map(modes => modes[policy.id])]
  const used = everywhere.some(entry => entry !== undefined && entry !== 'off')
  return { policy, options, mode, hooks: used ? policy.api?.(api, options, ports) : undefined }
}

function compileOperation(
  configured: readonly Configured[],
  exposure: OperationExposure,
  api: ApiExposure,
  ports: Ports,
  settings: PolicySettings,
): Plan {
  const { key, id } = exposure.operation
  const own = settings.operations?.[key] ?? (id === undefined ? undefined : settings.operations?.[id])
  const entries = configured.map(entry => {
    const chosen = own?.[entry.policy.id] ?? entry.mode
    const hooks = chosen === 'off' ? undefined : entry.policy.operation?.(exposure, api, entry.options, ports)
    return { entry, mode: chosen, hooks: [entry.hooks, hooks] }
  })
  return assemble(entries, settings.observe)
}

interface Entry {
  readonly entry: Configured
  readonly mode: PolicyMode
  readonly hooks: readonly (Hooks | undefined)[]
}

function assemble(entries: readonly Entry[], observe = false): Plan {
  const steps: Record<Moment, Step[]> = {
    connection: [],
    route: [],
    early: [],
    identity: [],
    request: [],
    access: [],
    limits: [],
    forward: [],
    response: [],
  }
  const record: ((exchange: Exchange) => void)[] = []
  for (const { entry, mode, hooks } of entries) {
    if (mode === 'off') continue
    const card = cardName('policy', entry.policy)
    const weakness = entry.policy.covers[0]
    for (const hook of hooks) {
      if (hook === undefined) continue
      for (const moment of moments) {
        const check = hook[moment]
        if (check !== undefined) steps[moment].push({ card, weakness, mode: observe ? 'alert' : mode, check })
      }
      if (hook.record !== undefined) record.push(hook.record)
    }
  }
  return { ...steps, record }
}

function checkSettings(policies: readonly Policy<unknown>[], api: ApiExposure, settings: PolicySettings): void {
  const ids = policies.map(policy => policy.id)
  for (const id of Object.keys(settings.policies ?? {})) checkName('policy', id, ids)
  const operations = api.operations.flatMap(({ operation: { key, id } }) => (id === undefined ? [key] : [key, id]))
  for (const [key, modes] of Object.entries(settings.operations ?? {})) {
    checkName('operation', key, operations)
    for (const id of Object.keys(modes)) checkName('policy', id, ids)
  }
  const chosen = [
    ...Object.values(settings.policies ?? {}).map(setting => setting.mode),
    ...Object.values(settings.operations ?? {}).flatMap(entry => Object.values(entry)),
  ]
  for (const mode of chosen) if (mode !== undefined) checkName('mode', mode, ['block', 'alert', 'off'])
}

function checkName(kind: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return
  const near = nearest(name, known)
  const hint = near === undefined ? `Known: ${known.slice(0, 20).join(', ')}.` : `Did you mean "${near}"?`
  throw new Fault('configuration', `The guard knows no ${kind} "${name}".`, { hint })
}
