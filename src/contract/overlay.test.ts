import { describe, expect, test } from 'vitest'
import { Fault } from '../core/fault.ts'
import { parseContract } from './load.ts'
import type { Contract } from './model.ts'

const text = `openapi: 3.0.3
info: { title: T, version: '1' }
tags: [{ name: a }, { name: b }, { name: c }]
paths:
  /a:
    get: { summary: old, tags: [a], responses: {} }
    post: { responses: {} }
  /b:
    get: { responses: {} }
`

const apply = (...overlays: string[]): Contract =>
  parseContract({
    contract: { file: 'api.yaml', text },
    overlays: overlays.map((overlay, index) => ({ file: `o${index + 1}.yaml`, text: overlay })),
  })

const overlay = (actions: string) => `overlay: 1.1.0\ninfo: { title: O, version: '1' }\nactions:\n${actions}`

function faultOf(text: string): Fault {
  try {
    apply(text)
  } catch (cause) {
    if (cause instanceof Fault) return cause
    throw cause
  }
  throw new Error('no fault')
}

describe('actions', () => {
  test.each([
    [
      'an object is merged',
      '- target: $.paths["/a"].get\n  update: { summary: new, x-a: 1 }',
      '/paths/~1a/get',
      { summary: 'new', tags: ['a'], responses: {}, 'x-a': 1 },
    ],
    [
      'a list inside is appended to',
      '- target: $.paths["/a"].get\n  update: { tags: [z] }',
      '/paths/~1a/get/tags',
      ['a', 'z'],
    ],
    ['a list is appended to by one', '- target: $.tags\n  update: { name: d }', '/tags/3', { name: 'd' }],
    [
      'a list is appended to by several',
      '- target: $.tags\n  update: [{ name: d }, { name: e }]',
      '/tags/4',
      { name: 'e' },
    ],
    ['a scalar is replaced', '- target: $.info.title\n  update: New', '/info/title', 'New'],
    ['members are removed', '- target: $.paths.*.get\n  remove: true', '/paths/~1a', { post: { responses: {} } }],
    ['elements are removed', '- target: $.tags[0,2]\n  remove: true', '/tags', [{ name: 'b' }]],
    [
      'an element named twice is removed once',
      '- target: $.tags[0,0]\n  remove: true',
      '/tags',
      [{ name: 'b' }, { name: 'c' }],
    ],
    [
      'filters choose',
      '- target: $.paths.*[?@.summary == "old"]\n  update: { deprecated: true }',
      '/paths/~1a/get/deprecated',
      true,
    ],
    ['remove comes before update', '- target: $.tags\n  remove: true\n  update: [{ name: d }]', '/tags', undefined],
    [
      'a copy is merged',
      '- target: $.paths["/b"].get\n  copy: $.paths["/a"].get',
      '/paths/~1b/get',
      { responses: {}, summary: 'old', tags: ['a'] },
    ],
    [
      'a copy is taken at its time',
      '- target: $.paths["/b"].get\n  copy: $.paths["/a"].get\n- target: $.paths["/a"].get\n  update: { summary: later, tags: [y] }',
      '/paths/~1b/get',
      { responses: {}, summary: 'old', tags: ['a'] },
    ],
    [
      'later actions see earlier ones',
      '- target: $.paths\n  update: { /c: { get: { responses: {} } } }\n- target: $.paths["/c"].get\n  update: { summary: s }',
      '/paths/~1c/get/summary',
      's',
    ],
    [
      'one update at many places stays apart',
      '- target: $.paths.*.get\n  update: { x-l: { n: [1] } }\n- target: $.paths["/a"].get.x-l\n  update: { n: [2] }',
      '/paths/~1b/get/x-l',
      { n: [1] },
    ],
    ['__proto__ is a name', '- target: $.info\n  update: { __proto__: { a: 1 } }', '/info/__proto__', { a: 1 }],
    ['descendants are found', '- target: $..get\n  update: { deprecated: true }', '/paths/~1b/get/deprecated', true],
  ])('%s', (_, actions, pointer, expected) => {
    expect(apply(overlay(actions)).at(pointer)?.value).toEqual(expected)
  })

  test('overlays apply in their order', () => {
    const set = (value: string) => overlay(`- target: $.info\n  update: { title: ${value} }`)
    expect(apply(set('first'), set('second')).title).toBe('second')
    expect(apply(set('second'), set('first')).title).toBe('first')
  })

  test('a target that matches nothing is a problem that names the action', () => {
    const { problems } = apply(overlay('- target: $.tags\n  update: []\n- target: $.paths["/nope"]\n  remove: true'))
    expect(problems).toEqual([
      {
        message: 'Action 2 of the overlay changes nothing: its target $.paths["/nope"] matches nothing.',
        where: { file: 'o1.yaml', line: 6, column: 3, pointer: '/actions/1/target' },
      },
    ])
  })

  test('what an overlay brings stands in its file, the rest where it stood', () => {
    const contract = apply(
      overlay(`- target: $.paths["/a"].get
  update:
    x-a: 1
    summary: new
    tags: [z]
- target: $.tags
  update:
    - name: d
- target: $.tags[0]
  remove: true
- target: $.info.title
  update: New`),
    )
    const places = {
      '/paths/~1a/get': 'api.yaml:6:5',
      '/paths/~1a/get/x-a': 'o1.yaml:6:5',
      '/paths/~1a/get/summary': 'o1.yaml:7:5',
      '/paths/~1a/get/tags': 'api.yaml:6:26',
      '/paths/~1a/get/tags/0': 'api.yaml:6:33',
      '/paths/~1a/get/tags/1': 'o1.yaml:8:12',
      '/paths/~1a/get/responses': 'api.yaml:6:37',
      '/tags/0': 'api.yaml:3:21',
      '/tags/2': 'o1.yaml:11:7',
      '/tags/2/name': 'o1.yaml:11:7',
      '/info/title': 'o1.yaml:15:11',
      '/paths/~1b/get': 'api.yaml:9:5',
    }
    const found = Object.keys(places).map(pointer => {
      const { file, line, column } = contract.place(pointer)
      return [pointer, `${file}:${line}:${column}`]
    })
    expect(Object.fromEntries(found)).toEqual(places)
  })

  test('a mistake that an overlay makes is reported in its file', () => {
    const { problems } = apply(overlay('- target: $.paths["/a"].get\n  update:\n    security: [{ nope: [] }]'))
    expect(problems).toMatchObject([{ where: { file: 'o1.yaml', line: 6, column: 5 } }])
  })
})

describe('broken overlays', () => {
  test.each([
    ['not well-formed', 'overlay: [', 1, /unexpected end/],
    ['empty', '', undefined, /is empty/],
    ['a list', '- a', 1, /is no object/],
    ['a contract', 'openapi: 3.0.0', 1, /not an OpenAPI Overlay/],
    ['another version', 'overlay: 2.0.0', 1, /version of the overlay is not supported/],
    ['no info', 'overlay: 1.0.0\nactions: []', 1, /no "info"/],
    ['no actions', 'overlay: 1.0.0\ninfo: {}', 1, /"actions" must be a list/],
    ['an unknown key', 'overlay: 1.0.0\ninfo: {}\naktions: []', 3, /unknown key "aktions"/],
    ['an unknown key of an action', overlay('- target: $.info\n  updat: {}'), 5, /unknown key "updat"/],
    ['an action that is text', overlay('- x'), 4, /action must be an object/],
    ['no target', overlay('- update: {}'), 4, /needs a "target"/],
    ['a path that is none', overlay('- target: paths.x\n  remove: true'), 4, /JSONPath paths.x cannot be read/],
    ['the whole document removed', overlay('- target: $\n  remove: true'), 4, /cannot be removed/],
    ['remove as text', overlay('- target: $.info\n  remove: "yes"'), 5, /"remove" must be true or false/],
    ['a copy from nowhere', overlay('- target: $.info\n  copy: $.nope'), 5, /names none/],
    ['a copy from several places', overlay('- target: $.info\n  copy: $.tags[*]'), 5, /names several/],
  ])('%s is a fault with its place', (_, broken, line, message) => {
    const fault = faultOf(broken)
    expect(fault).toMatchObject({ code: 'overlay-invalid' })
    expect(fault.place).toMatchObject({ file: 'o1.yaml', ...(line === undefined ? {} : { line }) })
    expect(fault.message).toMatch(message)
  })

  test('a typing error names the nearest key', () => {
    expect(faultOf(overlay('- target: $.info\n  updat: {}')).hint).toBe('Did you mean "update"?')
  })

  test('actions that let the document grow without end are a fault', () => {
    const grow = overlay('- target: $..*\n  copy: $.paths\n'.repeat(6))
    expect(faultOf(grow)).toMatchObject({
      code: 'overlay-invalid',
      message: expect.stringMatching(/million|100000 places|recursion/),
    })
  })

  test('what no longer is a contract afterwards is a fault', () => {
    expect(faultOf(overlay('- target: $.paths\n  remove: true'))).toMatchObject({ code: 'contract-invalid' })
  })
})
