import { describe, expect, it } from 'vitest'
import { type FetchingRules, startFetching } from '../fetching.fixture.ts'
import { scanWith, told } from '../server.fixture.ts'
import { serverSideRequestForgery } from './server-side-request-forgery.ts'

const anywhere = () => true
const forged = (name: string) => `critical server-side-request-forgery ${name}`
const passedBack = (name: string) => `high fetched-response-passed-back ${name}`
const redirected = (name: string) => `high fetcher-follows-redirects ${name}`
const both = ['POST /covers', 'GET /thumbnail']

describe('server-side-request-forgery finds', () => {
  it.each<[string, FetchingRules, readonly string[]]>([
    [
      'API7-b API7-g API7-j a fetcher without any rule, in query and body',
      { allows: anywhere, follows: true, tells: 'everything' },
      both.flatMap(name => [forged(name), passedBack(name), redirected(name)]),
    ],
    ['one that tells nothing of it', { allows: anywhere, follows: false, tells: 'status' }, both.map(forged)],
    ['one that only echoes the address', { allows: anywhere, follows: false, tells: 'echo' }, both.map(forged)],
    [
      'one that goes there after it has answered',
      { allows: anywhere, follows: false, tells: 'status', later: 200 },
      both.map(forged),
    ],
    [
      'one that forbids the usual spellings of loopback',
      { allows: (_, text) => !/127\.0\.0\.1|localhost/.test(text), follows: false, tells: 'status' },
      both.map(forged),
    ],
    [
      'one that looks for a permitted host anywhere in the text',
      { allows: (_, text) => text.includes('covers.example'), follows: false, tells: 'status' },
      [forged('POST /covers')],
    ],
  ])('%s', async (_name, rules, expected) => {
    const { findings } = await scanWith(serverSideRequestForgery, startFetching(rules))
    expect(told(findings).toSorted()).toEqual([...expected].toSorted())
    expect(
      findings.every(({ curl, confidence }) => curl?.includes('$TOKEN_ANN') === true && confidence === 'certain'),
    ).toBe(true)
  })
})

describe('server-side-request-forgery is quiet', () => {
  it.each<[string, FetchingRules]>([
    [
      'where only one host is permitted',
      { allows: ({ hostname }) => hostname === 'covers.example', follows: true, tells: 'everything' },
    ],
    [
      'where the address is stored and echoed, and nobody goes there',
      { allows: anywhere, follows: false, tells: 'echo', stores: true },
    ],
  ])('%s', async (_name, rules) => {
    const starting = startFetching(rules)
    const { findings, ledger } = await scanWith(serverSideRequestForgery, starting)
    expect(told(findings)).toEqual([])
    expect(ledger.map(({ tests }) => tests.passed)).toEqual([1, 1])
    // It was asked: the trap did not simply go untested.
    expect((await starting).seen.some(({ target }) => target.includes('127.0.0.1'))).toBe(true)
  })

  it('when only reads are allowed, and says so', async () => {
    const starting = startFetching({ allows: anywhere, follows: true, tells: 'everything' })
    const { findings, notEvaluated } = await scanWith(serverSideRequestForgery, starting, { effect: 'reads' })
    expect(findings).toEqual([])
    expect(notEvaluated.map(entry => entry.notEvaluated)).toContain('It writes, and that was not allowed.')
  })
})
