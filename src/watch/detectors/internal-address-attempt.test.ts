import { describe, expect, it } from 'vitest'
import type { ApiEvent } from '../../risk/event.ts'
import { event, findingsOf, subject } from '../event.fixture.ts'
import { watchEvents } from '../stream.ts'
import { internalAddressAttempt } from './internal-address-attempt.ts'

const imports = (scope: string, more: Partial<ApiEvent> = {}): ApiEvent =>
  event({ method: 'POST', path: '/imports', caller: subject('bert'), urls: [{ scope, host: 'h.example' }], ...more })

const refused = { decision: 'refused', status: 422 } as const

describe('internal-address-attempt', () => {
  describe('quiet', () => {
    for (const scope of ['public', 'unresolved', 'allowed', 'listed', 'unknown']) {
      it(`a URL whose scope is ${scope}`, () => {
        expect(findingsOf([imports(scope), imports(scope, refused)], internalAddressAttempt)).toEqual([])
      })
    }
    it('a request without a URL', () => expect(findingsOf([event()], internalAddressAttempt)).toEqual([]))
  })

  describe('notices', () => {
    const scopes = [
      'metadata',
      'loopback',
      'link-local',
      'private',
      'internal-name',
      'multicast',
      'unspecified',
      'reserved',
    ]
    const answers: Record<string, readonly [Partial<ApiEvent>, string]> = {
      passed: [{}, 'critical'],
      'passed in alert mode': [{ decision: 'alerted' }, 'critical'],
      'passed and the fetch failed': [{ status: 502 }, 'critical'],
      'passed and answered with 4xx': [{ status: 400 }, 'high'],
      refused: [refused, 'medium'],
    }
    for (const scope of scopes) {
      for (const [name, [more, severity]] of Object.entries(answers)) {
        it(`${scope}, ${name}`, () => {
          const found = findingsOf([imports(scope, more)], internalAddressAttempt)
          expect(found).toMatchObject([
            { weakness: 'server-side-request-forgery', severity, operation: { path: '/imports' }, evidence: { scope } },
          ])
          expect(JSON.stringify(found)).not.toContain('h.example')
        })
      }
    }

    it('a spelling on which parsers disagree, one step lower', () => {
      expect(findingsOf([imports('unclear spelling')], internalAddressAttempt)).toMatchObject([{ severity: 'medium' }])
      expect(findingsOf([imports('unclear spelling', refused)], internalAddressAttempt)).toMatchObject([
        { severity: 'low' },
      ])
    })

    it('a scope that is named like a member of every object', () => {
      expect(findingsOf([imports('constructor', refused)], internalAddressAttempt)).toMatchObject([{ severity: 'low' }])
    })
  })

  it('API7-b: an attempt at the metadata service or loopback through a URL input does not go unnoticed', () => {
    const risks = (options: Record<string, unknown>) => {
      const watch = watchEvents({ options })
      return ['metadata', 'loopback'].flatMap(scope => watch.observe(imports(scope, refused)).map(({ risk }) => risk))
    }
    expect(risks({})).toEqual(['API7', 'API7'])
    expect(risks({ 'internal-address-attempt': false })).toEqual([])
  })
})
