import { describe, expect, it } from 'vitest'
import { weaknesses } from '../risk/catalogue.ts'
import { requirements } from '../risk/requirements.ts'
import { allCards, computeCoverage } from './coverage.ts'

describe('coverage', () => {
  const matrix = computeCoverage()

  it('has a row for every weakness and every requirement, answered or not', () => {
    expect(matrix.weaknesses.map(row => row.id)).toEqual(weaknesses.map(weakness => weakness.id))
    expect(matrix.requirements.map(row => row.id)).toEqual(requirements.map(requirement => requirement.id))
    expect(matrix.requirements).toHaveLength(129)
  })

  it('shows honest empty cells', () => {
    const empty = matrix.weaknesses.filter(row =>
      [row.warned, row.proven, row.stopped, row.noticed].some(cell => cell.length === 0),
    )
    expect(empty.length).toBeGreaterThan(0)
  })

  it('loses a cell when its card is taken away: nobody maintains it by hand', () => {
    const without = computeCoverage(allCards().filter(({ card }) => card.id !== 'foreign-object-id'))
    const noticed = (coverage: typeof matrix) =>
      coverage.weaknesses.find(row => row.id === 'broken-object-level-authorization')?.noticed
    expect(noticed(matrix)).toContain('detector/foreign-object-id')
    expect(noticed(without)).not.toContain('detector/foreign-object-id')
  })

  it('has at least four members in each family', () => {
    const kinds = Map.groupBy(allCards(), ({ kind }) => kind)
    for (const kind of ['rule', 'probe', 'policy', 'detector'] as const) {
      expect(kinds.get(kind)?.length, kind).toBeGreaterThanOrEqual(4)
    }
  })
})
