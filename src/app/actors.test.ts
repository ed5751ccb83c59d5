import { describe, expect, it } from 'vitest'
import { parseContract } from '../contract/load.ts'
import { parseActors } from './actors.ts'

const contract = parseContract({
  contract: {
    file: 'openapi.yaml',
    text: `openapi: 3.1.0
info: { title: T, version: '1' }
paths: {}
components: { securitySchemes: { key: { type: apiKey, in: header, name: X-Key } } }
`,
  },
})
const parse = (text: string) => parseActors({ file: 'actors.yaml', text }, contract, { TOKEN_A: 'aaa' })

describe('actors.yaml', () => {
  it('sends a bare token the way the contract asks for it', () => {
    expect(parse("actors: [{ name: userA, token: '${TOKEN_A}', roles: [user] }]")).toEqual([
      { name: 'userA', credential: { kind: 'header', name: 'X-Key', value: 'aaa' }, roles: ['user'] },
    ])
  })

  it('takes keys in headers, queries and cookies, and basic credentials', () => {
    const actors = parse(`actors:
  - { name: a, header: { name: X-Api-Key, value: k } }
  - { name: b, basic: { user: u, password: p } }`)
    expect(actors.map(actor => actor.credential)).toEqual([
      { kind: 'header', name: 'X-Api-Key', value: 'k' },
      { kind: 'basic', user: 'u', password: 'p' },
    ])
  })

  it.each([
    ['actors: [{ token: x }]', 'has no "name"'],
    ['actors: [{ name: a }]', 'needs one credential'],
    ['actors: [{ name: a, token: x, cookie: { name: c, value: v } }]', 'needs one credential'],
    ['actors: [{ name: a, tokne: x }]', 'has no key "tokne"'],
    ["actors: [{ name: a, token: '${NOWHERE}' }]", 'NOWHERE is not set'],
    ['actors: [{ name: a, token: x }, { name: a, token: y }]', 'is named "a" like another'],
    ['people: []', 'has no key "people"'],
    ['{}', 'has no "actors"'],
  ])('complains about %s', (text, words) => {
    expect(() => parse(text)).toThrow(words)
  })
})
