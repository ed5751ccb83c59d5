import { describe, expect, it } from 'vitest'
import type { ApiEvent, EventReason } from '../../risk/event.ts'
import { event, findingsOf, subject } from '../event.fixture.ts'
import { watchEvents } from '../stream.ts'
import { undeclaredData } from './undeclared-data.ts'

const answers = (undeclared: readonly string[], more: Partial<ApiEvent> = {}): ApiEvent =>
  event({ path: '/users/{id}', caller: subject('anna'), undeclared, ...more })

const removed: EventReason = { card: 'policy/response-view', weakness: 'excessive-data-exposure', mode: 'block' }

describe('undeclared-data', () => {
  describe('quiet', () => {
    const quiet: Record<string, ApiEvent> = {
      'an answer that fits the contract': answers([], { sensitive: ['email'] }),
      'an error of the API': answers(['stack'], { status: 500 }),
      'traffic that matched no operation': event({ unmatched: true, undeclared: ['a'] }),
    }
    for (const [name, one] of Object.entries(quiet)) {
      it(name, () => expect(findingsOf([one], undeclaredData)).toEqual([]))
    }

    it('for operations that are left out', () => {
      expect(findingsOf([answers(['a'])], undeclaredData, { exceptOperations: ['GET /users/{id}'] })).toEqual([])
    })
  })

  describe('notices', () => {
    const notices: Record<string, readonly [ApiEvent, string, string]> = {
      'a property that nobody declared': [answers(['note']), 'medium', 'excessive-data-exposure'],
      'one in an answer with personal data': [
        answers(['note'], { sensitive: ['email'] }),
        'high',
        'excessive-data-exposure',
      ],
      'one that the guard took out': [answers(['note'], { reasons: [removed] }), 'low', 'documentation-drift'],
      'one for which the guard refused the answer': [
        answers(['note'], { decision: 'refused', status: 502, reasons: [removed] }),
        'low',
        'documentation-drift',
      ],
      'one that the guard would have taken out in block mode': [
        answers(['note'], { decision: 'alerted', reasons: [{ ...removed, mode: 'alert' }] }),
        'medium',
        'excessive-data-exposure',
      ],
    }
    for (const [name, [one, severity, weakness]] of Object.entries(notices)) {
      it(name, () => {
        expect(findingsOf([one], undeclaredData)).toMatchObject([
          { severity, weakness, operation: { path: '/users/{id}' }, evidence: { properties: ['note'] } },
        ])
      })
    }

    it('lists names in order, at most twenty, and no keys that are values', () => {
      const names = Array.from({ length: 30 }, (_, index) => `items[].extra${String.fromCharCode(97 + index)}`).slice(
        0,
        26,
      )
      const [finding] = findingsOf(
        [answers([...names, 'balances.4711.amount', 'balances.4712.amount'])],
        undeclaredData,
      )
      expect(finding?.evidence).toMatchObject({ count: 27 })
      expect(finding?.message).toContain('balances.{}.amount, items[].extraa')
      expect(finding?.message).toContain(' and 7 more. ')
      expect(finding?.message).not.toContain('4711')
    })
  })

  it('API3-d: what a generic serialiser adds to an answer is reported', () => {
    const found = (options: Record<string, unknown>) => watchEvents({ options }).observe(answers(['password_hash']))
    expect(found({})).toMatchObject([{ risk: 'API3' }])
    expect(found({ 'undeclared-data': false })).toEqual([])
  })

  it('API9-d: an answer that its documentation does not describe is reported as drift', () => {
    const found = (options: Record<string, unknown>) =>
      watchEvents({ options }).observe(answers(['new'], { reasons: [removed] }))
    expect(found({})).toMatchObject([{ risk: 'API9' }])
    expect(found({ 'undeclared-data': false })).toEqual([])
  })
})
