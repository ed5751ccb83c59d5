import { describe, expect, it } from 'vitest'
import { contractOf, exposeOne, exposeYaml, rowOf } from './contract.fixture.ts'
import { successFields } from './fields.ts'
import { propertiesOf } from './properties.ts'

const body = (schema: string, version?: string) =>
  rowOf(
    exposeYaml(
      `paths: { /a: { post: { requestBody: { content: { application/json: { schema: ${schema} } } }, responses: {} } } }`,
      version,
    ),
    'POST /a',
  ).fields.in

describe('fields', () => {
  it('are every property, through lists, maps and compositions', () => {
    const paths =
      body(`{ allOf: [{ type: object, properties: { a: { type: string } } }, { properties: { b: { type: array, items: { type: object, properties: { c: { type: string } } } } } }],
      anyOf: [{ properties: { d: { type: object, additionalProperties: { type: object, properties: { e: { type: integer } } } } } }] }`).map(
        ({ path }) => path.join('.'),
      )
    expect(paths.sort()).toEqual(['a', 'b', 'b.[].c', 'd', 'd.*.e'])
  })

  it('are the items of a list of plain values', () => {
    expect(
      body('{ type: object, properties: { ids: { type: array, items: { type: string } } } }').map(({ path, types }) => [
        path.join('.'),
        types,
      ]),
    ).toEqual([
      ['ids', ['array']],
      ['ids.[]', ['string']],
    ])
    expect(body('{ type: array, items: { type: integer } }').map(({ path }) => path.join('.'))).toEqual(['[]'])
  })

  it('know what is required, read-only and nullable in both versions', () => {
    const schema = (nullable: string) =>
      `{ type: object, required: [a], properties: { a: { ${nullable} }, b: { type: string, readOnly: true } } }`
    for (const [version, nullable] of [
      ['3.0.3', 'type: string, nullable: true'],
      ['3.1.0', 'type: [string, "null"]'],
    ]) {
      const fields = body(schema(nullable ?? ''), version)
      expect(fields.map(({ name, required, readOnly, types }) => [name, required, readOnly, types])).toEqual([
        ['a', true, false, ['string', 'null']],
        ['b', false, true, ['string']],
      ])
    }
  })

  it("carry a declared class before any guess, and a list's for its items", () => {
    const fields = body(
      '{ type: object, properties: { email: { type: string, x-rugged: { sensitive: secret } }, marks: { type: array, x-rugged: { sensitive: health }, items: { type: string } } } }',
    )
    expect(fields.map(({ name, sensitive }) => [name, sensitive])).toEqual([
      ['email', { class: 'secret', source: 'declared' }],
      ['marks', { class: 'health', source: 'declared' }],
      ['[]', { class: 'health', source: 'declared' }],
    ])
  })

  it.each([
    ['a flag', 'email: { type: boolean }'],
    ['one of a few', 'gender: { type: string, enum: [a, b] }'],
    ['a list', 'phones: { type: array }'],
  ])('give nothing away as %s', (_name, property) => {
    expect(
      body(`{ type: object, properties: { ${property} } }`).filter(({ sensitive }) => sensitive !== undefined),
    ).toEqual([])
  })

  it('of success are those of 2XX, or of default where nothing else is declared', () => {
    const json = (name: string) =>
      `{ description: x, content: { application/json: { schema: { type: object, properties: { ${name}: { type: string } } } } } }`
    const both = exposeOne(`responses: { '200': ${json('good')}, default: ${json('bad')} }`)
    expect(successFields(both.operation, both.fields).map(({ name, status }) => [name, status])).toEqual([
      ['good', '200'],
    ])
    const one = exposeOne(`responses: { default: ${json('any')} }`)
    expect(successFields(one.operation, one.fields).map(({ name }) => name)).toEqual(['any'])
    expect(both.fields.out.map(({ name }) => name)).toEqual(['good', 'bad'])
  })
})

describe('a schema that never ends', () => {
  it('is entered once on each way, and what is near the root comes first', () => {
    const contract = contractOf(`
components:
  schemas:
    Node: { type: object, properties: { name: { type: string }, left: { $ref: '#/components/schemas/Node' }, peer: { $ref: '#/components/schemas/Other' } } }
    Other: { type: object, properties: { back: { $ref: '#/components/schemas/Node' }, label: { type: string } } }
paths: {}
`)
    const found = propertiesOf(contract, { value: { $ref: '#/components/schemas/Node' }, pointer: '/x' }).map(
      ({ path }) => path.join('.'),
    )
    expect(found.slice(0, 3)).toEqual(['name', 'left', 'peer'])
    expect(found).toContain('peer.label')
    expect(found.length).toBeLessThan(20)
  })

  it('has an end, however many schemas refer to each other', () => {
    const names = Array.from({ length: 40 }, (_, index) => `S${index}`)
    const properties = names.map(name => `${name}: { $ref: '#/components/schemas/${name}' }`).join(', ')
    const schemas = names
      .map(name => `    ${name}: { type: object, properties: { own: { type: string }, ${properties} } }`)
      .join('\n')
    const contract = contractOf(`components:\n  schemas:\n${schemas}\npaths: {}\n`)
    const found = propertiesOf(contract, { value: { $ref: '#/components/schemas/S0' }, pointer: '/x' })
    expect(found.length).toBeGreaterThan(100)
    expect(found.length).toBeLessThan(3100)
    expect(found.filter(({ path }) => path.length === 1)).toHaveLength(41)
  })
})
