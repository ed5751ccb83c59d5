import type { ApiEvent } from '../../risk/event.ts'
import { defineDetector, type Notice } from '../detector.ts'
import { optionsParser } from '../options.ts'
import { type Usual, usualOf } from '../peers.ts'
import { harvestWindow } from '../sketch/harvest-window.ts'
import { callerKey, objectKey, succeeded } from '../sketch/ledger.ts'
import { boundedKey } from '../sketch/sketch.ts'

const defaults = {
  window: 3_600_000,
  /** Never noticed below this, whatever the peers do. */
  floor: 200,
  /** Noticed from here where there are fewer than four peers to compare with. */
  alone: 500,
  /** How many times as much as the peers' median. */
  factor: 8,
  exceptTypes: [] as readonly string[],
  exceptCallers: [] as readonly string[],
}

const leastPeers = 4
const mostPeers = 2_000

/**
 * **What an attacker does.** Walks a list or feed to its end, page after page, day and night: each request is
 * harmless and within every rate limit, and in the end they own a copy of the collection.
 *
 * **How this answers.** For each caller and type it counts the distinct objects handed out within an hour, and compares
 * with the other callers of the same kind: noticed is what is at least 200, at least eight times the peers' median, and
 * above the median by more than five times their (normalised) median absolute deviation. With fewer than four peers it
 * is 500. A request that the guard refused because the caller's budget of objects is spent is noticed as well (medium).
 *
 * **When it is wrong.** Events list a hundred objects of an answer; where an answer held more, the number of distinct
 * objects is estimated from the share that was listed. Anonymous callers are counted by network, and behind one address
 * may be an office. Many addresses or accounts that each take a little stay below. A nightly export by a
 * person's account looks like harvesting, because it is.
 *
 * **How to waive it.** `exceptCallers` and `exceptTypes`, or higher `floor`, `alone` and `factor`.
 */
export const objectHarvesting = defineDetector<typeof defaults>({
  kind: 'detector',
  id: 'object-harvesting',
  summary: 'Notices callers who are handed far more distinct objects than their peers.',
  covers: ['object-harvesting'],
  severity: 'high',
  remedy:
    'Give the operation or the type of object a budget of distinct objects per caller (x-rugged `budget`), cap the page size, and ask for authentication where the collection is not meant to be copied.',
  references: [
    'https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/',
    'https://owasp.org/API-Security/editions/2023/en/0xa6-unrestricted-access-to-sensitive-business-flows/',
  ],
  options: optionsParser('object-harvesting', defaults),
  start(sketches, options) {
    const callers = sketches.map('object-harvesting/callers', harvestWindow(options.window), {
      entries: 20_000,
      bytes: 16 * 1024 * 1024,
    })
    const exceptTypes = new Set(options.exceptTypes)
    const exceptCallers = new Set(options.exceptCallers)

    function usual(at: number, group: string, own: string): Usual {
      const counts: number[] = []
      for (const [key, harvest] of callers.entries()) {
        if (key === own || harvest.group !== group) continue
        const count = harvest.count(at)
        if (count > 0) counts.push(count)
        if (counts.length >= mostPeers) break
      }
      return usualOf(counts)
    }

    return {
      *observe(event) {
        if (exceptCallers.has(event.caller.id)) return
        if (refusedByBudget(event)) yield budgetNotice(event)
        // What a caller has just created was not taken from anybody.
        if (!succeeded(event) || event.status === 201 || event.handed.length === 0) return
        const total = Math.max(event.handedCount, event.handed.length)
        for (const type of new Set(event.handed.map(object => object.type))) {
          if (exceptTypes.has(type)) continue
          const listed = event.handed.filter(object => object.type === type)
          const group = boundedKey(event.caller.kind, type)
          const key = boundedKey(callerKey(event.caller), type)
          const { count, due } = callers.use(key, harvest => {
            const handed = (listed.length * total) / event.handed.length
            harvest.take(event.at, group, listed.map(objectKey), handed)
            return { count: harvest.count(event.at), due: harvest.due(event.at, options.floor) }
          })
          if (!due) continue
          const peers = usual(event.at, group, key)
          const wanted = threshold(peers, options)
          // Peers are gone through again when the count has grown by a tenth: the cost stays small whatever is fed.
          const next = count < wanted ? Math.min(wanted, count * 1.1) : count * 1.1
          callers.use(key, harvest => harvest.judged(event.at, next))
          if (count >= wanted) yield harvestNotice(event, type, count, peers)
        }
      },
    }
  },
})

function threshold(peers: Usual, options: typeof defaults): number {
  if (peers.peers < leastPeers) return Math.max(options.alone, options.floor)
  // 1.4826 makes the median absolute deviation of a normal distribution its standard deviation.
  return Math.max(options.floor, options.factor * peers.median, peers.median + 5 * 1.4826 * peers.deviation)
}

function refusedByBudget(event: ApiEvent): boolean {
  return event.decision !== 'passed' && event.reasons.some(reason => reason.weakness === 'object-harvesting')
}

function budgetNotice(event: ApiEvent): Notice {
  const { caller, operation, decision } = event
  const refused = decision === 'refused'
  return {
    severity: refused ? 'medium' : 'high',
    message: `A caller has used up its budget of distinct objects and asked for more; the request was ${refused ? 'refused' : 'let pass, because the budget only alerts'}.`,
    ...(operation === undefined ? {} : { operation }),
    subject: `budget ${caller.kind} ${caller.id}`,
    evidence: { caller: caller.id, callerKind: caller.kind, refused, status: event.status, incident: event.id },
  }
}

function harvestNotice(event: ApiEvent, type: string, count: number, { peers, median }: Usual): Notice {
  const { caller, operation } = event
  const beside =
    peers < leastPeers ? 'hardly anybody else uses it' : `its ${peers} peers took ${Math.round(median)} (median)`
  return {
    message: `One caller was handed about ${count} different ${type} objects within the hour, while ${beside}. At this pace the whole collection leaves.`,
    ...(operation === undefined ? {} : { operation }),
    subject: `${caller.kind} ${caller.id} ${type}`,
    evidence: {
      caller: caller.id,
      callerKind: caller.kind,
      objectType: type,
      distinctObjects: count,
      peers,
      peersMedian: median,
      incident: event.id,
    },
    confidence: caller.kind !== 'anonymous' && peers >= leastPeers ? 'firm' : 'tentative',
    size: count,
  }
}
