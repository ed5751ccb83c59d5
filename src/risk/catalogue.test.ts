import { describe, expect, it } from 'vitest'
import { type WeaknessId, weakness, weaknesses } from './catalogue.ts'
import { riskTitles, severities, type Weakness } from './weakness.ts'

// Numbers of CWE that are views, categories or deprecated, and so name no weakness although they look like one.
const notWeaknesses = new Set([16, 19, 255, 264, 265, 275, 310, 320, 399, 417, 429, 438, 557, 635, 840, 1000, 1003])

function repeated(values: readonly string[]): readonly string[] {
  return values.filter((value, index) => values.indexOf(value) !== index)
}

/** Everything that is wrong with a catalogue, one line each; the planted faults below prove that it sees them. */
function faults(catalogue: readonly Weakness[]): readonly string[] {
  return [
    ...repeated(catalogue.map(({ id }) => id)).map(id => `${id}: id is not unique`),
    ...repeated(catalogue.map(({ title }) => title)).map(title => `${title}: title is not unique`),
    ...repeated(catalogue.map(({ explanation }) => explanation)).map(text => `${text}: explanation is not unique`),
    ...catalogue.flatMap(entry => faultsOfOne(entry).map(fault => `${entry.id}: ${fault}`)),
  ]
}

function faultsOfOne({ id, cwe, severity, title, explanation }: Weakness): readonly string[] {
  const sentences = explanation.split(/(?<=[.?!]) /)
  return [
    ...(/^[a-z]+(-[a-z]+)*$/.test(id) ? [] : ['id is not kebab-case']),
    ...(Number.isInteger(cwe) && cwe >= 20 && cwe <= 1500 && !notWeaknesses.has(cwe) ? [] : ['CWE is not plausible']),
    ...(severities.includes(severity) ? [] : ['severity is unknown']),
    ...(/^[A-Z].{3,70}[^.]$/.test(title) ? [] : ['title is not a short noun phrase']),
    ...(explanation.endsWith('.') ? [] : ['explanation does not end with a full stop']),
    ...(sentences.length <= 3 ? [] : ['explanation has more than three sentences']),
  ]
}

describe('the catalogue', () => {
  it('has no faults', () => {
    expect(faults(weaknesses)).toEqual([])
  })

  it('names weaknesses for each of the ten risks, in their order', () => {
    expect([...new Set(weaknesses.map(({ risk }) => risk))]).toEqual(Object.keys(riskTitles))
  })

  it('gives the entry for every id', () => {
    expect(weaknesses.map(({ id }) => weakness(id))).toEqual(weaknesses)
  })

  it('ties a weakness to its risk and CWE', () => {
    expect(weakness('broken-object-level-authorization')).toMatchObject({
      risk: 'API1',
      cwe: 639,
      severity: 'critical',
    })
    expect(weakness('cleartext-third-party')).toMatchObject({ risk: 'API10', cwe: 319 })
  })

  it('does not compile with a typo in an id', () => {
    // @ts-expect-error: were WeaknessId to widen to string, tsc would report this line as an unused directive.
    const typo: WeaknessId = 'broken-object-levle-authorization'
    expect(weaknesses.some(({ id }) => id === typo)).toBe(false)
  })
})

describe('a fault planted in the catalogue is reported', () => {
  const sound = weakness('brute-force')
  it.each<{ planted: string; entry: Weakness; expected: string }>([
    { planted: 'repeated id', entry: { ...sound, title: 'Other' }, expected: 'brute-force: id is not unique' },
    { planted: 'repeated title', entry: { ...sound, id: 'other' }, expected: `${sound.title}: title is not unique` },
    {
      planted: 'repeated explanation',
      entry: { ...sound, id: 'other' },
      expected: `${sound.explanation}: explanation is not unique`,
    },
    {
      planted: 'id in camel case',
      entry: { ...sound, id: 'bruteForce' },
      expected: 'bruteForce: id is not kebab-case',
    },
    { planted: 'category', entry: { ...sound, id: 'other', cwe: 16 }, expected: 'other: CWE is not plausible' },
    { planted: 'fraction', entry: { ...sound, id: 'other', cwe: 307.5 }, expected: 'other: CWE is not plausible' },
    {
      planted: 'title that is a sentence',
      entry: { ...sound, id: 'other', title: 'It is broken.' },
      expected: 'other: title is not a short noun phrase',
    },
    {
      planted: 'missing full stop',
      entry: { ...sound, id: 'other', explanation: 'It is wrong' },
      expected: 'other: explanation does not end with a full stop',
    },
    {
      planted: 'long explanation',
      entry: { ...sound, id: 'other', explanation: 'One. Two. Three. Four.' },
      expected: 'other: explanation has more than three sentences',
    },
  ])('$planted', ({ entry, expected }) => {
    expect(faults([...weaknesses, entry])).toContain(expected)
  })
})
