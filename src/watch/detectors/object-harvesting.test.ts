import { describe, expect, it } from 'vitest'
import type { ApiEvent, EventCaller } from '../../risk/event.ts'
import { anonymous, event, findingsOf, minute, objects, second, start, subject } from '../event.fixture.ts'
import { objectHarvesting } from './object-harvesting.ts'

/** Pages of a feed, one after the other. */
function walks(caller: EventCaller, pages: number, size: number, more: Partial<ApiEvent> = {}): readonly ApiEvent[] {
  return Array.from({ length: pages }, (_, page) =>
    event({
      path: '/feed',
      caller,
      at: start + 10 * minute + page * second,
      handed: objects('story', Math.min(size, 100), page * size),
      handedCount: size,
      ...more,
    }),
  )
}

const peers = (each: number): readonly ApiEvent[] =>
  Array.from({ length: 8 }, (_, index) => walks(anonymous(`192.0.2.${index + 1}`), 1, each, { at: start })).flat()

const harvester = anonymous('203.0.113.66')

describe('object-harvesting', () => {
  describe('quiet', () => {
    const quiet: Record<string, readonly ApiEvent[]> = {
      'a handful of objects': walks(harvester, 3, 20),
      'fewer than the floor of 200, although far beyond the peers': [...peers(2), ...walks(harvester, 9, 20)],
      'less than eight times the median of the peers': [...peers(60), ...walks(harvester, 20, 20)],
      'the same page read again and again': Array.from({ length: 80 }, () => walks(harvester, 1, 100)).flat(),
      'the same long list polled, of which the event shows a part': Array.from({ length: 80 }, () =>
        walks(harvester, 1, 450),
      ).flat(),
      'hardly any peers and fewer than 500': walks(harvester, 24, 20),
      'objects that the caller creates': walks(subject('importer'), 1_000, 1, { method: 'POST', status: 201 }),
      'a walk so slow that no window holds much of it': Array.from({ length: 600 }, (_, page) =>
        event({ path: '/feed', caller: harvester, at: start + page * 10 * minute, handed: objects('story', 1, page) }),
      ),
      'an answer that did not leave': walks(harvester, 40, 100, { decision: 'refused', status: 429 }),
    }
    for (const [name, events] of Object.entries(quiet)) {
      it(name, () => expect(findingsOf(events, objectHarvesting)).toEqual([]))
    }

    it('for callers and types that are left out', () => {
      const events = walks(subject('exporter'), 50, 100)
      expect(findingsOf(events, objectHarvesting)).not.toEqual([])
      expect(findingsOf(events, objectHarvesting, { exceptCallers: ['exporter'] })).toEqual([])
      expect(findingsOf(events, objectHarvesting, { exceptTypes: ['story'] })).toEqual([])
      expect(findingsOf(events, objectHarvesting, { alone: 6_000 })).toEqual([])
    })
  })

  describe('notices', () => {
    it('a caller far beyond its peers, at the floor already', () => {
      const found = findingsOf([...peers(20), ...walks(harvester, 10, 20)], objectHarvesting)
      expect(found).toMatchObject([
        {
          card: 'detector/object-harvesting',
          weakness: 'object-harvesting',
          risk: 'API4',
          severity: 'high',
          operation: { method: 'GET', path: '/feed' },
          evidence: { distinctObjects: 200, peers: 8, peersMedian: 20, caller: '203.0.113.66' },
        },
      ])
      expect(found[0]?.message).toContain(
        'about 200 different story objects within the hour, while its 8 peers took 20',
      )
    })

    it('five hundred where there is nobody to compare with', () => {
      expect(findingsOf(walks(harvester, 25, 20), objectHarvesting)).toMatchObject([
        { evidence: { distinctObjects: 500, peers: 0 } },
      ])
    })

    it('a single answer of a hundred thousand, of which the event lists a hundred', () => {
      expect(findingsOf(walks(harvester, 1, 100_000), objectHarvesting)).toMatchObject([
        { evidence: { distinctObjects: 100_000 } },
      ])
    })

    it('growth by ten, not every page', () => {
      const found = findingsOf(walks(harvester, 80, 100), objectHarvesting)
      const sizes = found.map(({ evidence }) => Number(evidence?.['distinctObjects']))
      expect(found).toHaveLength(2)
      expect(sizes[0]).toBe(500)
      expect(sizes[1]).toBeGreaterThan(4_800)
    })

    it('does not let one harvester among the peers hide another', () => {
      const other = walks(anonymous('192.0.2.99'), 30, 100, { at: start })
      const found = findingsOf([...peers(20), ...other, ...walks(harvester, 20, 20)], objectHarvesting)
      expect(new Set(found.map(({ evidence }) => evidence?.['caller']))).toEqual(
        new Set(['192.0.2.99', '203.0.113.66']),
      )
    })

    it.each([
      ['refused', 429, 'medium'],
      ['alerted', 200, 'high'],
    ] as const)('a spent budget of objects, %s', (decision, status, severity) => {
      const spent = event({
        path: '/feed',
        caller: harvester,
        decision,
        status,
        reasons: [
          {
            card: 'policy/object-budget',
            weakness: 'object-harvesting',
            mode: decision === 'refused' ? 'block' : 'alert',
          },
        ],
      })
      expect(findingsOf([spent, spent, spent], objectHarvesting)).toMatchObject([
        { severity, weakness: 'object-harvesting' },
      ])
    })
  })
})
