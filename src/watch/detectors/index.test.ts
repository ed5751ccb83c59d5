import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { weakness } from '../../risk/catalogue.ts'
import type { Detector } from '../detector.ts'
import { detectors } from './index.ts'

const files = readdirSync(import.meta.dirname)

/** What is wrong with the family, one line each; the planted faults below show that it can fail. */
function faults(names: readonly string[], family: readonly Detector<unknown>[]): readonly string[] {
  const sources = names.filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'index.ts')
  const listed = family.map(({ id }) => id)
  return [
    ...sources.filter(name => !listed.includes(name.slice(0, -3))).map(name => `${name} is not listed`),
    ...listed.filter(id => !names.includes(`${id}.ts`)).map(id => `${id} has no file of its name`),
    ...listed.filter(id => !names.includes(`${id}.test.ts`)).map(id => `${id} has no test`),
    ...listed.filter((id, index) => listed.indexOf(id) !== index).map(id => `${id} is listed twice`),
    ...(listed.join() === listed.toSorted().join() ? [] : ['the list is not in order']),
  ]
}

describe('the family of detectors', () => {
  it('is complete: id is file name, and a test stands beside it', () => {
    expect(faults(files, detectors)).toEqual([])
  })

  it.each([
    ['a file that is not listed', [...files, 'stray.ts'], detectors, 'stray.ts is not listed'],
    [
      'a test that is missing',
      files.filter(name => name !== 'id-enumeration.test.ts'),
      detectors,
      'id-enumeration has no test',
    ],
    [
      'an id that is no file name',
      files,
      detectors.map(one => ({ ...one, id: `x-${one.id}` })),
      'x-id-enumeration has no file of its name',
    ],
    [
      'a detector listed twice',
      files,
      [...detectors, ...detectors.slice(0, 1)],
      'authentication-failures is listed twice',
    ],
  ])('would notice %s', (_, names, family, fault) => {
    expect(faults(names, family)).toContain(fault)
  })

  it.each(detectors.map(one => [one.id, one] as const))('%s says what it is in plain sentences', (id, detector) => {
    expect(detector.kind).toBe('detector')
    expect(detector.summary).toMatch(/^[A-Z].{20,140}\.$/)
    expect(detector.remedy).toMatch(/^[A-Z].{20,400}\.$/)
    for (const covered of detector.covers) expect(weakness(covered).id).toBe(covered)
    const source = readFileSync(new URL(`${id}.ts`, import.meta.url), 'utf8')
    for (const part of ['What an attacker does', 'How this answers', 'When it is wrong', 'How to waive it']) {
      expect(source).toContain(part)
    }
  })

  it.each(detectors.map(one => [one.id, one] as const))(
    '%s has a named test for each requirement it serves',
    (id, { serves }) => {
      const test = readFileSync(new URL(`${id}.test.ts`, import.meta.url), 'utf8')
      for (const requirement of serves ?? []) expect(test).toContain(`it('${requirement}: `)
    },
  )
})
