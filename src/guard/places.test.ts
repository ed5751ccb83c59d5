import { describe, expect, it } from 'vitest'
import type { Input } from './exchange.ts'
import { compileInputReader, compileReader, mostValues, ownMember, parameterKey } from './places.ts'

function input(parameters: Readonly<Record<string, unknown>>, body?: unknown): Input {
  return { parameters: new Map(Object.entries(parameters)), body, mediaType: 'application/json' }
}

describe('compileReader', () => {
  it.each<[readonly string[], unknown, unknown[]]>([
    [['id'], { id: 1 }, [1]],
    [['data', '[]', 'id'], { data: [{ id: 1 }, {}, { id: null }, { id: 2 }] }, [1, 2]],
    [['*', 'id'], { a: { id: 1 }, b: { id: 2 } }, [1, 2]],
    [
      ['[]', '[]'],
      [[1, 2], [3]],
      [1, 2, 3],
    ],
    [['ids'], { ids: ['a', ['b']] }, ['a', 'b']],
    [['data', '[]', 'id'], { data: { id: 1 } }, [1]],
    [['data', 'id'], { data: [{ id: 1 }, { id: 2 }] }, [1, 2]],
    [['id'], 'text', []],
    [['id'], undefined, []],
    [['constructor', 'name'], {}, []],
    [['length'], 'text', []],
  ])('%j of %j', (path, value, values) => {
    expect(compileReader(path)(value)).toEqual({ values, complete: true })
  })

  it('says when there is more than it reads', () => {
    const full = Array.from({ length: mostValues }, (_, index) => index)
    expect(compileReader(['[]'])(full).complete).toBe(true)
    expect(compileReader(['[]'])([...full, 1])).toMatchObject({ complete: false })
    let deep: unknown = 1
    for (let level = 0; level < 200; level++) deep = [deep]
    expect(compileReader(['[]'])(deep).complete).toBe(false)
  })
})

describe('compileInputReader', () => {
  it.each(['path', 'query', 'cookie'] as const)('reads a %s parameter, lists laid flat', place => {
    const read = compileInputReader({ place, name: 'ids', path: ['ids'] })
    expect(read(input({ [`${place}.ids`]: ['a', 'b'] })).values).toEqual(['a', 'b'])
    expect(read(input({}))).toEqual({ values: [], complete: true })
  })

  it('reads a header whatever its case', () => {
    const field = { place: 'header', name: 'X-Tenant', path: ['X-Tenant'] } as const
    expect(parameterKey(field)).toBe('header.x-tenant')
    expect(compileInputReader(field)(input({ 'header.x-tenant': 't' })).values).toEqual(['t'])
  })

  it('reads a body', () => {
    const read = compileInputReader({ place: 'body', name: 'id', path: ['lines', '[]', 'id'] })
    expect(read(input({}, { lines: [{ id: 1 }, { id: 2 }] })).values).toEqual([1, 2])
    expect(read(input({ 'body.id': 1 })).values).toEqual([])
  })
})

describe('ownMember', () => {
  it('never answers with what the prototype has', () => {
    expect(ownMember({}, 'constructor')).toBeUndefined()
    expect(ownMember(null, 'a')).toBeUndefined()
    expect(ownMember({ a: 1 }, 'a')).toBe(1)
  })
})
