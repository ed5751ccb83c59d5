import { isObject, isString, type JsonValue } from '../core/json.ts'
import { compareSeverity, type Severity, severities } from '../risk/weakness.ts'
import type { LruMap } from './sketch/lru-map.ts'
import { isCount, type Sketch, type SketchKind } from './sketch/sketch.ts'
import type { Sketches } from './sketch/sketches.ts'
import { type WindowCounter, windowCounter } from './sketch/window-counter.ts'

const window = 3_600_000
const growth = 10
const mostPerWindow = 200

/** Whether to raise a finding, and how often it was seen since when. */
export interface Merged {
  readonly raise: boolean
  readonly seen: number
  readonly since: number
}

/**
 * Makes one finding of many notices: it is raised once in an hour, and again only when it has grown tenfold or become
 * more severe. Of one detector and severity at most 200 are raised in an hour, so that noise in one place cannot drown
 * another.
 *
 * Memory: 10,000 findings and 4 MiB; a forgotten one is raised anew.
 */
export class Merger {
  readonly #raised: LruMap<RaisedFinding>
  readonly #perDetector: LruMap<WindowCounter>

  constructor(sketches: Sketches) {
    this.#raised = sketches.map('stream/raised', raisedFinding, { entries: 10_000, bytes: 4 * 1024 * 1024 })
    this.#perDetector = sketches.map('stream/detectors', windowCounter(window, 12), {
      entries: 1_000,
      bytes: 512 * 1024,
    })
  }

  merge(fingerprint: string, card: string, severity: Severity, at: number, size: number | undefined): Merged {
    const merged = this.#raised.use(fingerprint, finding => finding.see(at, severity, size))
    if (!merged.raise) return merged
    const allowed = this.#perDetector.use(`${card} ${severity}`, counter => {
      if (counter.count(at) >= mostPerWindow) return false
      counter.add(at)
      return true
    })
    return { ...merged, raise: allowed }
  }
}

class RaisedFinding implements Sketch {
  readonly bytes = 120
  #since: number
  #seen: number
  #raiseAt: number
  #severity: Severity

  constructor(since = -1, seen = 0, raiseAt = 0, severity: Severity = 'info') {
    this.#since = since
    this.#seen = seen
    this.#raiseAt = raiseAt
    this.#severity = severity
  }

  see(at: number, severity: Severity, size: number | undefined): Merged {
    const anew = this.#since < 0 || at - this.#since >= window || this.#since - at >= window
    if (anew) {
      this.#since = at
      this.#seen = 0
      this.#severity = severity
    }
    this.#seen++
    const reached = size ?? this.#seen
    const worse = compareSeverity(severity, this.#severity) < 0
    const raise = anew || worse || reached >= this.#raiseAt
    if (worse) this.#severity = severity
    if (raise) this.#raiseAt = Math.max(1, reached) * growth
    return { raise, seen: this.#seen, since: this.#since }
  }

  save(): JsonValue {
    return { since: this.#since, seen: this.#seen, raiseAt: this.#raiseAt, severity: this.#severity }
  }
}

const raisedFinding: SketchKind<RaisedFinding> = {
  shape: 'raised-finding',
  create: () => new RaisedFinding(),
  restore: saved => {
    if (!isObject(saved) || !isString(saved['severity'])) return undefined
    const severity = severities.find(known => known === saved['severity'])
    const { since, seen, raiseAt } = saved
    if (severity === undefined || !isCount(since) || !isCount(seen) || !isCount(raiseAt)) return undefined
    return new RaisedFinding(since, seen, raiseAt, severity)
  },
}
