import { performance } from 'node:perf_hooks'
import { describe, expect, test } from 'vitest'
import { Fault } from '../core/fault.ts'
import { compose } from './compose.ts'
import { locatePointer, Positions } from './position.ts'

function read(text: string): { value: unknown; at: (pointer: string) => string } {
  const positions = new Positions()
  const value = compose({ file: 'a.yaml', text }, positions)
  const at = (pointer: string) => {
    const { line, column } = locatePointer(positions, value, pointer)
    return `${line}:${column}`
  }
  return { value, at }
}

function faultOf(text: string): Fault {
  try {
    read(text)
  } catch (cause) {
    if (cause instanceof Fault) return cause
    throw cause
  }
  throw new Error('no fault')
}

describe('values', () => {
  test.each([
    ['a: 1', { a: 1 }],
    ['a: "1"', { a: '1' }],
    ["a: '1'", { a: '1' }],
    ['a: 0o17', { a: 15 }],
    ['a: 0x1F', { a: 31 }],
    ['a: 017', { a: 17 }],
    ['a: 1e3', { a: 1000 }],
    ['a: -.5', { a: -0.5 }],
    ['a: .inf', { a: '.inf' }],
    ['a: .nan', { a: '.nan' }],
    ['a: 1.2.3', { a: '1.2.3' }],
    ['a: 2024-01-31', { a: '2024-01-31' }],
    ['a: 2024-01-31T10:00:00Z', { a: '2024-01-31T10:00:00Z' }],
    ['a: 1_000', { a: '1_000' }],
    ['a: 12:30:45', { a: '12:30:45' }],
    ['a: yes', { a: 'yes' }],
    ['a: no', { a: 'no' }],
    ['a: True', { a: true }],
    ['a: ~', { a: null }],
    ['a:', { a: null }],
    ['a: !!str 1', { a: '1' }],
    ['a: !!int "3"', { a: 3 }],
    ['a: !<tag:yaml.org,2002:str> 1', { a: '1' }],
    ['200: x', { '200': 'x' }],
    ['null: x', { null: 'x' }],
    ['1.0: x', { '1.0': 'x' }],
    ['true: x', { true: 'x' }],
    ['a: |\n  x\n  y\n', { a: 'x\ny\n' }],
    ['a: >-\n  x\n  y\n', { a: 'x y' }],
    ['[1, {a: b}]', [1, { a: 'b' }]],
    ['{"a":"\\u00e9\\ud83d\\ude00\\/"}', { a: 'é😀/' }],
    ['{\n\t"a": [\n\t\t1\n\t]\n}', { a: [1] }],
    ['a: &x {b: 1}\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    ['k: &k name\n*k : 1', { k: 'name', name: 1 }],
    ['a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3', { a: { b: 1, c: 2 }, d: { c: 3, b: 1 } }],
    ['a: &x {b: 1}\nd: {<<: [*x, {b: 2, e: 5}]}', { a: { b: 1 }, d: { b: 1, e: 5 } }],
    ['"<<": 1', { '<<': 1 }],
    ['%YAML 1.2\n---\na: 1\n...', { a: 1 }],
  ])('%j is read as YAML 1.2', (text, value) => {
    expect(read(text).value).toEqual(value)
  })

  test('__proto__ and constructor are members like any other', () => {
    const { value } = read('{"__proto__": {"polluted": true}, "constructor": 1}')
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor'])
    expect((value as Record<string, unknown>)['polluted']).toBeUndefined()
    expect((read('{}').value as Record<string, unknown>)['constructor']).toBeUndefined()
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('positions', () => {
  test.each([
    [
      'yaml',
      'a: 1\nb:\n  c: [x, "y"]\n  200: z\n  x: q\n',
      { '/a': '1:1', '/b/c': '3:3', '/b/c/1': '3:10', '/b/200': '4:3', '/b/x': '5:3' },
    ],
    [
      'json',
      '{"a": 1,\n "b": {\n  "c": ["x", "y"],\n  "x": 1, "200": 1, "10": 2}}',
      { '': '1:1', '/a': '1:2', '/b/c/1': '3:14', '/b/x': '4:3', '/b/200': '4:11', '/b/10': '4:21' },
    ],
    ['CR LF', 'a: 1\r\nb: 2\r\n', { '/b': '2:1' }],
    ['CR', 'a: 1\rb: 2\r', { '/b': '2:1' }],
    ['escaped names', 'a/b:\n  c~d: 1', { '/a~1b/c~0d': '2:3' }],
    ['what is missing', 'a:\n  b: 1', { '/a/c/d': '1:1', '/a/b/x': '2:3' }],
    ['merged members', 'a: &x\n  b: 1\nc:\n  <<: *x\n  d: 1', { '/c/b': '2:3', '/c/d': '5:3' }],
    ['an alias', 'a: &x\n  b: 1\nc: *x', { '/c': '3:1', '/c/b': '2:3' }],
  ])('of %s are those of the key, or of the element', (_, text, expected) => {
    const { at } = read(text)
    expect(Object.fromEntries(Object.keys(expected).map(pointer => [pointer, at(pointer)]))).toEqual(expected)
  })

  test('hold for an object of many members', () => {
    const text = Array.from({ length: 500 }, (_, index) => `k${index}: ${index}`).join('\n')
    expect(read(text).at('/k499')).toBe('500:1')
  })
})

describe('broken documents', () => {
  test.each([
    ['a duplicate key', 'a: 1\nb: 2\na: 3', 3, 1, /"a" stands here for the second time; the first is in line 1/],
    ['a duplicate key in JSON', '{"a": 1,\n  "a": 2}', 2, 3, /second time/],
    ['a duplicate key among numbers', '200: 1\n"200": 2', 2, 1, /second time/],
    ['two documents', 'a: 1\n---\nb: 2', 3, 1, /more than one YAML document/],
    ['a tab', 'a:\n\tb: 1', 2, 1, /Not well-formed/],
    ['an unclosed bracket', '{"a": [1, 2', 1, 12, /unexpected end/],
    ['an unclosed quote', 'a: "x', 1, 6, /unexpected end/],
    ['a missing comma', '{"a": 1 "b": 2}', 1, 12, /missed comma/],
    ['a list as a key', '? [a, b]\n: 1', 1, 3, /key must be text; here stands a list/],
    ['an object as a key', '{{a: 1}: 2}', 1, 2, /here stands an object/],
    ['an unknown alias', 'a: *nope', 1, 4, /alias \*nope names nothing/],
    ['an alias of itself', 'a: &x\n  b: *x', 2, 6, /stands inside the value that it names/],
    ['an unknown tag', 'a: !include b.yaml', 1, 13, /tag !include/],
    ['a tag that does not fit', 'a: !!int x', 1, 10, /does not fit/],
    ['a merge of a scalar', '<<: 1', 1, 5, /merge key/],
    ['bad indentation', 'a: 1\n   b: 2', 2, 5, /Not well-formed/],
    ['a control character', 'a: x\u0007y', 1, 5, /non-printable/],
    ['nesting', '['.repeat(10_000), 1, 501, /deeper than 500/],
    ['nesting of block lists', '- '.repeat(10_000), 1, 1003, /deeper than 500/],
    ['nesting of objects', `${'{"a":'.repeat(10_000)}1`, 1, undefined, /deeper than 500/],
    ['nothing but a comment', '# hello', undefined, undefined, /empty/],
    ['nothing but null', '~', undefined, undefined, /empty/],
  ])('%s is one fault with its place', (_, text, line, column, message) => {
    const fault = faultOf(text)
    expect(fault).toMatchObject({ code: 'contract-malformed', place: { file: 'a.yaml' } })
    expect(fault.message).toMatch(message)
    expect(fault.hint).toMatch(/\.$/)
    if (line !== undefined) expect(fault.place?.line).toBe(line)
    if (column !== undefined) expect(fault.place?.column).toBe(column)
  })

  test('aliases that nest deeper than the limit are a fault', () => {
    const lines = ['a0: &a0 [1]', ...Array.from({ length: 600 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}]`)]
    expect(faultOf(lines.join('\n')).message).toMatch(/deeper than 500/)
  })

  test('an alias bomb ends soon with one fault', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let at = 1; at < 40; at++)
      lines.push(
        `a${at}: &a${at} [${Array(10)
          .fill(`*a${at - 1}`)
          .join(', ')}]`,
      )
    const before = performance.now()
    const fault = faultOf(lines.join('\n'))
    expect(fault.message).toMatch(/more than a million values/)
    expect(fault.place?.line).toBeLessThan(10)
    expect(performance.now() - before).toBeLessThan(2000)
  })

  test('a bomb of merge keys ends with one fault', () => {
    const wide = `a: &a {${Array.from({ length: 2000 }, (_, at) => `k${at}: 1`).join(', ')}}`
    const uses = Array.from({ length: 600 }, (_, at) => `b${at}: {<<: *a}`)
    expect(faultOf([wide, ...uses].join('\n')).message).toMatch(/more than a million values/)
  })

  test('more values than memory is good for are refused before they are parsed', () => {
    const before = performance.now()
    expect(faultOf(`[${'[],'.repeat(5_000_000)}]`).message).toMatch(/too many values/)
    expect(performance.now() - before).toBeLessThan(5000)
  })
})
