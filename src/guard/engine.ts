import { lookup } from 'node:dns/promises'
import { compileMatcher, type Matcher } from '../contract/match.ts'
import { compileValidators } from '../contract/validate.ts'
import type { Clock } from '../core/clock.ts'
import type { ApiExposure } from '../exposure/exposure.ts'
import type { Authenticator } from '../identity/authenticator.ts'
import type { ApiEvent } from '../risk/event.ts'
import { createAsk } from './ask.ts'
import type { ClientLimits } from './client-limits.ts'
import { compilePlans, type Plans, type PolicySettings } from './compile.ts'
import { createInputPlans, type InputPlans } from './input-plan.ts'
import type { LiveExchange } from './live-exchange.ts'
import type { Explain } from './pipeline.ts'
import { policies } from './policies/index.ts'
import type { Policy } from './policy.ts'
import type { LookUp, Ports, Pseudonym } from './ports.ts'
import type { Upstream } from './upstream.ts'

/** What does not change with the contract. */
export interface EngineSettings {
  readonly clock: Clock
  readonly limits: ClientLimits
  readonly trustedHops: number
  readonly onEvent: ((event: ApiEvent) => void) | undefined
  readonly explain: Explain | undefined
  readonly use: readonly Policy<unknown>[] | undefined
}

export interface EngineParts {
  readonly exposure: ApiExposure
  readonly upstream: Upstream
  readonly authenticator: Authenticator
  readonly pseudonym: Pseudonym
  /** What outlives a reload, by name. */
  readonly kept: Map<string, unknown>
  readonly lookUp: LookUp | undefined
  readonly settings: EngineSettings
  readonly policySettings: PolicySettings
}

/** Everything compiled from one version of a contract. A request keeps the engine it came in under. */
export interface Engine {
  readonly api: ApiExposure
  readonly settings: EngineSettings
  readonly upstream: Upstream
  readonly ports: Ports
  readonly plans: Plans
  readonly inputs: InputPlans
  /** Finds the operation and writes it into the exchange. */
  route(exchange: LiveExchange): void
}

/** @throws Fault `configuration` */
export function createEngine(parts: EngineParts): Engine {
  const { exposure: api, upstream, authenticator, pseudonym, kept, settings } = parts
  const { contract } = api
  const matcher = compileMatcher(contract)
  const validators = compileValidators(contract)
  const ports: Ports = {
    clock: settings.clock,
    contract,
    validators,
    authenticator,
    pseudonym,
    ask: createAsk(upstream),
    lookUp: parts.lookUp ?? resolveName,
    keep<T>(name: string, create: () => T): T {
      if (!kept.has(name)) kept.set(name, create())
      // Names begin with the policy's id, so that whoever asks is who made it.
      return kept.get(name) as T
    },
  }
  return {
    api,
    settings,
    upstream,
    ports,
    plans: compilePlans(settings.use ?? policies, api, ports, parts.policySettings),
    inputs: createInputPlans(contract),
    route: exchange => route(matcher, api, exchange),
  }
}

function route(matcher: Matcher, api: ApiExposure, exchange: LiveExchange): void {
  const asked = matcher.match(exchange.method, exchange.target)
  let found = asked
  if (exchange.method === 'HEAD' && asked.kind === 'method-not-allowed' && asked.allow.includes('GET')) {
    // HEAD is GET without the content: judged as one and forwarded as one, so that every proof sees the body.
    exchange.method = 'GET'
    found = matcher.match('GET', exchange.target)
  }
  switch (found.kind) {
    case 'found':
      exchange.route = asked.kind === 'method-not-allowed' ? { kind: 'head-of-get', allowed: asked.allow } : matched
      exchange.exposure = api.of(found.operation)
      exchange.pathParameters = found.pathParameters
      return
    case 'method-not-allowed':
      exchange.route = { kind: 'unknown-method', allowed: found.allow }
      return
    case 'not-found':
      exchange.route = { kind: 'unknown-path' }
      return
    case 'refused':
      exchange.route = { kind: 'hostile', why: found.why }
  }
}

const matched = { kind: 'operation' } as const

async function resolveName(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, verbatim: true })
  return found.map(({ address }) => address)
}
