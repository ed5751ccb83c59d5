import { describe, expect, it } from 'vitest'
import { atLeast, compareSeverity, riskTitles, type Severity, severities } from './weakness.ts'

describe('severity', () => {
  it('sorts the worst first', () => {
    const mixed: Severity[] = ['info', 'high', 'low', 'critical', 'medium']
    expect(mixed.sort(compareSeverity)).toEqual(['critical', 'high', 'medium', 'low', 'info'])
  })

  it.each([
    { severity: 'critical', threshold: 'high', reached: true },
    { severity: 'high', threshold: 'high', reached: true },
    { severity: 'medium', threshold: 'high', reached: false },
    { severity: 'info', threshold: 'low', reached: false },
  ] as const)('$severity against the threshold $threshold: $reached', ({ severity, threshold, reached }) => {
    expect(atLeast(severity, threshold)).toBe(reached)
  })

  it('takes everything when the threshold is the mildest', () => {
    expect(severities.every(severity => atLeast(severity, 'info'))).toBe(true)
  })
})

it('names the ten risks in the order of OWASP', () => {
  expect(Object.keys(riskTitles)).toEqual(Array.from({ length: 10 }, (_, index) => `API${index + 1}`))
})
