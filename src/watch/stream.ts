import { type Clock, type Instant, systemClock } from '../core/clock.ts'
import { Fault } from '../core/fault.ts'
import { isObject, type JsonObject, member } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'
import { cardName } from '../risk/card.ts'
import type { ApiEvent } from '../risk/event.ts'
import { type Finding, isNotEvaluated, type NotEvaluated, type NotEvaluatedEntry, toFinding } from '../risk/finding.ts'
import type { Detector, Notice, Observation } from './detector.ts'
import { detectors as allDetectors } from './detectors/index.ts'
import { Merger } from './merge.ts'
import { isCount } from './sketch/sketch.ts'
import { Sketches } from './sketch/sketches.ts'

const mostNotEvaluated = 100

export interface WatchOptions {
  /** Those that are known when absent. */
  readonly detectors?: readonly Detector<unknown>[]
  /** By detector id: its options, or `false` to leave it out. One that is new and unsure takes part only when it is named. */
  readonly options?: Readonly<Record<string, unknown>>
  /** What `save` gave in an earlier run. */
  readonly saved?: unknown
  /** The cap of memory over all detectors, in bytes; 96 MiB when absent. */
  readonly bytes?: number
  /** Only for a `tick` without a time. */
  readonly clock?: Clock
}

export interface WatchSummary {
  readonly events: number
  readonly first?: Instant
  readonly last?: Instant
  readonly passed: number
  readonly alerted: number
  readonly refused: number
  /** Findings given out. */
  readonly raised: number
  /** Notices that only repeated a finding already given out. */
  readonly merged: number
  readonly notEvaluated: readonly NotEvaluatedEntry[]
  /** What the detectors remember, in bytes by an upper estimate, and how many entries they had to forget. */
  readonly memory: { readonly bytes: number; readonly evicted: number }
}

export interface Watch {
  /** The findings that this event gives rise to; mostly none. */
  observe(event: ApiEvent): readonly Finding[]
  /** Lets time pass, for what is noticed by its absence. */
  tick(now?: Instant): readonly Finding[]
  summary(): WatchSummary
  /** Everything remembered, as plain JSON; a watch that starts with it goes on where this one stands. */
  save(): JsonObject
}

/**
 * Runs detectors over a stream of events. Time is that of the events, so the same events give the same findings,
 * whenever they are replayed.
 *
 * @example
 * const watch = watchEvents()
 * for (const event of readEvents(lines)) for (const finding of watch.observe(event)) report(finding)
 */
export function watchEvents(options: WatchOptions = {}): Watch {
  const sketches = new Sketches({
    ...(options.bytes === undefined ? {} : { bytes: options.bytes }),
    ...(options.saved === undefined ? {} : { saved: member(options.saved, 'sketches') ?? null }),
  })
  const merger = new Merger(sketches)
  const running = start(options, sketches)
  const clock = options.clock ?? systemClock
  const counts = restoreCounts(member(options.saved, 'counts'))
  const notEvaluated = new Map<string, NotEvaluatedEntry>()

  function conclude(detector: Detector<unknown>, outcome: Notice | NotEvaluated, at: Instant): readonly Finding[] {
    if (isNotEvaluated(outcome)) {
      const entry = { card: cardName('detector', detector), ...outcome }
      if (notEvaluated.size < mostNotEvaluated) notEvaluated.set(JSON.stringify(entry), entry)
      return []
    }
    const finding = toFinding('detector', detector, outcome)
    const { raise, seen, since } = merger.merge(finding.fingerprint, finding.card, finding.severity, at, outcome.size)
    counts[raise ? 'raised' : 'merged']++
    if (!raise) return []
    const time = { seen, since: isoTime(since), until: isoTime(at) }
    return [{ ...finding, evidence: { ...finding.evidence, ...time } }]
  }

  return {
    observe(event) {
      counts.events++
      counts[event.decision]++
      counts.first = counts.first < 0 ? event.at : Math.min(counts.first, event.at)
      counts.last = Math.max(counts.last, event.at)
      const findings = running.flatMap(({ detector, observation }) =>
        [...observation.observe(event)].flatMap(outcome => conclude(detector, outcome, event.at)),
      )
      // Learnt last: what an answer hands out must not make the request that drew it look familiar.
      sketches.ledger.learn(event)
      return findings
    },
    tick(now = clock.now()) {
      return running.flatMap(({ detector, observation }) =>
        [...(observation.tick?.(now) ?? [])].flatMap(outcome => conclude(detector, outcome, now)),
      )
    },
    summary() {
      const { first, last, ...rest } = counts
      return {
        ...rest,
        ...(first < 0 ? {} : { first, last }),
        notEvaluated: [...notEvaluated.values()],
        memory: { bytes: sketches.bytes, evicted: sketches.evicted },
      }
    },
    save: () => ({ sketches: sketches.save(), counts: { ...counts } }),
  }
}

interface Running {
  readonly detector: Detector<unknown>
  readonly observation: Observation
}

function start(options: WatchOptions, sketches: Sketches): readonly Running[] {
  const detectors = options.detectors ?? allDetectors
  const configured = options.options ?? {}
  const ids = detectors.map(detector => detector.id)
  for (const id of Object.keys(configured)) {
    if (ids.includes(id)) continue
    const near = nearest(id, ids)
    const hint = near === undefined ? `There are ${ids.join(', ')}.` : `Did you mean ${near}?`
    throw new Fault('configuration', `There is no detector ${JSON.stringify(id)}.`, { hint })
  }
  return detectors.flatMap(detector => {
    const own = Object.hasOwn(configured, detector.id) ? configured[detector.id] : undefined
    if (own === false || (detector.stability === 'new' && own === undefined)) return []
    const parsed = detector.options?.(own === true ? undefined : own)
    return [{ detector, observation: detector.start(sketches, parsed) }]
  })
}

function restoreCounts(saved: unknown) {
  const counts = { events: 0, first: -1, last: -1, passed: 0, alerted: 0, refused: 0, raised: 0, merged: 0 }
  if (!isObject(saved)) return counts
  const from = (name: keyof typeof counts) => (isCount(saved[name]) ? saved[name] : counts[name])
  return {
    events: from('events'),
    first: from('first'),
    last: from('last'),
    passed: from('passed'),
    alerted: from('alerted'),
    refused: from('refused'),
    raised: from('raised'),
    merged: from('merged'),
  }
}

/** Times beyond the calendar of JavaScript stay numbers: a hostile file must not end the run. */
function isoTime(at: Instant): string | number {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : at
}
