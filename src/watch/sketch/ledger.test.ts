import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anonymous, event, object, start, subject } from '../event.fixture.ts'
import { Sketches } from './sketches.ts'

const callers = [subject('a'), subject('b'), subject('c'), subject('d'), anonymous()]

const arbitraryEvent = fc
  .record({
    caller: fc.constantFrom(...callers),
    used: fc.array(fc.nat({ max: 9 }), { maxLength: 2 }),
    handed: fc.array(fc.nat({ max: 9 }), { maxLength: 3 }),
    status: fc.constantFrom(200, 200, 201, 404),
    at: fc.nat({ max: 5_000_000 }),
  })
  .map(({ used, handed, at, ...rest }) =>
    event({
      ...rest,
      at: start + at,
      used: used.map(id => object('thing', id)),
      handed: handed.map(id => object('thing', id)),
    }),
  )

const standings = (sketches: Sketches) =>
  callers.flatMap(caller =>
    Array.from({ length: 10 }, (_, id) => sketches.ledger.standing(event({ caller }), object('thing', id))),
  )

describe('Ledger', () => {
  it('never calls foreign what was handed to the caller, to an anonymous caller or to three, nor what nobody was handed', () => {
    fc.assert(
      fc.property(fc.array(arbitraryEvent, { maxLength: 40 }), events => {
        const sketches = new Sketches()
        const handedTo = new Map<string, Set<string>>()
        for (const one of events) {
          sketches.ledger.learn(one)
          if (one.status >= 400) continue
          const named = one.used.map(({ id }) => id)
          for (const { id } of one.handed) {
            if (named.includes(id) && one.status !== 201) continue
            const kind =
              one.caller.kind === 'anonymous' ? (one.status === 201 ? undefined : 'anonymous') : one.caller.id
            if (kind !== undefined) handedTo.set(id, (handedTo.get(id) ?? new Set()).add(kind))
          }
        }
        for (const caller of callers) {
          for (let id = 0; id < 10; id++) {
            const one = object('thing', id)
            const holders = handedTo.get(one.id) ?? new Set()
            const { kind } = sketches.ledger.standing(event({ caller }), one)
            if (kind !== 'foreign') continue
            expect(holders.size).toBeGreaterThan(0)
            expect(holders.size).toBeLessThan(3)
            expect(holders.has(caller.id)).toBe(false)
            expect(holders.has('anonymous')).toBe(false)
          }
        }
      }),
    )
  })

  it('says the same after saving and restoring', () => {
    fc.assert(
      fc.property(fc.array(arbitraryEvent, { maxLength: 30 }), events => {
        const original = new Sketches()
        for (const one of events) original.ledger.learn(one)
        const restored = new Sketches({ saved: JSON.parse(JSON.stringify(original.save())) })
        expect(standings(restored)).toEqual(standings(original))
      }),
    )
  })

  it('stays below its cap and forgets to unknown, never to foreign', () => {
    const sketches = new Sketches({ bytes: 100_000 })
    const anna = subject('anna')
    sketches.ledger.learn(event({ caller: anna, handed: [object('thing', 'first')] }))
    for (let id = 0; id < 2_000; id++) sketches.ledger.learn(event({ caller: anna, handed: [object('thing', id)] }))
    expect(sketches.bytes).toBeLessThanOrEqual(100_000)
    expect(sketches.ledger.standing(event({ caller: anna }), object('thing', 'first'))).toEqual({ kind: 'unknown' })
    expect(sketches.ledger.standing(event({ caller: subject('bert') }), object('thing', 'first')).kind).toBe('unknown')
    expect(sketches.ledger.standing(event({ caller: subject('bert') }), object('thing', 1_999)).kind).toBe('foreign')
  })
})
