import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Fault } from '../core/fault.ts'
import { loadContract, parseContract } from './load.ts'
import type { Contract } from './model.ts'

const head = 'openapi: 3.0.3\ninfo: { title: T, version: "1" }\n'
const parse = (text: string): Contract => parseContract({ contract: { file: 'api.yaml', text } })

function faultOf(text: string): Fault {
  try {
    parse(text)
  } catch (cause) {
    if (cause instanceof Fault) return cause
    throw cause
  }
  throw new Error('no fault')
}

describe('documents that are no contract', () => {
  test.each([
    ['text', 'hello', 'contract-unsupported', 1, /no object/],
    ['a list', '- a', 'contract-unsupported', 1, /no object/],
    ['no version', 'info: {}\npaths: {}', 'contract-unsupported', 1, /no "openapi" version/],
    ['a typing error', 'opanapi: 3.0.0\npaths: {}', 'contract-unsupported', 1, /.*/],
    ['Swagger 2.0', 'swagger: "2.0"\npaths: {}', 'contract-unsupported', 1, /Swagger 2.0 is not supported yet/],
    ['3.2', 'openapi: 3.2.0\npaths: {}', 'contract-unsupported', 1, /OpenAPI 3.2.0 is not supported yet/],
    ['a version of the future', 'openapi: 4.0.0\npaths: {}', 'contract-unsupported', 1, /4.0.0 is not supported/],
    ['a version that is an object', 'openapi: {}\npaths: {}', 'contract-unsupported', 1, /must be text/],
    ['AsyncAPI', 'asyncapi: 2.6.0', 'contract-unsupported', 1, /it says "asyncapi"/],
    ['an overlay', 'overlay: 1.0.0\ninfo: {}\nactions: []', 'contract-unsupported', 1, /is an OpenAPI Overlay/],
    ['no paths', head, 'contract-invalid', 1, /no "paths"/],
    ['paths as a list', `${head}paths: []`, 'contract-invalid', 3, /"paths" must be an object/],
    ['paths left empty', `${head}paths:`, 'contract-invalid', 3, /"paths" must be an object/],
    ['another file', `${head}paths:\n  /a: { $ref: 'b.yaml#/x' }`, 'contract-unsupported', 4, /leaves the file/],
    [
      'a web address',
      `${head}paths: { /a: { get: { responses: { 200: { $ref: 'https://x.test/r' } } } } }`,
      'contract-unsupported',
      3,
      /leaves the file/,
    ],
  ])('%s is a fault that says so', (_, text, code, line, message) => {
    const fault = faultOf(text)
    expect(fault).toMatchObject({ code, place: { file: 'api.yaml', line } })
    expect(fault.message).toMatch(message)
    expect(fault.hint).toMatch(/[.?0]$/)
  })

  test('a typing error in the first key is recognised', () => {
    expect(faultOf('opanapi: 3.0.0\npaths: {}').hint).toBe('Did you mean "openapi" where "opanapi" stands?')
    expect(faultOf(`${head}path: {}`).hint).toBe('Did you mean "paths" where "path" stands?')
  })

  test('a 3.1 document may do without paths, and its version without quotes', () => {
    expect(parse('openapi: 3.1\ninfo: { title: T }\ncomponents: {}')).toMatchObject({ version: '3.1', operations: [] })
  })
})

describe('problems that were worked round', () => {
  const wrong = (paths: string, rest = '') => parse(`${head}paths:\n${paths}\n${rest}`)
  const ok = 'responses: { 200: { description: ok } }'
  test.each<[string, string, string, number, RegExp]>([
    [
      'a reference that leads nowhere',
      `  /a: { get: { ${ok}, parameters: [{ $ref: '#/nope' }] } }`,
      '',
      4,
      /"#\/nope" leads nowhere/,
    ],
    [
      'a reference with a bad escape',
      `  /a: { get: { ${ok}, parameters: [{ $ref: '#/a~2b' }] } }`,
      '',
      4,
      /leads nowhere/,
    ],
    ['a reference that is no URI', `  /a: { get: { ${ok}, parameters: [{ $ref: '#/%zz' }] } }`, '', 4, /leads nowhere/],
    [
      'references in a circle',
      `  /a: { get: { ${ok} } }`,
      "components: { schemas: { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } } }",
      5,
      /leads in a circle/,
    ],
    [
      'an operationId that is taken',
      `  /a: { get: { operationId: x, ${ok} } }\n  /b: { get: { operationId: x, ${ok} } }`,
      '',
      5,
      /"x" is taken by GET \/a/,
    ],
    ['a template without parameter', `  /a/{id}: { get: { ${ok} } }`, '', 4, /\{id\} is not declared/],
    [
      'a parameter without template',
      `  /a: { get: { ${ok}, parameters: [{ name: id, in: path, required: true, schema: {} }] } }`,
      '',
      4,
      /no variable \{id\}/,
    ],
    [
      'templates that collide',
      `  /a/{x}: { get: { ${ok} } }\n  /a/{y}: { get: { ${ok} } }`,
      '',
      5,
      /GET \/a\/\{y\} matches the same requests as GET \/a\/\{x\}/,
    ],
    [
      'an undefined security scheme',
      `  /a: { get: { ${ok}, security: [{ nope: [] }] } }`,
      '',
      4,
      /"nope" is not defined/,
    ],
    [
      'an undefined security scheme of the document',
      `  /a: { get: { ${ok} } }`,
      'security: [{ nope: [] }]',
      5,
      /"nope" is not defined/,
    ],
    ['a path without slash', `  a: { get: { ${ok} } }`, '', 4, /"a" is no template/],
    ['a brace without partner', `  /a/{id: { get: { ${ok} } }`, '', 4, /is no template/],
    ['a variable that stands twice', `  /a/{x}/{x}: { get: { ${ok} } }`, '', 4, /is no template/],
    [
      'a status that is none',
      `  /a: { get: { responses: { okay: { description: x } } } }`,
      '',
      4,
      /"okay" is no status/,
    ],
    [
      'a media type that is none',
      `  /a: { get: { responses: { 200: { content: { json: {} } } } } }`,
      '',
      4,
      /"json" is no media type/,
    ],
    [
      'a parameter without place',
      `  /a: { get: { ${ok}, parameters: [{ name: q }] } }`,
      '',
      4,
      /needs a "name", and "in"/,
    ],
    [
      'a parameter that stands twice',
      `  /a: { get: { ${ok}, parameters: [{ name: q, in: query, schema: {} }, { name: q, in: query, schema: {} }] } }`,
      '',
      4,
      /stands twice/,
    ],
    [
      'a style of another place',
      `  /a: { get: { ${ok}, parameters: [{ name: q, in: query, style: matrix, schema: {} }] } }`,
      '',
      4,
      /style must be one of form/,
    ],
    ['an operation that is text', `  /a: { get: hello }`, '', 4, /must be an object/],
    ['a method in capitals', `  /a: { GET: { ${ok} } }`, '', 4, /lower case/],
    [
      'a server variable without default',
      `  /a: { get: { ${ok} } }`,
      'servers: [{ url: "https://{host}/v1" }]',
      5,
      /\{host\} has no default/,
    ],
    [
      'a security scheme of an unknown type',
      `  /a: { get: { ${ok} } }`,
      'components: { securitySchemes: { x: { type: magic } } }',
      5,
      /"x" is not complete or of an unknown type/,
    ],
  ])('%s is reported with its place', (_, paths, rest, line, message) => {
    const contract = wrong(paths, rest)
    const found = contract.problems.find(problem => message.test(problem.message))
    expect(found, JSON.stringify(contract.problems)).toBeDefined()
    expect(found?.where).toMatchObject({ file: 'api.yaml', line })
  })

  test('everything else of the document is used', () => {
    const contract = wrong(
      `  /a: { get: { ${ok}, parameters: [{ $ref: '#/nope' }, { name: q, in: query, schema: {} }] }, post: 1 }`,
    )
    expect(contract.operations.map(operation => operation.key)).toEqual(['GET /a'])
    expect(contract.operations[0]?.parameters.map(parameter => parameter.name)).toEqual(['q'])
  })

  test('the second of two operations with one id has none', () => {
    const { operations } = wrong(`  /a: { get: { operationId: x, ${ok} } }\n  /b: { get: { operationId: x, ${ok} } }`)
    expect(operations.map(operation => operation.id)).toEqual(['x', undefined])
  })

  test('a hundred thousand problems are found in seconds', () => {
    const paths = Array.from({ length: 50_000 }, (_, index) => `  /a${index}/{id}: { get: { ${ok} } }`).join('\n')
    expect(wrong(paths).problems).toHaveLength(50_000)
  })
})

describe('security', () => {
  const security = (root: string, operation: string) =>
    parse(
      `${head}${root}\npaths: { /a: { get: { ${operation} responses: {} } } }\ncomponents: { securitySchemes: { key: { type: http, scheme: Bearer } } }`,
    ).operations[0]?.security
  test.each([
    ['nothing said', '', '', undefined],
    ['the document speaks', 'security: [{ key: [] }]', '', [[{ scheme: 'key', scopes: [] }]]],
    [
      'the operation speaks',
      'security: [{ key: [] }]',
      'security: [{ key: [a, b] }],',
      [[{ scheme: 'key', scopes: ['a', 'b'] }]],
    ],
    ['open to anybody', 'security: [{ key: [] }]', 'security: [],', []],
    ['open as one alternative', '', 'security: [{ key: [] }, {}],', [[{ scheme: 'key', scopes: [] }], []]],
    ['a scheme that nobody defines', '', 'security: [{ nope: [] }],', [[{ scheme: 'nope', scopes: [] }]]],
    ['an object instead of a list', '', 'security: { key: [] },', [[{ scheme: 'key', scopes: [] }]]],
    ['a name instead of a list', '', 'security: key,', [[{ scheme: 'key', scopes: [] }]]],
    ['names in the list', '', 'security: [key],', [[{ scheme: 'key', scopes: [] }]]],
    ['left empty', '', 'security: ,', [[{ scheme: '(unreadable)', scopes: [] }]]],
    ['nothing in the list', '', 'security: [~],', [[{ scheme: '(unreadable)', scopes: [] }]]],
    ['a number', 'security: 1', '', [[{ scheme: '(unreadable)', scopes: [] }]]],
  ])('%s: never public unless the contract says so', (_, root, operation, expected) => {
    expect(security(root, operation)).toEqual(expected)
  })
})

describe('operations', () => {
  test('merge what the path and the operation say', () => {
    const contract = parse(`openapi: 3.1.0
info: { title: T }
servers: [{ url: 'https://{env}.x.test/{base}/', variables: { env: { default: prod }, base: { default: v2 } } }]
paths:
  /a/{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: integer } }
      - { name: X-A, in: header, schema: { type: string } }
      - { name: q, in: query, schema: { type: string } }
    get:
      deprecated: true
      tags: [t, 1]
      parameters:
        - { name: x-a, in: header, required: true, schema: { type: integer } }
        - { name: Authorization, in: header, schema: { type: string } }
        - { name: f, in: query, content: { 'application/json; charset=utf-8': { schema: { type: object } } } }
      requestBody: { $ref: '#/components/requestBodies/B' }
      responses:
        2xx: { $ref: '#/components/responses/R' }
        default: { description: d }
    put: { servers: [{ url: /other }, { url: 'relative/path' }], responses: {} }
components:
  requestBodies: { B: { required: true, content: { Application/JSON: { schema: { $ref: '#/components/schemas/S' } }, '*/*': {} } } }
  responses: { R: { description: r, headers: { X-R: { schema: { type: integer } } }, content: { text/plain: {} } } }
  schemas: { S: { type: object } }
`)
    const [get, put] = contract.operations
    expect(get).toMatchObject({
      key: 'GET /a/{id}',
      deprecated: true,
      tags: ['t'],
      body: {
        required: true,
        pointer: '/components/requestBodies/B',
        content: [{ type: 'application/json', schema: { pointer: '/components/schemas/S' } }, { type: '*/*' }],
      },
      servers: [{ url: 'https://prod.x.test/v2/', basePath: '/v2' }],
    })
    expect(get?.parameters).toMatchObject([
      { name: 'id', in: 'path', style: 'simple', explode: false },
      { name: 'x-a', in: 'header', required: true, style: 'simple', explode: false },
      { name: 'q', in: 'query', style: 'form', explode: true },
      { name: 'f', in: 'query', mediaType: 'application/json' },
    ])
    expect(get?.responses).toMatchObject([
      { status: '2XX', content: [{ type: 'text/plain' }], pointer: '/components/responses/R' },
      { status: 'default' },
    ])
    expect([...(get?.responses[0]?.headers.keys() ?? [])]).toEqual(['X-R'])
    expect(put?.servers.map(server => server.basePath)).toEqual(['/other', '/relative/path'])
    expect(contract.problems).toEqual([])
  })
})

describe('references', () => {
  const contract = (version: string) =>
    parse(`openapi: ${version}
info: { title: T }
paths: {}
components:
  schemas:
    'a/b c': { type: string }
    Escaped: { $ref: '#/components/schemas/a~1b%20c' }
    Chain: { $ref: '#/components/schemas/Escaped' }
    Sibling: { $ref: '#/components/schemas/Chain', maxLength: 3 }
    Described: { $ref: '#/components/schemas/Chain', description: d }
    Odd: { type: object, properties: { $ref: { type: integer }, b: { $ref: '#/components/schemas/Odd/properties/$ref' } } }
`)
  const resolved = (version: string, name: string) => {
    const parsed = contract(version)
    const at = parsed.at(`/components/schemas/${name}`)
    return at === undefined ? undefined : parsed.resolve(at)
  }
  test.each([
    ['3.0.3', 'Chain', '/components/schemas/a~1b c'],
    ['3.0.3', 'Sibling', '/components/schemas/a~1b c'],
    ['3.1.0', 'Sibling', '/components/schemas/Sibling'],
    ['3.1.0', 'Described', '/components/schemas/a~1b c'],
    ['3.1.0', 'Odd', '/components/schemas/Odd'],
    ['3.1.0', 'Odd/properties/b', '/components/schemas/Odd/properties/$ref'],
  ])('in %s %s stands for %s', (version, name, pointer) => {
    expect(contract(version).problems).toEqual([])
    expect(resolved(version, name)?.pointer).toBe(pointer)
  })

  test('of objects that are no schemas ignore their siblings in 3.1 too', () => {
    const { operations } = parse(`openapi: 3.1.0
info: { title: T }
paths: { /a: { get: { parameters: [{ $ref: '#/components/parameters/P', required: true }], responses: {} } } }
components: { parameters: { P: { name: p, in: query, schema: { type: string } } } }`)
    expect(operations[0]?.parameters).toMatchObject([{ name: 'p', required: false }])
  })

  test('in examples are data', () => {
    const text = `${head}paths: { /a: { get: { responses: { 200: { description: d, content: { a/b: { example: { $ref: other.yaml }, schema: { default: { $ref: x.yaml }, enum: [{ $ref: y.yaml }] } } } } } } } }`
    expect(parse(text).problems).toEqual([])
  })
})

test('files are read with their overlays, and places name the file they stand in', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rugged-load-'))
  const [api, overlay] = [join(folder, 'api.json'), join(folder, 'o.yaml')]
  writeFileSync(api, '{"openapi": "3.0.3", "info": {"title": "T"},\n"paths": {"/a": {"get": {"responses": {}}}}}')
  writeFileSync(
    overlay,
    'overlay: 1.0.0\ninfo: {}\nactions:\n  - target: $.paths["/a"].get\n    update:\n      operationId: getA\n',
  )
  const contract = await loadContract(api, { overlays: [overlay] })
  expect(contract.operations[0]?.id).toBe('getA')
  expect(contract.place('/paths/~1a/get')).toMatchObject({ file: api, line: 2, column: 18 })
  expect(contract.place('/paths/~1a/get/operationId')).toMatchObject({ file: overlay, line: 6, column: 7 })
  await expect(loadContract(join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'file-unreadable' })
  rmSync(folder, { recursive: true })
})
