import { describe, expect, it } from 'vitest'
import type { ApiEvent } from '../../risk/event.ts'
import { anonymous, event, findingsOf, hour, object, second, start } from '../event.fixture.ts'
import { watchEvents } from '../stream.ts'
import { authenticationFailures } from './authentication-failures.ts'

interface Attempts {
  readonly count: number
  readonly address?: (index: number) => string
  readonly target?: (index: number) => string
  readonly status?: number
  readonly step?: number
  readonly more?: Partial<ApiEvent>
}

function attempts({ count, address, target, status = 401, step = second, more = {} }: Attempts): readonly ApiEvent[] {
  return Array.from({ length: count }, (_, index) =>
    event({
      method: 'POST',
      path: '/login',
      at: start + index * step,
      caller: anonymous(address?.(index) ?? '192.0.2.1'),
      status,
      used: target === undefined ? [] : [object('user', target(index), 'body /username')],
      ...more,
    }),
  )
}

const manyAddresses = (index: number) => `203.0.${index >> 8}.${index & 255}`

describe('authentication-failures', () => {
  describe('quiet', () => {
    const quiet: Record<string, readonly ApiEvent[]> = {
      'somebody who has forgotten a password': attempts({ count: 5, target: () => 'anna' }),
      'nineteen failures from one address': attempts({ count: 19 }),
      'many logins that succeed': attempts({ count: 100, status: 200, target: String }),
      'failures an hour apart': attempts({ count: 60, step: hour, target: () => 'anna' }),
      'a few failures from each of many addresses among many more that succeed': [
        ...attempts({ count: 200, address: manyAddresses, status: 200 }),
        ...attempts({ count: 40, address: manyAddresses }),
      ],
      'an office behind one address that fails for a few accounts': attempts({ count: 9, target: String }),
      'traffic that matched no operation': attempts({ count: 50 }).map(({ operation: _, ...rest }) => rest),
    }
    for (const [name, events] of Object.entries(quiet)) {
      it(name, () => expect(findingsOf(events, authenticationFailures)).toEqual([]))
    }

    it('for operations that are left out', () => {
      expect(
        findingsOf(attempts({ count: 50 }), authenticationFailures, { exceptOperations: ['POST /login'] }),
      ).toEqual([])
    })
  })

  describe('notices', () => {
    it('a burst from one address', () => {
      expect(findingsOf(attempts({ count: 20 }), authenticationFailures)).toMatchObject([
        { weakness: 'brute-force', severity: 'medium', evidence: { network: '192.0.2.1', failures: 20 } },
      ])
    })

    it('addresses of one IPv6 customer as one', () => {
      const address = (index: number) => `2001:db8:1:2::${(index + 1).toString(16)}`
      expect(findingsOf(attempts({ count: 20, address }), authenticationFailures)).toMatchObject([
        { evidence: { network: '2001:db8:1:2::/64' } },
      ])
    })

    it('guesses at one target that come from as many addresses', () => {
      const found = findingsOf(
        attempts({ count: 12, address: manyAddresses, target: () => 'anna' }),
        authenticationFailures,
      )
      expect(found).toMatchObject([
        { weakness: 'brute-force', severity: 'high', evidence: { targetType: 'user', failures: 10 } },
      ])
    })

    it('one address at many targets', () => {
      expect(findingsOf(attempts({ count: 10, target: String }), authenticationFailures)).toMatchObject([
        { weakness: 'credential-stuffing', severity: 'high', evidence: { targets: 10 } },
      ])
    })

    it('one guess each from many addresses', () => {
      const found = findingsOf(attempts({ count: 40, address: manyAddresses }), authenticationFailures)
      expect(found).toMatchObject([{ weakness: 'credential-stuffing', severity: 'high', evidence: { networks: 30 } }])
    })

    it('guesses that the guard refused before the API saw them', () => {
      const more: Partial<ApiEvent> = {
        decision: 'refused',
        reasons: [{ card: 'policy/target-limit', weakness: 'missing-target-limit', mode: 'block' }],
      }
      const events = attempts({ count: 12, status: 429, address: manyAddresses, target: () => 'anna', more })
      expect(findingsOf(events, authenticationFailures)).toHaveLength(1)
    })
  })

  it('API2-b: credential stuffing from one address and from many is not possible unnoticed', () => {
    const noticed = (options: Record<string, unknown>) => {
      const watch = watchEvents({ options })
      const events = [...attempts({ count: 20, target: String }), ...attempts({ count: 40, address: manyAddresses })]
      return events.flatMap(one => watch.observe(one)).filter(({ weakness }) => weakness === 'credential-stuffing')
        .length
    }
    expect(noticed({})).toBe(2)
    expect(noticed({ 'authentication-failures': false })).toBe(0)
  })
})
