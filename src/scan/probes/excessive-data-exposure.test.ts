import { describe, expect, it } from 'vitest'
import { type MemberRules, nothingMore, startMembers } from '../members.fixture.ts'
import { scanWith, told } from '../server.fixture.ts'
import { excessiveDataExposure } from './excessive-data-exposure.ts'

const open = { contract: 'open', server: 'open' } as const
const closed = { contract: 'closed', server: 'closed' } as const

describe('excessive-data-exposure finds', () => {
  it.each<[string, MemberRules, string]>([
    [
      'personal data for anybody',
      { ...open, view: index => ({ mobile: `+4477009000${index}` }) },
      'high excessive-data-exposure',
    ],
    [
      'personal data for a user',
      { ...closed, view: index => ({ mobile: `+4477009000${index}` }) },
      'medium excessive-data-exposure',
    ],
    [
      'an address by its form alone',
      { ...open, view: index => ({ q7: `m${index}@club.example` }) },
      'high excessive-data-exposure',
    ],
    [
      'a card number by its check digit',
      { ...open, view: () => ({ ref1: '4111 1111 1111 1111' }) },
      'high excessive-data-exposure',
    ],
    [
      'what lies deep in an undeclared object',
      { ...open, view: index => ({ extra: { home: { postcode: `AB1 ${index}CD` } } }) },
      'high excessive-data-exposure',
    ],
    [
      'a hash of a password',
      { ...closed, view: () => ({ pw: '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy' }) },
      'high secret-in-response',
    ],
    ['a token for anybody', { ...open, view: () => ({ refreshToken: 'a8f3-77aa' }) }, 'critical secret-in-response'],
    ['harmless properties, as a note', { ...open, view: () => ({ shelf: 4 }) }, 'low open-response-schema'],
  ])('%s', async (_name, rules, finding) => {
    const { findings } = await scanWith(excessiveDataExposure, startMembers(rules))
    expect(told(findings)).toEqual([`${finding} GET /roster`, `${finding} GET /roster/{badge}`])
  })

  it('and shows no value of what it found', async () => {
    const { findings } = await scanWith(
      excessiveDataExposure,
      startMembers({ ...open, view: index => ({ eMail: `m${index}@club.example` }) }),
    )
    expect(findings[0]?.message).toContain('members[].eMail (email)')
    expect(JSON.stringify(findings)).not.toContain('@club.example')
  })
})

describe('excessive-data-exposure is quiet', () => {
  it.each<[string, MemberRules]>([
    ['where only what is declared comes back', { ...open, view: nothingMore }],
    [
      'where personal data is declared',
      { ...closed, view: index => ({ email: `m${index}@club.example` }), declares: { email: { type: 'string' } } },
    ],
    [
      'where a map is declared',
      {
        ...open,
        view: () => ({ labels: { a: 'x', b: 'y' } }),
        declares: { labels: { type: 'object', additionalProperties: { type: 'string' } } },
      },
    ],
  ])('%s', async (_name, rules) => {
    const { findings, ledger } = await scanWith(excessiveDataExposure, startMembers(rules))
    expect(told(findings)).toEqual([])
    expect(ledger.map(({ tests }) => tests.passed)).toEqual([1, 1])
  })

  it('about properties that do not come twice', async () => {
    const view = (index: number) => ({ [`k${Math.random()}`]: `m${index}@club.example` })
    const { findings } = await scanWith(excessiveDataExposure, startMembers({ ...open, view }))
    expect(told(findings)).toEqual([])
  })
})
