import { describe, expect, it } from 'vitest'
import { type MemberRules, nothingMore, startMembers } from '../members.fixture.ts'
import { scanWith, told } from '../server.fixture.ts'
import { missingAuthentication } from './missing-authentication.ts'

const closed = { contract: 'closed', server: 'open' } as const
const open = { contract: 'open', server: 'open' } as const
const mail = { view: (index: number) => ({ email: `m${index}@club.example` }), declares: { email: { type: 'string' } } }

describe('missing-authentication finds', () => {
  it.each<[string, MemberRules, string]>([
    ['personal data without the credential that the contract asks for', { ...closed, ...mail }, 'critical'],
    ['a server that takes any token', { ...closed, server: 'any-token', ...mail }, 'critical'],
    ['people handed out by an operation that the contract leaves open', { ...open, ...mail }, 'high'],
    ['an open door to what is the same for everybody, as a note', { ...closed, view: nothingMore }, 'low'],
    [
      'names on a public page, as a note',
      { ...open, view: index => ({ fullName: `Member Number ${index}` }), declares: { fullName: { type: 'string' } } },
      'low',
    ],
  ])('%s', async (_name, rules, severity) => {
    const { findings } = await scanWith(missingAuthentication, startMembers(rules))
    expect(told(findings)).toEqual(
      ['/roster', '/roster/{badge}'].map(path => `${severity} missing-authentication GET ${path}`),
    )
    expect(JSON.stringify(findings)).not.toContain('@club.example')
  })

  it('an open door when nobody gave a token', async () => {
    const { findings } = await scanWith(missingAuthentication, startMembers({ ...closed, ...mail }), { actors: [] })
    expect(told(findings)).toContain('critical missing-authentication GET /roster')
  })
})

describe('missing-authentication is quiet', () => {
  it.each<[string, MemberRules]>([
    ['where a credential is asked for', { contract: 'closed', server: 'closed', ...mail }],
    ['where the refusal says 200', { contract: 'closed', server: 'closed', softRefusal: true, ...mail }],
    ['where nothing of people is open', { ...open, view: nothingMore }],
    [
      'where one address stands for all, a help desk',
      { ...open, view: () => ({ email: 'help@club.example' }), declares: { email: { type: 'string' } } },
    ],
    [
      'where addresses are masked',
      { ...open, view: index => ({ email: `m***${index}` }), declares: { email: { type: 'string' } } },
    ],
  ])('%s', async (_name, rules) => {
    const { findings, ledger } = await scanWith(missingAuthentication, startMembers(rules))
    expect(told(findings)).toEqual([])
    expect(ledger.map(({ tests }) => tests.passed)).toEqual([1, 1])
  })
})
