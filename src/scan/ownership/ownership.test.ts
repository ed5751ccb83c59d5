import { describe, expect, it } from 'vitest'
import { type Careless, startParking } from '../parking.fixture.ts'
import { objectOwnership } from '../probes/object-ownership.ts'
import { actorNamed, scanWith } from '../server.fixture.ts'
import { partiesIn } from './parties.ts'
import { missingId } from './read.ts'

describe('an id that nobody checks is found', () => {
  it.each<[string, Careless, string, string]>([
    ['in a path', 'driver', 'GET /drivers/{driverId}', 'path driverId'],
    ['in a path above a list', 'permits', 'GET /drivers/{driverId}/permits', 'path driverId'],
    [
      'nested, where both ids are taken on trust',
      'permit',
      'GET /drivers/{driverId}/permits/{permitId}',
      'path driverId',
    ],
    [
      'nested, where only the outer one is checked',
      'permit alone',
      'GET /drivers/{driverId}/permits/{permitId}',
      'path permitId',
    ],
    ['in a query', 'fines', 'GET /fines', 'query driver_id'],
    ['in a header', 'receipt', 'GET /receipt', 'header X-Permit'],
    ['in a list of a body', 'lookup', 'POST /permits/lookup', 'body permit_ids[]'],
    ['in a body, where only some pairs of ids go together', 'from', 'POST /transfers', 'body from_meter'],
    ['in a path, for a change that says the same each time', 'rename', 'PUT /drivers/{driverId}', 'path driverId'],
  ])('%s', async (_name, careless, operation, field) => {
    const { findings } = await scanWith(objectOwnership, startParking([careless]))
    expect(findings.map(finding => `${finding.operation?.method} ${finding.operation?.path}`)).toContain(operation)
    expect(new Set(findings.map(finding => `${finding.operation?.method} ${finding.operation?.path}`)).size).toBe(1)
    expect(findings.map(({ evidence }) => evidence?.['field'])).toContain(field)
  })
})

describe('nothing is found', () => {
  it.each<[string, readonly Careless[]]>([
    ['where every id is checked', []],
    ['where anybody may give to anybody', ['to']],
  ])('%s', async (_name, careless) => {
    const { findings, ledger } = await scanWith(objectOwnership, startParking(careless))
    expect(findings.map(({ message }) => message)).toEqual([])
    expect(
      ledger.filter(({ happyPath }) => !happyPath).map(({ operation, reason }) => [operation.path, reason]),
    ).toEqual([])
  })
})

describe('the two parties', () => {
  const [ann, boss, cat, dan] = [
    actorNamed('ann'),
    actorNamed('boss', ['admin']),
    actorNamed('cat', ['tester']),
    actorNamed('dan'),
  ]
  it('are of the same standing, and no administrators', () => {
    expect(partiesIn([boss, ann, cat, dan])).toEqual({ owner: ann, other: dan })
    expect(partiesIn([boss, ann, cat])).toBeUndefined()
  })
})

describe('an id that no object has', () => {
  it.each([
    [41, 'number'],
    ['41', 'string'],
    ['0d9b4a3e-51d1-4b6f-8c39-6f4f4e6f6f10', 'string'],
    ['ord_8fj2k', 'string'],
  ])('looks like %s, and is another one', (id, type) => {
    expect(missingId(id)).not.toBe(id)
    expect(typeof missingId(id)).toBe(type)
  })
})
