import { performance } from 'node:perf_hooks'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fault } from '../core/fault.ts'
import { parseContract } from './load.ts'
import { compileMatcher } from './match.ts'
import type { Contract } from './model.ts'
import { parseParameters } from './parameters.ts'
import { renderRequest } from './render.ts'
import { declaredShape, pick } from './shape.ts'
import { compileValidators } from './validate.ts'
import { walkProperties } from './walk.ts'

/** Does with a contract whatever can be done with it; nothing of it may throw. */
function exercise(contract: Contract): void {
  const matcher = compileMatcher(contract)
  const validators = compileValidators(contract)
  for (const operation of contract.operations) {
    const request = validators.request(operation)
    const parameters = new Map(operation.parameters.map(({ in: place, name }) => [`${place}.${name}`, 'x']))
    const { method, path, headers } = renderRequest(operation, { parameters, body: { a: 1 } })
    matcher.match(method, path)
    const { values } = parseParameters(operation, { pathParameters: new Map(), query: 'a=1&a[b]=2&a', headers })
    request.parameters(values)
    const media = [...(operation.body?.content ?? []), ...operation.responses.flatMap(response => response.content)]
    for (const { type, schema } of media) {
      request.body(type)?.({ a: { a: null } })
      validators.response(operation, 200, type)?.([{ a: 1 }])
      if (schema === undefined) continue
      for (const visit of walkProperties(contract, schema)) contract.place(visit.pointer)
      pick(declaredShape(contract, schema, 'response'), [{ a: { b: [] } }])
      validators.schemaValidator(schema, 'response')({ a: 'x' })
    }
  }
}

function contractOrFault(text: string, overlay?: string): Contract | Fault {
  try {
    const overlays = overlay === undefined ? [] : [{ file: 'overlay', text: overlay }]
    return parseContract({ contract: { file: 'api', text }, overlays })
  } catch (cause) {
    if (cause instanceof Fault) return cause
    throw cause
  }
}

const words = [
  'a',
  'b',
  '/a/{id}',
  '/{a}',
  'get',
  'post',
  'parameters',
  'schema',
  'schemas',
  '$ref',
  'properties',
  'items',
  'allOf',
  'oneOf',
  'name',
  'in',
  'content',
  'application/json',
  'responses',
  '200',
  'default',
  'requestBody',
  'security',
  'servers',
  'url',
  'required',
  'type',
  'x-rugged',
  'enum',
  'pattern',
  'additionalProperties',
  'headers',
  'if',
  'then',
  'nullable',
  'style',
  'variables',
  '__proto__',
  'constructor',
  'summary',
]
const texts = [
  'string',
  'object',
  'array',
  'query',
  'path',
  'id',
  'a',
  '#/components/schemas/a',
  '#/components/schemas/b',
  '#',
  '#/paths/~1a~1{id}',
  '#/components',
  '(a',
  'form',
  'deepObject',
  'https://{a}/b',
]

const value = fc.letrec(tie => ({
  any: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom<unknown>(...texts, null, true, false, 1, -1, 0.5),
    fc.dictionary(fc.constantFrom(...words), tie('any'), { maxKeys: 5 }),
    fc.array(tie('any'), { maxLength: 3 }),
  ),
})).any

test('whatever stands in a document, it is a contract that can be used, or a fault', () => {
  const document = fc.record(
    {
      openapi: fc.constantFrom('3.0.3', '3.1.0'),
      info: fc.oneof(fc.constant({ title: 'T' }), value),
      paths: fc.oneof(
        fc.dictionary(
          fc.constantFrom('/a', '/a/{id}', '/{a}-{b}'),
          fc.dictionary(fc.constantFrom('get', 'post', 'parameters', '$ref'), value),
        ),
        value,
      ),
      components: fc.oneof(fc.record({ schemas: fc.dictionary(fc.constantFrom('a', 'b'), value) }), value),
      servers: value,
      security: value,
    },
    { requiredKeys: ['openapi', 'paths'] },
  )
  fc.assert(
    fc.property(document, given => {
      const outcome = contractOrFault(JSON.stringify(given))
      if (!(outcome instanceof Fault)) exercise(outcome)
    }),
    { numRuns: 2000 },
  )
})

const sample = `openapi: 3.0.3
info: { title: T, version: '1' }
servers: [{ url: 'https://x.test/{v}', variables: { v: { default: v1 } } }]
paths:
  /a/{id}:
    parameters: &p
      - { name: id, in: path, required: true, schema: { type: integer }, x-rugged: { id: a } }
    get:
      x-rugged: { roles: [a], limits: [{ per: key, rate: 5/1m }] }
      security: [{ k: [] }]
      responses: { 200: { description: d, content: { application/json: { schema: { $ref: '#/components/schemas/A' } } } } }
components:
  securitySchemes: { k: { type: http, scheme: bearer } }
  schemas:
    A: { type: object, properties: { a: { type: string, pattern: '^a+$' }, n: { $ref: '#/components/schemas/A' } } }
`

test('a document with characters changed, left out or put in is a contract or a fault with a line', () => {
  const edit = fc.record({
    at: fc.nat(sample.length),
    cut: fc.nat(4),
    put: fc.oneof(
      fc.constantFrom(
        '',
        '{',
        '}',
        '[',
        ']',
        ':',
        ',',
        '"',
        "'",
        '\n',
        '\t',
        '&x ',
        '*p',
        '<<: *p',
        '- ',
        '#',
        '|',
        '!!int ',
        '\0',
        '\uFEFF',
        '---\n',
        '%',
        '? ',
      ),
      fc.string({ maxLength: 3 }),
    ),
  })
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), edits => {
      let text = sample
      for (const { at, cut, put } of edits) text = text.slice(0, at) + put + text.slice(at + cut)
      const outcome = contractOrFault(text)
      if (!(outcome instanceof Fault)) exercise(outcome)
      else if (text.trim() !== '') expect(outcome.place?.line, `${outcome.message}\n${text}`).toBeGreaterThan(0)
    }),
    { numRuns: 3000 },
  )
})

test('a document cut off anywhere is a contract or a fault', () => {
  for (let end = 0; end <= sample.length; end++) {
    const outcome = contractOrFault(sample.slice(0, end))
    if (!(outcome instanceof Fault)) exercise(outcome)
  }
  const json = JSON.stringify({ openapi: '3.0.0', info: { title: 'T' }, paths: { '/a': { get: { responses: {} } } } })
  for (let end = 0; end < json.length; end++) expect(contractOrFault(json.slice(0, end))).toBeInstanceOf(Fault)
})

test('whatever an overlay says, the outcome is a contract or a fault', () => {
  const action = fc.record(
    {
      target: fc.constantFrom(
        '$',
        '$.paths',
        '$..schema',
        '$.paths.*',
        '$.paths.*.get',
        '$.tags',
        '$..*',
        '$.info.title',
        '$[',
        '$.paths["/a/{id}"].parameters[0]',
        '$..[?@.type]',
      ),
      update: value,
      remove: fc.boolean(),
      copy: fc.constantFrom('$.info', '$.paths', '$.components.schemas.A', '$..type'),
    },
    { requiredKeys: ['target'] },
  )
  fc.assert(
    fc.property(fc.array(action, { maxLength: 4 }), actions => {
      const outcome = contractOrFault(sample, JSON.stringify({ overlay: '1.1.0', info: {}, actions }))
      if (!(outcome instanceof Fault)) exercise(outcome)
    }),
    { numRuns: 1500 },
  )
})

const meshed = (count: number, schema: (all: string) => string) => {
  const names = Array.from({ length: count }, (_, index) => `S${index}`)
  const all = names.map(name => `{"$ref":"#/components/schemas/${name}"}`).join(',')
  const schemas = names.map(name => `"${name}":${schema(all)}`).join(',')
  const use = '{"schema":{"$ref":"#/components/schemas/S0"}}'
  const get = `{"parameters":[{"name":"q","in":"query","style":"deepObject","schema":{"$ref":"#/components/schemas/S0"}}],"responses":{"200":{"description":"d","content":{"application/json":${use}}}}}`
  return `{"openapi":"3.1.0","info":{"title":"T"},"paths":{"/a":{"get":${get}}},"components":{"schemas":{${schemas}}}}`
}

test.each<[string, number, (all: string) => string]>([
  ['are alternatives of each other', 60, all => `{"oneOf":[${all}],"properties":{"a":{}}}`],
  ['are parts of each other', 60, all => `{"allOf":[${all}],"properties":{"a":{"readOnly":true}}}`],
  ['hold lists of each other', 40, all => `{"prefixItems":[${all}]}`],
  [
    'hold each other',
    40,
    all => `{"properties":{${all.replace(/\{"\$ref":"([^"]*)"\}/g, (whole, ref) => `"${ref}":${whole}`)}}}`,
  ],
  [
    'are conditions of each other',
    40,
    all => `{"if":{"anyOf":[${all}]},"then":{"allOf":[${all}]},"else":{"not":{"oneOf":[${all}]}}}`,
  ],
])('schemas that %s end soon', (_, count, schema) => {
  const outcome = contractOrFault(meshed(count, schema))
  expect(outcome).not.toBeInstanceOf(Fault)
  const before = performance.now()
  if (!(outcome instanceof Fault)) exercise(outcome)
  expect(performance.now() - before).toBeLessThan(10_000)
})

test.each([
  ['references', (next: string) => `{"$ref":"${next}"}`],
  ['compositions', (next: string) => `{"allOf":[{"$ref":"${next}"}]}`],
  ['properties', (next: string) => `{"properties":{"a":{"$ref":"${next}"}}}`],
  ['lists', (next: string) => `{"items":{"$ref":"${next}"}}`],
])('a chain of ten thousand %s ends soon', (_, link) => {
  const schemas = Array.from(
    { length: 10_000 },
    (_, index) => `"S${index}":${link(`#/components/schemas/S${index + 1}`)}`,
  )
  const text = meshed(1, () => '{}').replace(
    '"schemas":{"S0":{}}',
    `"schemas":{${schemas.join(',')},"S10000":{"type":"string"}}`,
  )
  const before = performance.now()
  const outcome = contractOrFault(text)
  expect(outcome).not.toBeInstanceOf(Fault)
  if (!(outcome instanceof Fault)) exercise(outcome)
  expect(performance.now() - before).toBeLessThan(15_000)
})
