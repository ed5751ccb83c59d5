import type { ApiEvent } from '../../risk/event.ts'
import { defineDetector, type Notice } from '../detector.ts'
import { optionsParser } from '../options.ts'
import { distinctWindow } from '../sketch/distinct-counter.ts'
import { callerKey, objectKey, succeeded } from '../sketch/ledger.ts'
import { boundedKey } from '../sketch/sketch.ts'

const defaults = {
  window: 600_000,
  /** Distinct ids of one type that were refused or not found. */
  misses: 20,
  /** Distinct ids of one type that the caller was never handed, when they were answered. */
  strange: 50,
  /** How many times as many an application's key may use, which keeps ids in a database of its own. */
  keyFactor: 10,
  exceptTypes: [] as readonly string[],
  exceptCallers: [] as readonly string[],
}

/**
 * **What an attacker does.** Counts through ids, or tries them from a list, to find out which objects exist and to read
 * those that nobody protects.
 *
 * **How this answers.** For each caller and type of object it counts distinct ids within ten minutes: those that were
 * refused or not found (20, and at least half of what the caller used), and those that were answered though the
 * caller had never been handed them (50; 100 where the API never hands out ids of that type at all).
 *
 * **When it is wrong.** Somebody who works through a list kept elsewhere (a migration, a partner's nightly run)
 * looks the same; keys of applications are allowed ten times as much. Right after the start nothing has been handed to
 * anybody yet, so a lively client may reach the second threshold. A slow attacker stays below both. Anonymous
 * callers are counted by network, which several people may share.
 *
 * **How to waive it.** Raise `misses`, `strange` or `keyFactor`, or name types and callers in `exceptTypes` and
 * `exceptCallers`.
 */
export const idEnumeration = defineDetector<typeof defaults>({
  kind: 'detector',
  id: 'id-enumeration',
  summary: 'Notices callers who try many object ids that they were never handed.',
  covers: ['predictable-object-id', 'object-harvesting'],
  severity: 'medium',
  remedy:
    'Answer for an object only after checking that the caller may use it; make ids unguessable (UUIDv4) or let the guard seal them, and set a budget of distinct objects for each caller.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/'],
  options: optionsParser('id-enumeration', defaults),
  start(sketches, options) {
    const kind = distinctWindow(options.window)
    const caps = { entries: 20_000, bytes: 6 * 1024 * 1024 }
    const used = sketches.map('id-enumeration/used', kind, caps)
    const missed = sketches.map('id-enumeration/missed', kind, caps)
    const strange = sketches.map('id-enumeration/strange', kind, caps)
    const exceptTypes = new Set(options.exceptTypes)
    const exceptCallers = new Set(options.exceptCallers)

    return {
      *observe(event) {
        if (exceptCallers.has(event.caller.id)) return
        const touched = new Map<string, string>()
        for (const object of event.used) {
          if (exceptTypes.has(object.type)) continue
          const standing = sketches.ledger.standing(event, object).kind
          if (standing === 'held' || standing === 'open') continue
          const key = boundedKey(callerKey(event.caller), object.type)
          touched.set(object.type, key)
          for (const map of missedObject(event) ? [used, missed] : [used, strange]) {
            map.use(key, window => window.add(event.at, objectKey(object)))
          }
        }
        const factor = event.caller.kind === 'key' ? options.keyFactor : 1
        for (const [type, key] of touched) {
          const misses = missed.peek(key)?.count(event.at) ?? 0
          const answered = strange.peek(key)?.count(event.at) ?? 0
          const all = used.peek(key)?.count(event.at) ?? 0
          const unhanded = sketches.ledger.handsOut(type) ? 1 : 2
          if (misses >= options.misses * factor && misses * 2 >= all)
            yield noticeOf(event, type, { misses, answered, all })
          else if (answered >= options.strange * factor * unhanded)
            yield noticeOf(event, type, { misses, answered, all })
        }
      },
    }
  },
})

/** Refused, not found or forbidden. A time-out or a full server says nothing about the id. */
function missedObject(event: ApiEvent): boolean {
  return event.decision === 'refused' || (event.status >= 400 && event.status < 500 && event.status !== 429)
}

interface Counts {
  readonly misses: number
  readonly answered: number
  readonly all: number
}

function noticeOf(event: ApiEvent, type: string, { misses, answered, all }: Counts): Notice {
  const { caller, operation } = event
  return {
    // Answers are a collection that leaves already; refusals only tell that somebody is guessing.
    weakness: answered > misses ? 'object-harvesting' : 'predictable-object-id',
    severity: answered > misses ? 'high' : 'medium',
    message: `One caller tried ${all} different ${type} ids that it was never handed: ${misses} were refused or not found, ${answered} were answered. That is how a collection is searched or copied.`,
    ...(operation === undefined ? {} : { operation }),
    subject: `${caller.kind} ${caller.id} ${type}`,
    evidence: {
      caller: caller.id,
      callerKind: caller.kind,
      objectType: type,
      distinctIds: all,
      missed: misses,
      answered,
      lastPassed: succeeded(event),
      incident: event.id,
    },
    confidence: caller.kind === 'subject' && misses > answered ? 'firm' : 'tentative',
    size: all,
  }
}
