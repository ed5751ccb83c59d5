import { describe, expect, it } from 'vitest'
import { parseContract } from '../contract/load.ts'
import type { Contract, Located, Schema } from '../contract/model.ts'
import { isObject } from '../core/json.ts'
import { mostValues } from './places.ts'
import { byPointer, compileAnswers, compileTree, type Marks, type SchemaTree } from './schema-tree.ts'
import { editMarked, removed, visitMarked } from './tree-walk.ts'

const text = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1' },
  paths: {
    '/notes': {
      get: {
        responses: {
          '200': {
            description: 'ok',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Page' } } },
          },
          '4XX': { description: 'no', content: { 'application/json': { schema: { type: 'object', properties: {} } } } },
        },
      },
    },
  },
  components: {
    schemas: {
      Page: {
        type: 'object',
        properties: {
          data: { type: 'array', items: { $ref: '#/components/schemas/Note' } },
          first: { $ref: '#/components/schemas/Note' },
          byName: { type: 'object', additionalProperties: { $ref: '#/components/schemas/Note' } },
        },
      },
      Note: {
        allOf: [
          { $ref: '#/components/schemas/Base' },
          {
            type: 'object',
            properties: {
              answers: { type: 'array', items: { $ref: '#/components/schemas/Note' } },
              parent: { type: 'object', properties: { note: { $ref: '#/components/schemas/Note' } } },
            },
          },
        ],
      },
      Base: { type: 'object', properties: { id: { type: 'integer' }, secret: { type: 'string' } } },
      Plain: { type: 'object', properties: { text: { type: 'string' } } },
    },
  },
})

const contract: Contract = parseContract({ contract: { file: 'notes.json', text } })

function schema(name: string): Located<Schema> {
  const located = contract.at(`/components/schemas/${name}`)
  if (located === undefined || !isObject(located.value)) throw new Error(`There is no ${name}.`)
  return { value: located.value, pointer: located.pointer }
}

const marks: Marks<string, string> = {
  property: byPointer(['/components/schemas/Base/properties/secret'], pointer => pointer),
  object: parts => (parts.some(part => part.pointer === '/components/schemas/Note') ? 'note' : undefined),
}

function tree(): SchemaTree<string, string> {
  const compiled = compileTree(contract, [schema('Page')], marks)
  if (compiled === undefined) throw new Error('Nothing is marked.')
  return compiled
}

function visited(value: unknown): unknown[] {
  const values: unknown[] = []
  visitMarked(value, tree(), (_, found) => values.push(found))
  return values
}

/** Keeps notes whose id is even, and takes secrets away. */
function sifted(value: unknown) {
  return editMarked(value, tree(), {
    property: () => removed,
    keep: (_, object) => isObject(object) && Number(object['id']) % 2 === 0,
  })
}

describe('compileTree', () => {
  it('is undefined where nothing is marked', () => {
    expect(compileTree(contract, [schema('Plain')], marks)).toBeUndefined()
  })

  it('gives the tree of the declared status, its class, or of all where the status is not declared', () => {
    const [operation] = contract.operations
    const treeOf = compileAnswers(contract, operation?.responses ?? [], marks)
    expect(treeOf?.(200)?.live).toBe(true)
    expect(treeOf?.(404)).toBeUndefined()
    expect(treeOf?.(203)?.live).toBe(true)
  })
})

describe('visitMarked', () => {
  it('finds values in lists, maps, nested objects and as deep as a recursive schema goes', () => {
    const value = {
      data: [{ secret: 'a', answers: [{ secret: 'b', answers: [{ secret: 'c' }] }] }, { secret: null }, {}],
      first: { secret: 'd', parent: { note: { secret: 'e' } } },
      byName: { x: { secret: 'f' }, y: { secret: ['g', ['h']] } },
      other: { secret: 'not declared here' },
    }
    expect(visited(value)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
  })

  it('finds values where a list stands in the place of an object, and the other way round', () => {
    expect(visited({ data: { secret: 'a' }, first: [{ secret: 'b' }] })).toEqual(['a', 'b'])
    expect(visited([{ first: { secret: 'c' } }])).toEqual(['c'])
  })

  it('does not answer to names of the prototype', () => {
    expect(visited(Object.create({ first: { secret: 'a' } }))).toEqual([])
  })

  it('says when there was more than it looked at', () => {
    const many = { data: Array.from({ length: mostValues + 1 }, () => ({ secret: 'x' })) }
    expect(visitMarked(many, tree(), () => {})).toBe(false)
    let deep: object = { secret: 'x' }
    for (let level = 0; level < 1_000; level++) deep = { answers: [deep] }
    expect(visitMarked({ first: deep }, tree(), () => {})).toBe(false)
  })
})

describe('editMarked', () => {
  it('gives the very same value when nothing changes', () => {
    const value = { data: [{ id: 2 }], byName: { x: { id: 4 } } }
    expect(sifted(value).value).toBe(value)
  })

  it('takes rejected objects out of lists and maps, and properties away, without touching the original', () => {
    const value = { data: [{ id: 1 }, { id: 2, secret: 'a' }, 'text'], byName: { x: { id: 3 }, y: { id: 4 } }, more: 1 }
    const before = structuredClone(value)
    expect(sifted(value)).toEqual({
      value: { data: [{ id: 2 }, 'text'], byName: { y: { id: 4 } }, more: 1 },
      lone: false,
    })
    expect(value).toEqual(before)
  })

  it('takes a rejected object out of the nearest kept one above it', () => {
    expect(sifted({ data: [{ id: 2, parent: { note: { id: 1 } }, answers: [{ id: 3 }, { id: 4 }] }] })).toEqual({
      value: { data: [{ id: 2, answers: [{ id: 4 }] }] },
      lone: false,
    })
  })

  it('says when a rejected object stands alone', () => {
    expect(sifted({ first: { id: 1 }, data: [{ id: 2 }] }).lone).toBe(true)
    expect(sifted([{ first: { id: 1 } }, { first: { id: 2 } }])).toEqual({ value: [{ first: { id: 2 } }], lone: false })
  })

  it('lets nothing out that is nested deeper than it looks', () => {
    let deep: object = { id: 2, secret: 'x' }
    for (let level = 0; level < 1_000; level++) deep = { id: 2, answers: [deep] }
    expect(JSON.stringify(sifted({ first: deep }).value)).not.toContain('secret')
  })
})
