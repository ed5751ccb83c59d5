import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunningApi } from '../breach.ts'
import { call } from '../client.ts'
import { listAt, textAt } from '../json.ts'
import { start } from './fixed.ts'
import { formatAmount, multiply, parseAmount } from './money.ts'

let twin: RunningApi
let own: Readonly<Record<string, string>>
let foreign: Readonly<Record<string, string>>

beforeEach(async () => {
  twin = await start()
  own = await accountsOf('userB')
  foreign = await accountsOf('userA')
})
afterEach(() => twin.close())

async function accountsOf(actor: string): Promise<Readonly<Record<string, string>>> {
  const { body } = await call(twin.url, 'GET', '/v1/accounts', { token: twin.tokens[actor] })
  return Object.fromEntries(listAt(body, 'accounts').map(each => [textAt(each, 'currency'), textAt(each, 'id')]))
}

const place = (order: object) =>
  call(twin.url, 'POST', '/v1/orders', {
    token: twin.tokens['userB'],
    body: {
      product_id: 'BTC-USD',
      side: 'buy',
      size: '0.0002',
      source_account_id: own['USD'],
      target_account_id: own['BTC'],
      ...order,
    },
  })

test('an order of own accounts is filled', async () => {
  expect((await place({})).status).toBe(201)
})

test('a foreign account is answered like a missing one, as source and as target, byte for byte', async () => {
  const missing = await place({ source_account_id: randomUUID() })
  expect(missing.status).toBe(404)
  for (const order of [{ source_account_id: foreign['USD'] }, { target_account_id: foreign['BTC'] }]) {
    const refused = await place(order)
    expect([refused.status, refused.text]).toEqual([404, missing.text])
    const headers = [...refused.headers].filter(([name]) => name !== 'date')
    expect(headers).toEqual([...missing.headers].filter(([name]) => name !== 'date'))
  }
})

test.each([
  ['wrong_currency', () => ({ source_account_id: own['ETH'] })],
  ['wrong_currency', () => ({ target_account_id: own['ETH'] })],
  ['insufficient_funds', () => ({ size: '1000' })],
])('422 %s', async (code, order) => {
  const refused = await place(order())
  expect([refused.status, textAt(refused.body, 'code')]).toEqual([422, code])
})

test.each(['0', '-1', '1e3', '1.123456789', '', 5, '0.00000000'])('size %j is no amount', async size => {
  expect((await place({ size })).status).toBe(400)
})

test("another customer's order is not found", async () => {
  const { body } = await place({})
  const path = `/v1/orders/${textAt(body, 'id')}`
  expect((await call(twin.url, 'GET', path, { token: twin.tokens['userB'] })).status).toBe(200)
  expect((await call(twin.url, 'GET', path, { token: twin.tokens['userA'] })).status).toBe(404)
})

test('without a valid token nobody trades', async () => {
  const forged = `${twin.tokens['userB']?.slice(0, -8)}AAAAAAAA`
  for (const token of [undefined, forged, 'none']) {
    expect((await call(twin.url, 'GET', '/v1/accounts', { token })).status).toBe(401)
  }
})

test('amounts are exact', () => {
  const size = parseAmount('0.0002') ?? 0n
  expect(formatAmount(size)).toBe('0.0002')
  expect(formatAmount(multiply(size, parseAmount('64000') ?? 0n))).toBe('12.80')
  expect(formatAmount(-5n)).toBe('-0.00000005')
})
