import { describe, expect, it } from 'vitest'
import { Fault } from '../core/fault.ts'
import { event, object } from './event.fixture.ts'
import { readEventStream, readEvents } from './events.ts'

const one = JSON.stringify(event({ used: [object('account', 1)] }))
const two = JSON.stringify(event({ unmatched: true, path: '/x' }))

function faultOf(lines: readonly string[]): string {
  try {
    return `read ${[...readEvents(lines, 'events.jsonl')].length}`
  } catch (fault) {
    return fault instanceof Fault ? fault.toLine() : String(fault)
  }
}

describe('readEvents', () => {
  const reads: Record<string, readonly [lines: readonly string[], count: number]> = {
    'lines of events': [[one, two], 2],
    'empty lines between them and at the end': [[one, '', '  ', two, ''], 2],
    'a byte order mark': [[`\uFEFF${one}`], 1],
    'nothing at all': [[], 0],
    'a last line that was cut off': [[one, two.slice(0, 40)], 1],
    'a last line that was cut off, and the line break after it': [[one, two.slice(0, 1), ''], 1],
    'members that a later version adds': [[one.replace('{', '{"added":1,')], 1],
  }
  for (const [name, [lines, count]] of Object.entries(reads)) {
    it(`reads ${name}`, () => expect([...readEvents(lines)]).toHaveLength(count))
  }

  it('gives the events as they were written', () => {
    expect([...readEvents([one])]).toEqual([JSON.parse(one)])
  })

  const without = (member: string) => JSON.stringify({ ...JSON.parse(one), [member]: undefined })
  const withMember = (member: string, value: unknown) => JSON.stringify({ ...JSON.parse(one), [member]: value })
  const faults: Record<string, readonly [lines: readonly string[], message: string]> = {
    'a cut line that is not the last': [[one, two.slice(0, 40), one], 'events.jsonl:2: This line is not JSON.'],
    'a line that is not JSON, although another bad one is last': [['{', 'x'], 'events.jsonl:1: This line is not JSON.'],
    'a last line that is complete and no event': [
      [one, '[]'],
      'events.jsonl:2: This line is not an event: the line is not an object.',
    ],
    'a missing member': [['', without('caller')], 'events.jsonl:2: This line is not an event: "caller" is missing.'],
    'a member of another type': [
      [withMember('at', 'now')],
      'events.jsonl:1: This line is not an event: "at" is not what it should be.',
    ],
    'an unknown decision': [[withMember('decision', 'maybe')], '"decision" is not what it should be'],
    'a sighting without an id': [[withMember('used', [{ type: 'a' }])], '"used" is not what it should be'],
    'an operation without a path': [
      [withMember('operation', { method: 'GET' })],
      '"operation" is not what it should be',
    ],
    'a caller of an unknown kind': [
      [withMember('caller', { kind: 'x', id: '', address: '' })],
      '"caller" is not what it should be',
    ],
  }
  for (const [name, [lines, message]] of Object.entries(faults)) {
    it(`raises a Fault for ${name}`, () => {
      expect(faultOf(lines)).toContain(message)
      expect(faultOf(lines)).toContain('Events come from `rugged guard --events FILE`')
    })
  }

  it('reads lines that arrive over time alike', async () => {
    async function* arrive() {
      yield* [one, two, '{"at":']
    }
    const events = []
    for await (const read of readEventStream(arrive())) events.push(read)
    expect(events).toHaveLength(2)
  })
})
