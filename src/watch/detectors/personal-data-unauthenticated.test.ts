import { describe, expect, it } from 'vitest'
import type { ApiEvent } from '../../risk/event.ts'
import { event, findingsOf, subject } from '../event.fixture.ts'
import { personalDataUnauthenticated } from './personal-data-unauthenticated.ts'

const reads = (sensitive: readonly string[], more: Partial<ApiEvent> = {}): ApiEvent =>
  event({ path: '/users/{id}', sensitive, ...more })

describe('personal-data-unauthenticated', () => {
  describe('quiet', () => {
    const quiet: Record<string, ApiEvent> = {
      'an answer without personal data': reads([]),
      'a caller who has logged in': reads(['email'], { caller: subject('anna') }),
      'a refused request': reads(['email'], { decision: 'refused', status: 401 }),
      'an error of the API': reads(['email'], { status: 404 }),
      'a redirect': reads(['email'], { status: 302 }),
      'a registration that repeats what was sent': reads(['email', 'name'], { method: 'POST', status: 201 }),
      'a login that is answered with a token and a profile': reads(['secret', 'email'], { method: 'POST' }),
      'traffic that matched no operation': event({ unmatched: true, sensitive: ['email'] }),
    }
    for (const [name, one] of Object.entries(quiet)) {
      it(name, () => expect(findingsOf([one], personalDataUnauthenticated)).toEqual([]))
    }

    it('for classes and operations that are left out', () => {
      const found = (options: unknown) => findingsOf([reads(['phone'])], personalDataUnauthenticated, options)
      expect(found({ exceptClasses: ['phone'] })).toEqual([])
      expect(found({ exceptOperations: ['GET /users/{id}'] })).toEqual([])
      expect(found({ exceptClasses: ['email'] })).toHaveLength(1)
    })
  })

  describe('notices', () => {
    const notices: Record<string, readonly [ApiEvent, string, string]> = {
      'contact data': [reads(['phone', 'email']), 'high', 'missing-authentication'],
      'a lookup by POST': [reads(['financial'], { method: 'POST' }), 'high', 'missing-authentication'],
      "a team's own class": [reads(['loyalty']), 'high', 'missing-authentication'],
      'only names and pictures': [reads(['picture', 'name']), 'medium', 'missing-authentication'],
      'a secret in a read': [reads(['secret']), 'critical', 'secret-in-response'],
      'what passed in alert mode': [reads(['email'], { decision: 'alerted' }), 'high', 'missing-authentication'],
    }
    for (const [name, [one, severity, weakness]] of Object.entries(notices)) {
      it(name, () => {
        expect(findingsOf([one], personalDataUnauthenticated)).toMatchObject([
          { severity, weakness, operation: { path: '/users/{id}' } },
        ])
      })
    }

    it('one finding for an operation, with the classes in order', () => {
      const found = findingsOf(
        [reads(['phone', 'email']), reads(['email', 'phone']), reads(['phone'])],
        personalDataUnauthenticated,
      )
      expect(found).toHaveLength(1)
      expect(found[0]?.message).toBe(
        'An anonymous caller was answered with personal data (email, phone). Whoever finds the address can have it too.',
      )
    })
  })
})
