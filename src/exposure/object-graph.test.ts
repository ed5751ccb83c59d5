import { describe, expect, it } from 'vitest'
import { exposeYaml, rowOf } from './contract.fixture.ts'

const trading = exposeYaml(`
components:
  schemas:
    Base: { type: object, properties: { id: { type: string, format: uuid } } }
    Wallet:
      allOf: [{ $ref: '#/components/schemas/Base' }]
      x-rugged: { owner: { property: holder, is: sub, check: read-before-write }, budget: { objects: 5, per: day } }
      properties: { holder: { type: string } }
    Transfer:
      type: object
      properties:
        from_wallet_id: { type: string }
        kind: { type: string }
        legs: { type: array, items: { type: object, properties: { wallet_ids: { type: array, items: { type: string } } } } }
        server_id: { type: string, readOnly: true }
paths:
  /wallets:
    get:
      parameters:
        - { name: X-Wallet-Id, in: header, schema: { type: string } }
        - { name: X-Request-Id, in: header, schema: { type: string } }
        - { name: wallet_ids, in: query, schema: { type: array, items: { type: integer } } }
        - { name: filter, in: query, style: deepObject, schema: { type: object, properties: { wallet_id: { type: string } } } }
      responses: { '200': { description: ok, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Wallet' } } } } } }
  /wallets/lookup:
    post:
      requestBody: { content: { application/json: { schema: { type: object, properties: { ids: { type: array, items: { type: string } } } } } } }
      responses: { '200': { description: ok } }
  /wallets/{walletId}/shares:
    post:
      parameters: [{ name: walletId, in: path, required: true, schema: { type: string } }]
      responses: { '204': { description: ok } }
  /transfers:
    post:
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Transfer' } } } }
      responses: { '201': { description: ok, content: { application/json: { schema: { type: object, properties: { id: { type: integer }, source: { type: string, x-rugged: { id: wallet } } } } } } } }
`)

const uses = (key: string) =>
  rowOf(trading, key).uses.map(({ type, role, field, source }) => [
    type,
    role,
    field.place,
    field.path.join('.'),
    source,
  ])

describe('ids in requests', () => {
  it('are found in bodies, in batches too, with their role', () => {
    expect(uses('POST /transfers')).toEqual([
      ['wallet', 'from', 'body', 'from_wallet_id', 'derived'],
      ['wallet', undefined, 'body', 'legs.[].wallet_ids.[]', 'derived'],
    ])
  })

  it('are found in headers, lists and objects of the query', () => {
    expect(uses('GET /wallets')).toEqual([
      ['wallet', undefined, 'header', 'X-Wallet-Id', 'derived'],
      ['wallet', undefined, 'query', 'wallet_ids.[]', 'derived'],
      ['wallet', undefined, 'query', 'filter.wallet_id', 'derived'],
    ])
  })

  it('are found in paths, and in a batch that is called only ids', () => {
    expect(uses('POST /wallets/{walletId}/shares')).toEqual([['wallet', undefined, 'path', 'walletId', 'derived']])
    expect(uses('POST /wallets/lookup')).toEqual([['wallet', undefined, 'body', 'ids.[]', 'derived']])
  })

  it('say how guessable they are', () => {
    expect(rowOf(trading, 'GET /wallets').uses.map(({ guessability }) => guessability)).toEqual([
      'unknown',
      'integer',
      'unknown',
    ])
  })
})

describe('ids in answers', () => {
  it('are of the object itself, or refer to another', () => {
    const hands = rowOf(trading, 'POST /transfers').hands.map(({ type, own, source, status }) => [
      type,
      own,
      source,
      status,
    ])
    expect(hands).toEqual([
      ['transfer', true, 'derived', '201'],
      ['wallet', true, 'declared', '201'],
    ])
  })

  it('belong to the schema that is composed, not to its base', () => {
    expect(rowOf(trading, 'GET /wallets').hands.map(({ type, own }) => [type, own])).toEqual([['wallet', true]])
  })
})

describe('the graph', () => {
  it('knows producers, consumers and the rules of a type', () => {
    const wallet = trading.objects.types.get('wallet')
    expect(wallet).toMatchObject({
      owner: { property: 'holder', claim: 'sub', check: 'read-before-write' },
      budget: { objects: 5, per: 'day' },
      relation: false,
      shared: false,
      source: 'declared',
    })
    expect(wallet?.producers.map(({ key }) => key)).toContain('GET /wallets')
    expect(wallet?.consumers.map(({ key }) => key)).toEqual([
      'GET /wallets',
      'POST /wallets/lookup',
      'POST /wallets/{walletId}/shares',
      'POST /transfers',
    ])
  })

  it('has its types in a fixed order', () => {
    expect([...trading.objects.types.keys()]).toEqual(['transfer', 'wallet'])
  })
})

describe('an object tells its id', () => {
  const parcels = exposeYaml(`
components:
  schemas:
    Parcel: { type: object, properties: { parcelCode: { type: string, pattern: '^[0-9]{9}$' }, carrier_id: { type: string } } }
    BankAccount: { type: object, properties: { bank_account_id: { type: string }, partner_bank_account_id: { type: string } } }
paths:
  /parcels:
    get: { responses: { '200': { description: ok, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Parcel' } } } } } } }
  /parcels/{parcelCode}:
    get:
      parameters: [{ name: parcelCode, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { type: object, properties: { parcel_code: { type: string } } } } } } }
  /bank-accounts:
    get: { responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/BankAccount' } } } } } }
`)
  const hands = (key: string) =>
    rowOf(parcels, key).hands.map(({ type, own, role, field }) => [type, own, role, field.name])

  it('by the name that the path has for it', () => {
    expect(hands('GET /parcels')).toEqual([
      ['parcel', true, undefined, 'parcelCode'],
      ['carrier', false, undefined, 'carrier_id'],
    ])
    expect(hands('GET /parcels/{parcelCode}')).toEqual([['parcel', true, undefined, 'parcel_code']])
    expect(parcels.objects.types.get('parcel')?.producers).toHaveLength(2)
  })

  it('by its own type, not by a relation to another of its kind', () => {
    expect(hands('GET /bank-accounts')).toEqual([
      ['bank-account', true, undefined, 'bank_account_id'],
      ['bank-account', false, 'partner', 'partner_bank_account_id'],
    ])
  })
})

describe('a rule finds the id that it is about', () => {
  const api = (properties: string, rule: string, more = '', path = '') =>
    exposeYaml(`
components:
  schemas:
    Statement: { type: object, x-rugged: ${rule}, properties: ${properties} }
    ${more}
paths:
  /statement:
    get:
      parameters: [{ name: customer, in: query, schema: { type: string }, x-rugged: { id: customer } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Statement' } } } } }
  ${path}
`)
  const customer = 'customer: { type: string, x-rugged: { id: customer } }'
  const owner = '{ owner: { property: customer, is: sub } }'
  const other = `  /people: { get: { responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Customer' } } } } } } }`

  it.each<[string, ReturnType<typeof api>, string | undefined, readonly string[]]>([
    ['its only id', api(`{ ${customer}, points: { type: integer } }`, owner), 'customer', []],
    ['the owner beside its own id', api(`{ id: { type: string }, ${customer} }`, owner), 'customer', []],
    [
      'not one that is the own id elsewhere',
      api(
        `{ ${customer}, points: { type: integer } }`,
        owner,
        `Customer: { type: object, properties: { id: { type: string } , name: { type: string } } }`,
        other.trim(),
      ),
      undefined,
      ['Statement no-id'],
    ],
    [
      'not one of two',
      api(
        `{ from: { type: string, x-rugged: { id: customer } }, to: { type: string, x-rugged: { id: customer } } }`,
        '{ owner: { property: holder, is: sub } }',
      ),
      undefined,
      ['Statement no-id'],
    ],
    ['none', api('{ points: { type: integer } }', owner), undefined, ['Statement no-id']],
    [
      'none in a schema that no answer has',
      api(
        `{ ${customer} }`,
        owner,
        `Unused: { type: object, x-rugged: ${owner}, properties: { a: { type: string } } }`,
      ),
      'customer',
      ['Unused unused'],
    ],
  ])('%s', (_, { objects }, property, unapplied) => {
    expect(objects.types.get('customer')?.owner?.property).toBe(property)
    expect(objects.unapplied.map(({ schema, why }) => `${schema} ${why}`)).toEqual(unapplied)
  })

  it('takes the rule alone of an object that is somebody else’s', () => {
    const { objects } = api(
      `{ id: { type: string }, ${customer} }`,
      '{ tenant: { property: customer, is: org }, shared: true, budget: { objects: 5, per: day } }',
    )
    expect(objects.types.get('customer')).toMatchObject({ tenant: { claim: 'org' }, shared: false })
    expect(objects.types.get('customer')?.budget).toBeUndefined()
  })
})

describe('fields made of the component that is an id', () => {
  const bank = (component: string, number = '') =>
    exposeYaml(`
components:
  schemas:
    ${component}: { type: string, pattern: '^[0-9]{10}$'${number} }
    Account: { type: object, properties: { number: { $ref: '#/components/schemas/${component}' }, label: { type: string } } }
paths:
  /accounts/{number}:
    get:
      parameters: [{ name: number, in: path, required: true, schema: { $ref: '#/components/schemas/${component}' } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Account' } } } } }
  /transfers:
    post:
      requestBody: { content: { application/json: { schema: { type: object, properties: {
        from: { allOf: [{ $ref: '#/components/schemas/${component}' }], description: debited },
        to: { $ref: '#/components/schemas/${component}', x-rugged: { id: account } },
        payee: { type: object, properties: { account: { $ref: '#/components/schemas/${component}' } } },
        memo: { type: string } } } } } }
      responses: { '204': { description: ok } }
`)
  const found = (api: ReturnType<typeof bank>) =>
    rowOf(api, 'POST /transfers').uses.map(({ type, role, source, shared, field }) => [
      field.path.join('.'),
      type,
      role,
      source,
      shared === true,
    ])

  it('name an object of the type', () => {
    expect(found(bank('AccountNumber'))).toEqual([
      ['from', 'account', 'from', 'derived', false],
      ['to', 'account', undefined, 'declared', false],
      ['payee.account', 'account', 'payee-account', 'derived', false],
    ])
  })

  it('say so for sure where the component declares it, and whether the place does', () => {
    expect(found(bank('AccountNumber', ', x-rugged: { id: account }'))).toEqual([
      ['from', 'account', 'from', 'declared', true],
      ['to', 'account', undefined, 'declared', false],
      ['payee.account', 'account', 'payee-account', 'declared', true],
    ])
  })

  it('say nothing by a component that any value may have', () => {
    for (const general of ['Uuid', 'NonEmptyString', 'ResourceId']) {
      expect(found(bank(general)).map(([path]) => path)).toEqual(['to'])
    }
  })
})
