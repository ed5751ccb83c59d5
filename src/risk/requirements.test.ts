import { describe, expect, it } from 'vitest'
import { weakness, weaknesses } from './catalogue.ts'
import type { Requirement } from './requirement.ts'
import { type RequirementId, requirement, requirements } from './requirements.ts'
import { type RiskId, riskTitles } from './weakness.ts'

const risks = Object.keys(riskTitles)
const lines = { API1: 8, API2: 23, API3: 8, API4: 15, API5: 9, API6: 12, API7: 10, API8: 18, API9: 17, API10: 9 }

function repeated(values: readonly string[]): readonly string[] {
  return values.filter((value, index) => values.indexOf(value) !== index)
}

/** Everything that is wrong with a list of requirements, one line each; the planted faults below prove it. */
function faults(list: readonly Requirement[]): readonly string[] {
  const implied = new Set(list.flatMap(entry => entry.weaknesses))
  return [
    ...repeated(list.map(({ id }) => id)).map(id => `${id}: id is not unique`),
    ...repeated(list.map(({ text }) => text)).map(text => `${text}: text is not unique`),
    ...weaknesses.filter(({ id }) => !implied.has(id)).map(({ id }) => `${id}: no requirement is about it`),
    ...list.flatMap(entry => faultsOfOne(entry).map(fault => `${entry.id}: ${fault}`)),
  ]
}

function faultsOfOne(entry: Requirement): readonly string[] {
  const own = entry.weaknesses.map(id => weakness(id).risk === entry.risk)
  return [
    ...(new RegExp(`^${entry.risk}-[a-z]$`).test(entry.id) ? [] : ['id is not the risk and a letter']),
    ...(entry.text.endsWith('.') ? [] : ['text does not end with a full stop']),
    // Nothing of its own risk may follow a weakness of another, and there is at least one of its own.
    ...(own[0] && own.lastIndexOf(true) === own.filter(Boolean).length - 1 ? [] : ['own weaknesses do not come first']),
    ...repeated(entry.weaknesses).map(id => `names ${id} twice`),
    ...repeated(entry.parts).map(part => `names ${part} twice`),
    ...Object.keys(entry.notes ?? {})
      .filter(part => !entry.parts.some(serving => serving === part))
      .map(part => `has a note for ${part}, which does not serve it`),
  ]
}

describe('the requirements', () => {
  it('are 129, as many per risk as OWASP asks', () => {
    expect(requirements).toHaveLength(129)
    const counted = risks.map(risk => [risk, requirements.filter(entry => entry.risk === risk).length])
    expect(Object.fromEntries(counted)).toEqual(lines)
  })

  it('have no faults', () => {
    expect(faults(requirements)).toEqual([])
  })

  it('are lettered from a onwards within each risk', () => {
    const expected = Object.entries(lines).flatMap(([risk, count]) =>
      Array.from({ length: count }, (_, index) => `${risk}-${String.fromCharCode(97 + index)}`),
    )
    expect(requirements.map(({ id }) => id)).toEqual(expected)
  })

  it('are found by id, with owner, notes and attestation', () => {
    expect(requirements.map(({ id }) => requirement(id))).toEqual(requirements)
    expect(requirement('API1-a')).toMatchObject({
      asks: 'vulnerable',
      parts: ['audit', 'inventory'],
      attestation: false,
    })
    expect(requirement('API4-b')).toMatchObject({ notes: { guard: 'own process' }, attestation: true })
  })

  it('do not compile with a typo in an id', () => {
    // @ts-expect-error: were RequirementId to widen to string, tsc would report this line as an unused directive.
    const typo: RequirementId = 'API1-z'
    expect(requirements.some(({ id }) => id === typo)).toBe(false)
  })
})

describe('a fault planted in the requirements is reported', () => {
  const sound: Requirement = requirement('API1-b')
  const elsewhere: RiskId = 'API2'
  it.each<{ planted: string; entry: Requirement; expected: string }>([
    { planted: 'repeated id', entry: { ...sound, text: 'Other.' }, expected: 'API1-b: id is not unique' },
    { planted: 'repeated text', entry: { ...sound, id: 'API1-y' }, expected: `${sound.text}: text is not unique` },
    {
      planted: 'id of another risk',
      entry: { ...sound, id: 'API3-y' },
      expected: 'API3-y: id is not the risk and a letter',
    },
    {
      planted: 'foreign weakness first',
      entry: { ...sound, id: 'API2-y', risk: elsewhere },
      expected: 'API2-y: own weaknesses do not come first',
    },
    {
      planted: 'own weakness after a foreign one',
      entry: { ...sound, weaknesses: ['missing-object-rule', 'brute-force', 'predictable-object-id'] },
      expected: 'API1-b: own weaknesses do not come first',
    },
    {
      planted: 'note for a part that does not serve it',
      entry: { ...sound, notes: { watch: 'never' } },
      expected: 'API1-b: has a note for watch, which does not serve it',
    },
    {
      planted: 'part named twice',
      entry: { ...sound, parts: ['scan', 'scan'] },
      expected: 'API1-b: names scan twice',
    },
  ])('$planted', ({ entry, expected }) => {
    expect(faults([...requirements, entry])).toContain(expected)
  })

  it('weakness that no requirement is about', () => {
    const without = requirements.filter(({ id }) => id !== 'API2-e')
    expect(faults(without)).toContain('credential-in-url: no requirement is about it')
  })
})
