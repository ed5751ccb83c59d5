import { describe, expect, it } from 'vitest'
import { type FloodRules, startFlood } from '../flood.fixture.ts'
import { scanWith, told } from '../server.fixture.ts'
import { missingRateLimit } from './missing-rate-limit.ts'

describe('missing-rate-limit finds', () => {
  it('no limit anywhere, and weighs it by what is behind it', async () => {
    const { findings } = await scanWith(missingRateLimit, startFlood({}))
    expect(told(findings)).toEqual([
      'medium missing-rate-limit GET /drivers',
      'medium missing-rate-limit POST /login',
      'low missing-rate-limit GET /shifts',
      'low missing-rate-limit GET /timetable',
    ])
    expect(findings[0]?.message).toContain('800 calls')
    expect(findings[0]?.curl).toMatch(/^for i in \$\(seq 400\); do curl /)
  })

  it('nothing to try a password at when only reads are allowed', async () => {
    const { findings } = await scanWith(missingRateLimit, startFlood({}), { effect: 'reads' })
    expect(told(findings)).not.toContain('medium missing-rate-limit POST /login')
  })
})

describe('missing-rate-limit is quiet', () => {
  it.each<[string, FloodRules]>([
    ['where calls are refused with 429', { most: 100 }],
    ['where a limit is above one volley', { most: 600 }],
    ['where calls are refused with 503', { most: 100, refusal: 503 }],
    ['where an account is locked', { most: 100, refusal: 423 }],
    ['where a limit is announced', { announces: true }],
  ])('%s', async (_name, rules) => {
    const { findings } = await scanWith(missingRateLimit, startFlood(rules))
    expect(told(findings)).toEqual([])
  })

  it('about an API that is slow by nature, and says so', async () => {
    const { findings, notEvaluated } = await scanWith(missingRateLimit, startFlood({ slow: 700 }), {
      only: ['/timetable'],
    })
    expect(told(findings)).toEqual([])
    expect(notEvaluated.map(entry => entry.notEvaluated).join()).toMatch(/only \d+ of 400 were answered/)
  })
})
