import { describe, expect, it } from 'vitest'
import { FrozenClock } from '../core/clock.ts'
import { Fault } from '../core/fault.ts'
import type { ApiEvent } from '../risk/event.ts'
import { type Detector, defineDetector } from './detector.ts'
import { anonymous, event, hour, minute, object, objects, second, start, subject } from './event.fixture.ts'
import { readEvents } from './events.ts'
import { watchEvents } from './stream.ts'

/** Notices every event, at its path, as large as its `bytesOut`, as severe as its method says. */
const everything = defineDetector({
  kind: 'detector',
  id: 'everything',
  summary: 'Notices every event that there is.',
  covers: ['missing-hardening'],
  severity: 'low',
  remedy: 'Nothing.',
  start: () => ({
    *observe(one: ApiEvent) {
      if (one.path === '/silent') yield { notEvaluated: 'It was silent.' }
      else
        yield {
          message: 'seen',
          subject: one.path,
          severity: one.method === 'POST' ? 'high' : 'low',
          size: one.bytesOut,
        }
    },
    *tick(now: number) {
      yield { message: `tick at ${now}`, subject: 'tick' }
    },
  }),
})

const watching = (more: Parameters<typeof watchEvents>[0] = {}) => watchEvents({ detectors: [everything], ...more })

describe('watchEvents', () => {
  it('raises one finding for a detector, subject and window, and again when it has grown by an order', () => {
    const watch = watching()
    const raised = [1, 2, 9, 10, 11, 99, 100, 500].filter(
      (bytesOut, index) => watch.observe(event({ bytesOut, at: start + index })).length > 0,
    )
    expect(raised).toEqual([1, 10, 100])
    expect(watch.observe(event({ path: '/other' }))).toHaveLength(1)
    expect(watch.observe(event({ bytesOut: 1, at: start + hour }))).toHaveLength(1)
  })

  it('raises again what has become more severe', () => {
    const watch = watching()
    const severities = ['GET', 'GET', 'POST', 'POST', 'GET'].flatMap(method =>
      watch
        .observe({ ...event({ method }), operation: { method: 'GET', path: '/things' } })
        .map(({ severity }) => severity),
    )
    expect(severities).toEqual(['low', 'high'])
  })

  it('says how often it was seen, since and until when, in the time of the events', () => {
    const watch = watching()
    watch.observe(event({ bytesOut: 1 }))
    watch.observe(event({ bytesOut: 2, at: start + second }))
    expect(watch.observe(event({ bytesOut: 10, at: start + 2 * second }))[0]?.evidence).toEqual({
      seen: 3,
      since: '2026-01-15T09:00:00.000Z',
      until: '2026-01-15T09:00:02.000Z',
    })
  })

  it('gives out at most two hundred of one detector and severity in an hour, and still those that are worse', () => {
    const watch = watching()
    const many = Array.from({ length: 300 }, (_, index) => watch.observe(event({ path: `/${index}` })).length)
    expect(many.filter(Boolean)).toHaveLength(200)
    expect(watch.observe(event({ path: '/worse', method: 'POST' }))).toHaveLength(1)
    expect(watch.summary()).toMatchObject({ raised: 201, merged: 100 })
  })

  it('sums up what it saw', () => {
    const watch = watching()
    expect(watch.summary()).toMatchObject({ events: 0, notEvaluated: [] })
    expect(watch.summary()).not.toHaveProperty('first')
    watch.observe(event({ at: start + minute }))
    watch.observe(event({ decision: 'refused' }))
    watch.observe(event({ path: '/silent' }))
    watch.observe(event({ path: '/silent' }))
    expect(watch.summary()).toMatchObject({
      events: 4,
      first: start,
      last: start + minute,
      passed: 3,
      refused: 1,
      alerted: 0,
      raised: 1,
      merged: 1,
      notEvaluated: [{ card: 'detector/everything', notEvaluated: 'It was silent.' }],
    })
  })

  it('lets time pass by the clock it was given, or by the time it is told', () => {
    const watch = watching({ clock: new FrozenClock(start) })
    expect(watch.tick()).toMatchObject([{ message: `tick at ${start}` }])
    expect(watch.tick(start + hour)).toMatchObject([{ message: `tick at ${start + hour}` }])
  })

  it('leaves out a detector that is switched off, and one that is new unless it is named', () => {
    const fresh: Detector = { ...everything, stability: 'new' }
    const found = (detector: Detector, options: Record<string, unknown>) =>
      watchEvents({ detectors: [detector], options }).observe(event()).length
    expect(found(everything, { everything: false })).toBe(0)
    expect(found(fresh, {})).toBe(0)
    expect(found(fresh, { everything: true })).toBe(1)
  })

  it.each([
    [{ 'object-harvestin': {} }, 'There is no detector "object-harvestin".', 'Did you mean object-harvesting?'],
    [{ zzz: {} }, 'There is no detector "zzz".', 'There are authentication-failures, '],
    [{ 'object-harvesting': { flor: 3 } }, 'Detector object-harvesting has no option "flor".', 'Did you mean floor?'],
    [
      { 'object-harvesting': { floor: 0 } },
      'Option floor of detector object-harvesting is not a number above 0',
      'It has the options',
    ],
    [
      { 'object-harvesting': { window: '1 week' } },
      'is not a number above 0, or a time such as 10m.',
      'It has the options',
    ],
    [
      { 'object-harvesting': { exceptTypes: 'a' } },
      'Option exceptTypes of detector object-harvesting is not a list',
      'It has',
    ],
    [{ 'object-harvesting': 3 }, 'The options of detector object-harvesting are not an object.', 'It has the options'],
    [{ 'object-harvesting': { constructor: 3 } }, 'has no option "constructor"', 'It has the options'],
  ])('refuses the options %j with a way out', (options, message, hint) => {
    const build = () => watchEvents({ options })
    expect(build).toThrow(Fault)
    expect(build).toThrow(message)
    try {
      build()
    } catch (fault) {
      expect(fault instanceof Fault && fault.hint).toContain(hint)
    }
  })

  it('takes lengths of time as people write them', () => {
    const options = { 'undocumented-operation': { window: '1s', paths: 2 } }
    const watch = watchEvents({ options })
    const probe = (path: string, at: number) =>
      watch.observe(event({ unmatched: true, path, at, status: 404, decision: 'refused' })).length
    expect([probe('/a', start), probe('/b', start + 2 * second), probe('/c', start + 2 * second + 1)]).toEqual([
      0, 0, 1,
    ])
  })

  describe('with all detectors', () => {
    const anna = subject('anna')
    const bert = subject('bert', '198.51.100.8')
    const traffic: readonly ApiEvent[] = [
      event({ path: '/accounts', caller: anna, handed: objects('account', 3) }),
      event({
        path: '/feed',
        caller: anonymous(),
        handed: objects('story', 100),
        handedCount: 2_000,
        sensitive: ['name'],
      }),
      event({
        method: 'POST',
        path: '/orders',
        caller: bert,
        used: [object('account', 2, 'body /from')],
        at: start + minute,
      }),
      event({
        method: 'POST',
        path: '/imports',
        caller: bert,
        urls: [{ scope: 'metadata', host: 'x' }],
        at: start + hour,
      }),
      ...Array.from({ length: 40 }, (_, id) =>
        event({ path: '/users/{id}', caller: bert, status: 404, used: [object('user', id)], at: start + hour + id }),
      ),
      event({ unmatched: true, path: '/debug', at: start + 2 * hour }),
    ]
    const cards = [
      'foreign-object-id',
      'id-enumeration',
      'internal-address-attempt',
      'object-harvesting',
      'personal-data-unauthenticated',
      'undocumented-operation',
    ]

    it('gives the same bytes whenever the same lines are replayed', () => {
      const lines = traffic.map(one => JSON.stringify(one))
      const run = () => {
        const watch = watchEvents()
        return JSON.stringify([
          [...readEvents(lines)].flatMap(one => watch.observe(one)),
          watch.summary(),
          watch.save(),
        ])
      }
      expect(run()).toBe(run())
      for (const card of cards) expect(run()).toContain(`"detector/${card}"`)
    })

    it('finds the same when it is stopped, saved and restored after any event', () => {
      const whole = watchEvents()
      const expected = traffic.flatMap(one => whole.observe(one))
      for (let stop = 0; stop <= traffic.length; stop += 5) {
        const before = watchEvents()
        const first = traffic.slice(0, stop).flatMap(one => before.observe(one))
        const after = watchEvents({ saved: JSON.parse(JSON.stringify(before.save())) })
        expect([...first, ...traffic.slice(stop).flatMap(one => after.observe(one))]).toEqual(expected)
        expect(after.summary()).toEqual(whole.summary())
      }
    })

    it('keeps its memory below the cap whatever an attacker sends', () => {
      const watch = watchEvents({ bytes: 300_000 })
      for (let index = 0; index < 3_000; index++) {
        const address = `203.0.${index >> 8}.${index & 255}`
        watch.observe(
          event({
            path: `/users/${'x'.repeat(index % 190)}`,
            caller: anonymous(address),
            status: index % 2 === 0 ? 401 : 200,
            used: objects('user', 5, index * 5),
            handed: objects(`type${index}`, 10, index * 10),
            at: start + index,
          }),
        )
        expect(watch.summary().memory.bytes).toBeLessThanOrEqual(300_000)
      }
      expect(watch.summary().memory.evicted).toBeGreaterThan(0)
    })

    it('refuses saved state that is none', () => {
      expect(() => watchEvents({ saved: { counts: 1 } })).toThrow('The saved state of watch cannot be used')
    })
  })
})
