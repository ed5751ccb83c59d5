import { describe, expect, it } from 'vitest'
import type { ApiEvent } from '../../risk/event.ts'
import {
  anonymous,
  applicationKey,
  credential,
  event,
  findingsOf,
  hour,
  minute,
  object,
  objects,
  start,
  subject,
} from '../event.fixture.ts'
import { watchEvents } from '../stream.ts'
import { foreignObjectId } from './foreign-object-id.ts'

const anna = subject('anna', '198.51.100.1')
const bert = subject('bert', '198.51.100.2')
const carl = subject('carl', '198.51.100.3')
const dora = subject('dora', '198.51.100.4')

const account = object('account', 1)
const source = object('account', 1, 'body /source_account_id')

const lists = (caller = anna, handed = [account]): ApiEvent => event({ path: '/accounts', caller, handed })
const creates = (caller = anna): ApiEvent =>
  event({ method: 'POST', path: '/accounts', status: 201, caller, handed: [account] })
const orders = (caller = bert, more: Partial<ApiEvent> = {}): ApiEvent =>
  event({ method: 'POST', path: '/orders', status: 201, caller, used: [source], at: start + minute, ...more })

const refusal: Partial<ApiEvent> = {
  status: 404,
  decision: 'refused',
  reasons: [{ card: 'policy/object-access', weakness: 'broken-object-level-authorization', mode: 'block' }],
}

describe('foreign-object-id', () => {
  describe('quiet', () => {
    const quiet: Record<string, readonly ApiEvent[]> = {
      'the holder uses what it was handed': [lists(), orders(anna)],
      'the creator uses what it has created': [creates(), orders(anna)],
      'an id that was never handed to anybody, right after the start': [orders(bert), orders(carl)],
      'an object that was handed to an anonymous caller': [
        event({ path: '/products', caller: anonymous(), handed: [account] }),
        lists(anna),
        orders(bert),
      ],
      'an object that was handed to three callers': [lists(anna), lists(bert), lists(carl), orders(dora)],
      'a code known from elsewhere: used with success before it was ever handed out': [
        orders(anna, { status: 200 }),
        lists(anna),
        orders(bert),
      ],
      'a type that is mostly open: a new article in a catalogue': [
        ...[anna, bert, carl].map(caller => lists(caller, [...objects('account', 6, 10)])),
        lists(anna),
        orders(bert),
      ],
      'an object whose only sighting at the other caller is an echo of its own request': [
        event({ path: '/accounts/{id}', caller: anna, used: [object('account', 1, 'path id')], handed: [account] }),
        orders(bert),
      ],
      'another type with the same id': [lists(), orders(bert, { used: [object('order', 1, 'path id')] })],
      'an answer that was refused and so handed nothing': [
        event({ caller: anna, handed: [account], decision: 'refused', status: 502 }),
        orders(bert),
      ],
    }
    for (const [name, events] of Object.entries(quiet)) {
      it(name, () => expect(findingsOf(events, foreignObjectId)).toEqual([]))
    }

    it('for types and callers that are left out', () => {
      const events = [lists(), orders(bert)]
      expect(findingsOf(events, foreignObjectId, { exceptTypes: ['account'] })).toEqual([])
      expect(findingsOf(events, foreignObjectId, { exceptCallers: ['bert'] })).toEqual([])
      expect(findingsOf(events, foreignObjectId, { exceptTypes: ['order'] })).toHaveLength(1)
    })
  })

  describe('notices', () => {
    const same = (id: string) => credential(id, '203.0.113.5')
    const notices: Record<string, readonly [events: readonly ApiEvent[], severity: string]> = {
      'an id in a body that was only handed to another, and passed': [[lists(), orders()], 'high'],
      'an id that another caller has created': [[creates(), orders()], 'high'],
      'an attempt that the guard refused': [[lists(), orders(bert, refusal)], 'medium'],
      'an attempt that the API itself refused': [[lists(), orders(bert, { status: 403 })], 'medium'],
      'an attempt that the guard let pass in alert mode': [[lists(), orders(bert, { decision: 'alerted' })], 'high'],
      'an object of two holders, used by a third caller': [[lists(anna), lists(carl), orders(bert)], 'high'],
      'an anonymous caller': [[lists(), orders(anonymous())], 'high'],
      "an application's key, one step less": [[lists(), orders(applicationKey('app'))], 'medium'],
      'an unverified credential from another network': [
        [lists(credential('one', '203.0.113.5')), orders(credential('two', '203.0.113.9'))],
        'high',
      ],
      'an unverified credential from the network of the holder, one step less': [
        [lists(same('one')), orders(same('two'))],
        'medium',
      ],
    }
    for (const [name, [events, severity]] of Object.entries(notices)) {
      it(name, () => {
        expect(findingsOf(events, foreignObjectId)).toMatchObject([
          {
            card: 'detector/foreign-object-id',
            weakness: 'broken-object-level-authorization',
            risk: 'API1',
            severity,
            operation: { method: 'POST', path: '/orders' },
          },
        ])
      })
    }

    it('names operation, type and place, and carries hashes and counts only', () => {
      const [finding] = findingsOf([lists(), orders()], foreignObjectId)
      expect(finding?.message).toBe(
        'A caller used an id of type account in POST /orders (body /source_account_id) that had only ever been handed to other callers. The request was answered as if they were the holder.',
      )
      expect(finding?.evidence).toMatchObject({
        caller: 'bert',
        objectType: 'account',
        objectId: 'account#1',
        place: 'body /source_account_id',
        heldBy: ['anna'],
        distinctObjects: 1,
        passed: true,
        seen: 1,
        since: '2026-01-15T09:01:00.000Z',
      })
    })

    it('the thief again, since the answer to an attack does not make a holder', () => {
      const reads = event({
        path: '/accounts/{id}',
        caller: bert,
        used: [object('account', 1, 'path id')],
        handed: [account],
      })
      expect(findingsOf([lists(), reads, orders()], foreignObjectId)).toHaveLength(2)
    })

    it('a refused attempt first and then one that passed, as the same finding made worse', () => {
      const found = findingsOf([lists(), orders(bert, refusal), orders(bert), orders(bert)], foreignObjectId)
      expect(found.map(({ severity }) => severity)).toEqual(['medium', 'high'])
      expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(1)
    })

    it('tenfold growth of one incident, once', () => {
      const ids = objects('account', 12)
      const attacks = ids.map(one => orders(bert, { used: [{ ...one, place: 'body /source_account_id' }] }))
      const found = findingsOf([lists(anna, [...ids]), ...attacks], foreignObjectId)
      expect(found.map(({ evidence }) => evidence?.['distinctObjects'])).toEqual([1, 10])
    })

    it('is firm after an hour of learning, tentative before and after a shortened answer', () => {
      const later = { at: start + 2 * hour }
      const confidence = (events: readonly ApiEvent[]) => findingsOf(events, foreignObjectId).map(one => one.confidence)
      expect(confidence([lists(), orders(bert)])).toEqual(['tentative'])
      expect(confidence([lists(), orders(bert, later)])).toEqual(['firm'])
      const shortened = event({ path: '/accounts', caller: bert, handed: objects('account', 5, 50), handedCount: 400 })
      expect(confidence([lists(), shortened, orders(bert, later)])).toEqual(['tentative'])
    })
  })

  it('API1-d: manipulated ids in path, query, header and body are reported at object level, not as function level', () => {
    const places = ['path accountId', 'query account', 'header x-account', 'body /source_account_id']
    const noticed = (options: Record<string, unknown>) => {
      const watch = watchEvents({ options })
      watch.observe(lists())
      return places.map(
        place =>
          watch
            .observe(orders(bert, { used: [{ ...account, place }] }))
            .filter(({ risk, evidence }) => risk === 'API1' && evidence?.['place'] === place).length,
      )
    }
    expect(noticed({})).toEqual([1, 1, 1, 1])
    expect(noticed({ 'foreign-object-id': false })).toEqual([0, 0, 0, 0])
  })
})
