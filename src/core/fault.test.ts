import { describe, expect, it } from 'vitest'
import { Fault, type FaultCode, faultCodes, formatPlace } from './fault.ts'

describe('Fault', () => {
  it('reads as place, message and way out on one line, without a stack', () => {
    const fault = new Fault('contract-malformed', 'A tab may not indent YAML.', {
      hint: 'Use spaces.',
      place: { file: 'openapi.yaml', line: 3, column: 1 },
      cause: new Error('inner'),
    })
    expect(fault.toLine()).toBe('openapi.yaml:3:1: A tab may not indent YAML. Use spaces.')
    expect(fault.cause).toBeInstanceOf(Error)
  })

  it.each([
    [{ file: 'a' }, 'a'],
    [{ file: 'a', line: 2 }, 'a:2'],
    [{ file: 'a', line: 2, column: 5 }, 'a:2:5'],
  ])('formats the place %o as %s', (place, text) => {
    expect(formatPlace(place)).toBe(text)
  })

  it('ends with status 2 where the user can correct the call and 3 where the work could not be done', () => {
    const three = (Object.keys(faultCodes) as FaultCode[]).filter(code => new Fault(code, 'x').exitStatus === 3)
    expect(three.sort()).toEqual(['incomplete', 'upstream-unreachable'])
  })
})
