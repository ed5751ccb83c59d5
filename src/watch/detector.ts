import type { Instant } from '../core/clock.ts'
import type { Card } from '../risk/card.ts'
import type { ApiEvent } from '../risk/event.ts'
import type { Draft, NotEvaluated } from '../risk/finding.ts'
import type { Sketches } from './sketch/sketches.ts'

/** What a detector noticed. The stream merges notices of one fingerprint into one finding. */
export interface Notice extends Draft {
  /** How large the incident is by now; the number of repeats when absent. A finding is raised again as it grows by ten. */
  readonly size?: number
}

/** One run of a detector over a stream of events. Time comes from the events, so that a stream can be replayed. */
export interface Observation {
  observe(event: ApiEvent): Iterable<Notice | NotEvaluated>
  /** For what is noticed by its absence, or at the end of a window. */
  tick?(now: Instant): Iterable<Notice | NotEvaluated>
}

/** Is somebody doing it now? Its memory is made of the room's bounded structures, whatever an attacker sends. */
export interface Detector<Options = undefined> extends Card {
  readonly kind: 'detector'
  /** Parses the detector's entry in the configuration; called once with undefined where there is none. */
  readonly options?: (configured: unknown) => Options
  start(sketches: Sketches, options: Options): Observation
}

export function defineDetector<Options = undefined>(detector: Detector<Options>): Detector<Options> {
  return detector
}
