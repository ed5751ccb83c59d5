import { describe, expect, it } from 'vitest'
import type { ApiEvent } from '../../risk/event.ts'
import { event, findingsOf, hour, second, start } from '../event.fixture.ts'
import { watchEvents } from '../stream.ts'
import { undocumentedOperation } from './undocumented-operation.ts'

const unmatched = (path: string, more: Partial<ApiEvent> = {}): ApiEvent => event({ path, unmatched: true, ...more })

const probes = (count: number, more: Partial<ApiEvent> = {}, step = second): readonly ApiEvent[] =>
  Array.from({ length: count }, (_, index) =>
    unmatched(`/admin/${index}`, { at: start + index * step, status: 404, decision: 'refused', ...more }),
  )

describe('undocumented-operation', () => {
  describe('quiet', () => {
    const quiet: Record<string, readonly ApiEvent[]> = {
      'traffic of the contract': [event(), event({ status: 404 })],
      'a few wrong paths': probes(19),
      'one wrong path again and again': probes(60, { path: '/old' }),
      'wrong paths, an hour between two of them': probes(60, {}, hour),
      'what browsers ask for by themselves': ['/favicon.ico', '/robots.txt', '/.well-known/security.txt'].map(path =>
        unmatched(path),
      ),
      'a preflight': [unmatched('/orders', { method: 'OPTIONS', status: 204 })],
      'a redirect to the login page': [unmatched('/dashboard', { status: 302 })],
    }
    for (const [name, events] of Object.entries(quiet)) {
      it(name, () => expect(findingsOf(events, undocumentedOperation)).toEqual([]))
    }

    it('for paths that are left out', () => {
      const options = { exceptPaths: ['/health', '/assets/{}'] }
      const events = [unmatched('/health'), unmatched('/assets/4f2a91c37be0')]
      expect(findingsOf(events, undocumentedOperation, options)).toEqual([])
    })
  })

  describe('notices', () => {
    it('an operation that is answered without a contract', () => {
      expect(findingsOf([unmatched('/debug/users')], undocumentedOperation)).toMatchObject([
        {
          severity: 'high',
          weakness: 'undocumented-operation',
          operation: { method: 'GET', path: '/debug/users' },
          message:
            'GET /debug/users is answered although no operation of the contract describes it, so no rule of the contract protects it.',
        },
      ])
    })

    it('one finding for all ids of a path, and no value in it', () => {
      const paths = ['/debug/users/1', '/debug/users/2', '/debug/users/anna@example.org']
      const found = findingsOf(
        paths.map(path => unmatched(path)),
        undocumentedOperation,
      )
      expect(found.map(({ operation }) => operation?.path)).toEqual(['/debug/users/{}'])
      expect(JSON.stringify(found)).not.toContain('anna')
    })

    it.each([
      ['refused by the guard', {}],
      ['not found by the API', { decision: 'passed' }],
    ] as const)('probing %s', (_, more) => {
      expect(findingsOf(probes(30, more), undocumentedOperation)).toMatchObject([
        { severity: 'low', evidence: { paths: 20 }, message: expect.stringContaining('tried 20 different paths') },
      ])
    })
  })

  it('API9-d: traffic that the documentation does not have is reported as drift', () => {
    const found = (options: Record<string, unknown>) => watchEvents({ options }).observe(unmatched('/v0/orders'))
    expect(found({})).toMatchObject([{ risk: 'API9' }])
    expect(found({ 'undocumented-operation': false })).toEqual([])
  })
})
