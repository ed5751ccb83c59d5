import { describe, expect, it } from 'vitest'
import { parseContract } from '../contract/load.ts'
import { exposeContract } from '../exposure/exposure.ts'
import { sensitiveIn } from './sensitive.ts'

const contract = parseContract({
  contract: {
    file: 'wall.yaml',
    text: "openapi: 3.1.0\ninfo: { title: Wall, version: '1' }\npaths: { /wall: { get: { security: [], responses: { '200': { description: ok } } } } }\n",
  },
})
const [exposure] = exposeContract(contract).operations

function personal(answer: unknown): readonly string[] {
  if (exposure === undefined) throw new Error('the contract has one operation')
  return sensitiveIn(answer, exposure)
    .filter(entry => entry.personal)
    .map(entry => entry.path)
}

describe('whose data it is', () => {
  it('takes what holds a name and a way to reach somebody for a person, whatever it is called', () => {
    expect(personal([{ giver: { first_name: 'Ada', mail: 'x', email: 'ada@mail.example' } }])).toContain(
      '[].giver.email',
    )
  })

  it.each([
    ['a shop with an address for letters', { shop: { title: 'Corner', email: 'hello@shop.example' } }],
    ['a name without a way to reach anybody', { giver: { first_name: 'Ada' } }],
    ['masked values', { giver: { first_name: 'A***', email: '***@***' } }],
  ])('does not take %s for one', (_name, answer) => {
    expect(personal([answer])).toEqual([])
  })
})
