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
