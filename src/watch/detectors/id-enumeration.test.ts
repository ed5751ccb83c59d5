import { describe, expect, it } from 'vitest'
import type { ApiEvent } from '../../risk/event.ts'
import { applicationKey, event, findingsOf, hour, object, objects, second, start, subject } from '../event.fixture.ts'
import { idEnumeration } from './id-enumeration.ts'

const bert = subject('bert')

/** One request for each id, a second apart. */
function counts(howMany: number, more: Partial<ApiEvent> = {}, step = second): readonly ApiEvent[] {
  return Array.from({ length: howMany }, (_, index) =>
    event({
      path: '/users/{id}',
      caller: bert,
      at: start + index * step,
      used: [object('user', index, 'path id')],
      ...more,
    }),
  )
}

const notFound = { status: 404 }
const handsOutUsers = event({ path: '/friends', caller: subject('anna'), handed: objects('user', 3, 9_000) })

describe('id-enumeration', () => {
  describe('quiet', () => {
    const quiet: Record<string, readonly ApiEvent[]> = {
      'nineteen ids not found': counts(19, notFound),
      'one id not found again and again': counts(100, { ...notFound, used: [object('user', 1, 'path id')] }),
      'ids that the caller was handed before': [
        event({ path: '/users', caller: bert, handed: objects('user', 80, 0) }),
        ...counts(80),
      ],
      'a few dead links among many live ones': [
        event({ path: '/users', caller: bert, handed: objects('user', 60, 0) }),
        ...counts(60),
        ...counts(19, { ...notFound }),
      ],
      'time-outs and a full server': counts(60, { status: 503, decision: 'refused', used: [] }),
      'too many requests, which tells nothing of the id': counts(45, { status: 429 }),
      'the same, but an hour between two of them': counts(60, notFound, hour),
      "an application's key below ten times the threshold": counts(150, { ...notFound, caller: applicationKey('app') }),
    }
    for (const [name, events] of Object.entries(quiet)) {
      it(name, () => expect(findingsOf(events, idEnumeration)).toEqual([]))
    }

    it('for callers that are left out, and with higher thresholds', () => {
      expect(findingsOf(counts(60, notFound), idEnumeration, { exceptCallers: ['bert'] })).toEqual([])
      expect(findingsOf(counts(60, notFound), idEnumeration, { misses: 100 })).toEqual([])
    })
  })

  describe('notices', () => {
    const notices: Record<string, readonly [readonly ApiEvent[], string]> = {
      'twenty ids that were not found': [counts(20, notFound), 'medium'],
      'twenty ids that the guard refused': [counts(20, { status: 404, decision: 'refused' }), 'medium'],
      'fifty ids that were answered though never handed': [[handsOutUsers, ...counts(50)], 'high'],
      'a hundred where the API never hands out such ids': [counts(100), 'high'],
      'a batch of ids in one request': [
        [event({ method: 'POST', path: '/users/lookup', caller: bert, used: objects('user', 25), ...notFound })],
        'medium',
      ],
      "an application's key at ten times the threshold": [
        counts(200, { ...notFound, caller: applicationKey('app') }, 100),
        'medium',
      ],
    }
    for (const [name, [events, severity]] of Object.entries(notices)) {
      it(name, () => {
        const found = findingsOf(events, idEnumeration)
        const weakness = severity === 'high' ? 'object-harvesting' : 'predictable-object-id'
        expect(found).toMatchObject([{ card: 'detector/id-enumeration', weakness, severity }])
        expect(found[0]?.message).toMatch(/^One caller tried \d+ different user ids that it was never handed/)
      })
    }

    it('what happens across the boundary of a window', () => {
      const shifted = counts(20, notFound).map(one => ({ ...one, at: one.at + 10 * 60_000 - 10 * second }))
      expect(findingsOf(shifted, idEnumeration)).toHaveLength(1)
    })
  })
})
