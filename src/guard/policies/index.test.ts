import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { moments } from '../policy.ts'
import { policies } from './index.ts'

const folder = new URL('.', import.meta.url)
const files = readdirSync(folder).filter(name => name.endsWith('.ts') && !/\.(?:test|fixture)\.ts$/.test(name))

/** The ids of the policies that files of a folder define; a file that defines none is machinery of its neighbour. */
function definedIds(sources: ReadonlyMap<string, string>): readonly string[] {
  return [...sources].filter(([, text]) => text.includes('= definePolicy')).map(([name]) => name.replace(/\.ts$/, ''))
}

const sources = new Map(files.map(name => [name, readFileSync(new URL(name, folder), 'utf8')]))

describe('the list of policies', () => {
  it('holds every policy of the folder, each under the name of its file', () => {
    expect(policies.map(policy => policy.id).toSorted()).toEqual(definedIds(sources).toSorted())
  })

  it('would miss a policy that nobody listed', () => {
    const planted = new Map([...sources, ['planted.ts', 'export const planted = definePolicy({})']])
    expect(policies.map(policy => policy.id).toSorted()).not.toEqual(definedIds(planted).toSorted())
  })

  it('has a test beside each policy', () => {
    const tests = new Set(readdirSync(folder))
    for (const { id } of policies) expect(tests, id).toContain(`${id}.test.ts`)
  })

  it('serves only requirements that a test of the policy names', () => {
    for (const { id, serves = [] } of policies) {
      const test = readFileSync(new URL(`${id}.test.ts`, folder), 'utf8')
      for (const requirement of serves) expect(test, `${id} ${requirement}`).toMatch(new RegExp(`${requirement}\\b`))
    }
  })

  it('keeps the order in which one relies on the other', () => {
    const ids = policies.map(policy => policy.id)
    const inOrder = (a: string, b: string) => expect(ids.indexOf(a), `${a} before ${b}`).toBeLessThan(ids.indexOf(b))
    inOrder('authentication', 'role-access')
    inOrder('request-contract', 'page-size')
    inOrder('object-ownership', 'error-disclosure')
    inOrder('object-ownership', 'response-contract')
    inOrder('error-disclosure', 'response-contract')
    inOrder('response-contract', 'property-visibility')
    inOrder('object-budget', 'object-ledger')
    inOrder('property-visibility', 'object-ledger')
    inOrder('object-ownership', 'object-ledger')
    expect(ids.at(-1)).toBe('security-headers')
    expect(moments[0]).toBe('connection')
  })
})
