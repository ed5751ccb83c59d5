import type { Finding } from '../risk/finding.ts'
import { watchEvents } from '../watch/stream.ts'
import { emptyConfiguration } from './configuration.ts'
import { loadExposure } from './contract-file.ts'
import { watchOptions } from './guard-service.ts'
import type { LabCase, RunningTwin } from './lab-case.ts'
import { openGuard } from './run-guard.ts'

/** A guard before a twin, as its owner would run it: contract, overlay, issuer, and watch on its events. */
export interface GuardedTwin {
  /** The twin as its users reach it now. */
  readonly target: RunningTwin
  readonly watch: { findings(): readonly Finding[] }
  /** Closes the guard; the twin stays. */
  close(): Promise<void>
}

export async function guardTwin(
  breach: LabCase,
  twin: RunningTwin,
  options: { readonly observe: boolean },
): Promise<GuardedTwin> {
  const findings: Finding[] = []
  const exposure = await loadExposure(breach.contract, [breach.overlay])
  const watch = watchEvents({ options: watchOptions(exposure) })
  const guard = await openGuard({
    exposure,
    upstream: new URL(twin.url),
    configuration: {
      ...emptyConfiguration,
      listen: '127.0.0.1:0',
      observe: options.observe,
      issuers:
        twin.issuer === undefined ? [] : [{ ...twin.issuer, audience: [twin.issuer.audience], jwks: twin.issuer.jwks }],
    },
    onEvent: event => findings.push(...watch.observe(event)),
  })
  return {
    target: { ...twin, url: guard.url },
    watch: { findings: () => [...findings] },
    close: () => guard.close(),
  }
}
