import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Rule } from '../rule.ts'
import { rules } from './index.ts'

const files = readdirSync(new URL('.', import.meta.url))
const ids = files
  .filter(file => /^[a-z-]+\.ts$/.test(file) && file !== 'index.ts')
  .map(file => file.replace(/\.ts$/, ''))

/** What is wrong with a list of rules, measured against the folder. */
function faults(list: readonly Pick<Rule, 'id'>[], folder: readonly string[]): string[] {
  const listed = list.map(({ id }) => id)
  return [
    ...folder.filter(id => !listed.includes(id)).map(id => `${id} is not listed`),
    ...listed.filter(id => !folder.includes(id)).map(id => `${id} has no file of its name`),
    ...listed.filter((id, index) => listed.indexOf(id) !== index).map(id => `${id} is listed twice`),
    ...listed.filter(id => !files.includes(`${id}.test.ts`)).map(id => `${id} has no test`),
  ]
}

describe('the family of rules', () => {
  it('is complete against its folder', () => {
    expect(ids.length).toBeGreaterThanOrEqual(16)
    expect(faults(rules, ids)).toEqual([])
  })

  it('would notice a rule that is missing, unknown, doubled or untested', () => {
    const [first, ...rest] = rules
    expect(faults(rest, ids)).toEqual([`${first?.id} is not listed`])
    expect(faults([...rules, { id: 'a-rule' }], ids)).toEqual(['a-rule has no file of its name', 'a-rule has no test'])
    expect(faults([...rules, ...rules.slice(0, 1)], ids)).toEqual([`${first?.id} is listed twice`])
  })

  it('speaks in sentences', () => {
    const told = rules.flatMap(({ id, summary, remedy }) => [summary, remedy].map(text => ({ id, text })))
    expect(told.filter(({ text }) => !/^[A-Z].*\.$/.test(text))).toEqual([])
    expect(rules.filter(rule => rule.api === undefined && rule.operation === undefined)).toEqual([])
  })
})
