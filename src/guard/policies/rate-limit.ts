import type { Limit } from '../../contract/extension.ts'
import { parseRate } from '../../contract/extension-value.ts'
import { Fault } from '../../core/fault.ts'
import { isObject } from '../../core/json.ts'
import type { OperationExposure } from '../../exposure/exposure.ts'
import type { WeaknessId } from '../../risk/catalogue.ts'
import type { Exchange } from '../exchange.ts'
import { type Check, definePolicy, type Verdict } from '../policy.ts'
import type { Ports } from '../ports.ts'
import { compileRateKeys, type RateKeys } from '../rate-keys.ts'
import { Gcra, type GcraRate, type GcraVerdict } from '../state/gcra.ts'

/** A limit as the configuration gives it; `false` switches it off. */
type RateOption = { readonly rate: string; readonly burst?: number } | false

export interface RateLimitOptions {
  /** For each client network (an IPv4 address, an IPv6 /64), where the overlay sets no limit per address. */
  readonly network: GcraRate | undefined
  /** For each credential as presented, before it is verified. */
  readonly credential: GcraRate | undefined
  /** For each client network on operations whose flow is a sign-in, a recovery or a code. */
  readonly authenticationFlow: GcraRate | undefined
}

/**
 * **What an attacker does.** He calls as often as his machine can: to guess a six-digit code for one account from five
 * thousand addresses, to try leaked passwords one by one, to read a whole collection, or to use up what is meant for all.
 *
 * **How this answers.** Every limit is a generic cell rate algorithm, exact and without windows. By default each client
 * network and each presented credential has a generous one, checked before any cryptography; sign-in and recovery flows a
 * strict one. The overlay's `limits` add the API's own, per address, key, subject, tenant, operation and per **target**:
 * the account that the request aims at, whoever asks and however he spells it (case, spaces, accents, Unicode forms).
 * What is over a limit is 429 with `Retry-After`; `RateLimit` and `RateLimit-Policy` tell honest clients how they stand.
 *
 * **When it is wrong.** Many users behind one address share its limit: raise `network`, or set `trustedHops` when it is
 * a proxy of yours. Counts are kept in memory for 100,000 callers exactly; in a flood beyond that, newcomers share
 * counts and may wait although they did nothing. Somebody who calls for a target not his own can use its limit up:
 * choose a burst that leaves the owner room.
 *
 * **How to waive it.** Set `limits` in the overlay; `network: false` and so on switch the defaults off.
 */
export const rateLimit = definePolicy<RateLimitOptions>({
  kind: 'policy',
  id: 'rate-limit',
  summary: 'Limits how often a network, a credential, a caller may call, and how often a target may be aimed at.',
  covers: [
    'missing-rate-limit',
    'missing-target-limit',
    'brute-force',
    'credential-stuffing',
    'unrestricted-business-flow',
  ],
  serves: ['API2-c', 'API2-q', 'API2-u', 'API4-k', 'API4-l', 'API4-m'],
  severity: 'high',
  remedy: 'Give the operation limits in the overlay: per subject for use, per target where something can be guessed.',
  references: ['draft-ietf-httpapi-ratelimit-headers', 'RFC 6585 section 4', 'ITU-T I.371'],
  options: readOptions,
  operation(exposure, _api, options, ports) {
    const limits = compileLimits(exposure, options, ports)
    const early = limits.filter(limit => limit.early)
    const late = limits.filter(limit => !limit.early)
    return {
      ...(early.length === 0 ? {} : { early: enforce(early, ports) }),
      ...(late.length === 0 ? {} : { limits: enforce(late, ports) }),
    }
  },
})

interface EnforcedLimit {
  /** Short and stable: it stands in headers and in keys. */
  readonly name: string
  /** True when it is checked before the credential is looked at. */
  readonly early: boolean
  readonly rate: GcraRate
  readonly cost: number
  readonly keys: RateKeys
  readonly weakness: WeaknessId
  /** Whether clients are told how they stand: not for targets, whose owner need not be who asks. */
  readonly shown: boolean
  readonly policyHeader: string
}

const authenticationFlows: readonly unknown[] = ['login', 'password-reset', 'otp', 'registration']

function compileLimits(exposure: OperationExposure, options: RateLimitOptions, ports: Ports): readonly EnforcedLimit[] {
  const { operation, limits: fact } = exposure
  const own = fact.rates.map((limit, index) => ownLimit(limit, `${operation.key}#${index}`, exposure, ports))
  const limits: EnforcedLimit[] = []
  const flow = authenticationFlows.includes(operation.extension.flow)
  const perAddress = fact.rates.some(limit => limit.per === 'address')
  const network = ({ network: key }: Exchange) => [key]
  if (!perAddress && options.network !== undefined) limits.push(standard('network', options.network, network))
  if (!perAddress && flow && options.authenticationFlow !== undefined) {
    const strict = standard('sign-in', options.authenticationFlow, network)
    limits.push({ ...strict, weakness: 'credential-stuffing' })
  }
  if (options.credential !== undefined) {
    limits.push(standard('credential', options.credential, exchange => presentedKeys(exchange, ports)))
  }
  return [...limits, ...own]
}

function standard(name: string, rate: GcraRate, keys: RateKeys): EnforcedLimit {
  const policyHeader = header(name, rate)
  return {
    name,
    early: true,
    rate,
    cost: 1,
    keys,
    weakness: 'missing-rate-limit',
    shown: name !== 'credential',
    policyHeader,
  }
}

function ownLimit(limit: Limit, name: string, exposure: OperationExposure, ports: Ports): EnforcedLimit {
  const rate = toGcra(limit.rate, limit.burst)
  const flow = authenticationFlows.includes(exposure.operation.extension.flow)
  const weakness = limit.per === 'target' ? (flow ? 'brute-force' : 'missing-target-limit') : 'missing-rate-limit'
  return {
    name,
    early: limit.per === 'address',
    rate,
    cost: limit.cost ?? 1,
    keys: compileRateKeys(limit, exposure, ports.pseudonym),
    weakness,
    shown: limit.per !== 'target' && limit.per !== 'operation',
    policyHeader: header(limit.per, rate),
  }
}

function toGcra(
  { count, milliseconds }: { readonly count: number; readonly milliseconds: number },
  burst = count,
): GcraRate {
  // A rate of nothing lets one call through in a very long time rather than dividing by zero.
  return { interval: milliseconds / Math.max(count, 1e-9), burst: Math.max(1, burst) }
}

/** draft-ietf-httpapi-ratelimit-headers-10 section 4: quota and window in seconds. */
function header(name: string, { interval, burst }: GcraRate): string {
  return `"${name}";q=${burst};w=${Math.max(1, Math.ceil((interval * burst) / 1000))}`
}

/** The credential as it was sent, hashed; nothing when none was. */
function presentedKeys({ headers, exposure, query }: Exchange, { pseudonym }: Ports): readonly string[] {
  const { authorization } = headers
  if (authorization !== undefined) return [pseudonym('presented', authorization)]
  for (const { requirements } of exposure?.access.alternatives ?? []) {
    for (const { definition } of requirements) {
      if (definition?.type !== 'apiKey') continue
      const value = definition.in === 'header' ? headers[definition.name.toLowerCase()] : undefined
      if (typeof value === 'string') return [pseudonym('presented', value)]
      if (definition.in === 'query' && query.includes(definition.name)) {
        return [pseudonym('presented', new URLSearchParams(query).get(definition.name) ?? '')]
      }
    }
  }
  return nobody
}

const nobody: readonly string[] = []

function enforce(limits: readonly EnforcedLimit[], ports: Ports): Check {
  const state = ports.keep('rate-limit', () => new Gcra())
  return exchange => {
    const now = ports.clock.now()
    let tightest: { readonly limit: EnforcedLimit; readonly verdict: GcraVerdict } | undefined
    for (const limit of limits) {
      for (const key of limit.keys(exchange)) {
        const verdict = state.take(`${limit.name}\n${key}`, limit.rate, now, limit.cost)
        if (!verdict.allowed) return refuse(limit, verdict)
        if (limit.shown && (tightest === undefined || verdict.remaining < tightest.verdict.remaining)) {
          tightest = { limit, verdict }
        }
      }
    }
    if (tightest !== undefined) tell(exchange, tightest.limit, tightest.verdict)
    return undefined
  }
}

/** How the client stands under the limit that it will meet first. */
function tell({ extraHeaders }: Exchange, { policyHeader }: EnforcedLimit, verdict: GcraVerdict): void {
  extraHeaders['ratelimit-policy'] = policyHeader
  extraHeaders['ratelimit'] = standing(policyHeader, verdict)
}

function standing(policyHeader: string, { remaining, retryAfter, resetAfter }: GcraVerdict): string {
  const name = policyHeader.slice(0, policyHeader.indexOf(';'))
  return `${name};r=${remaining};t=${Math.ceil((retryAfter > 0 ? retryAfter : resetAfter) / 1000)}`
}

function refuse(limit: EnforcedLimit, verdict: GcraVerdict): Verdict {
  return {
    refuse: 429,
    because: {
      weakness: limit.weakness,
      problem: 'too-many-requests',
      detail: 'Too many requests. Wait as long as Retry-After says.',
      log: `over the limit ${limit.name} (${limit.policyHeader})`,
      headers: {
        'retry-after': String(Math.max(1, Math.ceil(verdict.retryAfter / 1000))),
        'ratelimit-policy': limit.policyHeader,
        ratelimit: standing(limit.policyHeader, verdict),
      },
    },
  }
}

const defaults = {
  network: { rate: '600/1m', burst: 200 },
  credential: { rate: '600/1m', burst: 200 },
  authenticationFlow: { rate: '20/5m' },
} as const satisfies Record<keyof RateLimitOptions, RateOption>

function readOptions(configured: unknown): RateLimitOptions {
  const given = isObject(configured) ? configured : {}
  for (const name of Object.keys(given)) if (!Object.hasOwn(defaults, name)) throw wrong(`has no option "${name}"`)
  const read = (name: keyof typeof defaults) => readRate(name, given[name] ?? defaults[name])
  return { network: read('network'), credential: read('credential'), authenticationFlow: read('authenticationFlow') }
}

function readRate(name: string, value: unknown): GcraRate | undefined {
  if (value === false) return undefined
  const text = isObject(value) ? value['rate'] : value
  const rate = typeof text === 'string' ? parseRate(text) : undefined
  const burst = isObject(value) ? value['burst'] : undefined
  if (
    rate === undefined ||
    rate.count === 0 ||
    (burst !== undefined && !(Number.isInteger(burst) && Number(burst) > 0))
  ) {
    throw wrong(`needs a rate for "${name}"`)
  }
  return toGcra(rate, burst === undefined ? undefined : Number(burst))
}

function wrong(what: string): Fault {
  const hint = 'It takes network, credential and authenticationFlow, each false or like { rate: "600/1m", burst: 200 }.'
  return new Fault('configuration', `The policy rate-limit ${what}.`, { hint })
}
