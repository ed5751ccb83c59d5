import type { ApiExposure, OperationExposure } from '../exposure/exposure.ts'
import type { Card } from '../risk/card.ts'
import type { Outcome } from '../risk/finding.ts'
import type { ProbeEffect } from './effect.ts'
import type { ApiScene, Scene } from './scene.ts'

/** Proves on a running API what the design only allows. It reports nothing that it cannot show twice. */
export interface Probe extends Card {
  readonly kind: 'probe'
  /** The least that the user must allow for it to run; with more allowed it may do more, never beyond it. */
  readonly effect: ProbeEffect
  api?(scene: ApiScene): AsyncIterable<Outcome>
  /** The test of one operation, or undefined where there is nothing to test. */
  operation?(exposure: OperationExposure, api: ApiExposure): ((scene: Scene) => AsyncIterable<Outcome>) | undefined
}

export function defineProbe(probe: Probe): Probe {
  return probe
}
