/** The trading API. Both twins are this file; what they let an order do to an account is the one difference. */

import type { RunningApi, Start } from '../breach.ts'
import { type ApiReply, listen, refusal } from '../http-api.ts'
import { newSubjects, openIssuer, signedIn } from '../issuer.ts'
import { textAt, valueAt } from '../json.ts'
import { type Account, type Currency, createLedger, currencies, type Ledger, type Order } from './ledger.ts'
import { formatAmount, multiply, parseAmount } from './money.ts'

export interface AccountRules {
  /** The account that pays for an order, as far as this caller may name it. */
  readonly source: (ledger: Ledger, id: string, subject: string) => Account | undefined
  /** Whether an account can take part in the leg of an order that is counted in this currency. */
  readonly fits: (account: Account, currency: Currency) => boolean
}

/** A caller's own account; anything else is the same as nothing. */
export function ownAccount(ledger: Ledger, id: string, subject: string): Account | undefined {
  const account = ledger.account(id)
  return account?.ownerId === subject ? account : undefined
}

interface Product {
  readonly base: Currency
  readonly quote: Currency
  readonly price: bigint
}

const products = new Map<string, Product>([
  ['BTC-USD', { base: 'BTC', quote: 'USD', price: 64_000_00000000n }],
  ['ETH-USD', { base: 'ETH', quote: 'USD', price: 3_200_00000000n }],
])

/** What the promotion puts into every new account. */
const openingBalance: Readonly<Record<Currency, bigint>> = { USD: 50_00000000n, BTC: 100000n, ETH: 2000000n }
const mostAccounts = 200

const notFound = refusal(404, 'not_found', 'There is no such account or order.')

export function tradingApi(rules: AccountRules): Start {
  return async (): Promise<RunningApi> => {
    const subjects = newSubjects('userA', 'userB', 'userC')
    const issuer = await openIssuer({ issuer: 'https://id.harbor.example', audience: 'harbor-trading', subjects })
    const ledger = createLedger()
    for (const ownerId of Object.values(subjects)) {
      ledger.open({ ownerId, name: 'Cash', currency: 'USD', balance: 25_000_00000000n })
      ledger.open({ ownerId, name: 'Bitcoin wallet', currency: 'BTC', balance: 50000000n })
      ledger.open({ ownerId, name: 'Ether wallet', currency: 'ETH', balance: 4_00000000n })
    }
    const api = await listen({
      'GET /v1/accounts': signedIn(issuer, (_, subject) => ({
        status: 200,
        body: { accounts: ledger.accountsOf(subject).map(showAccount) },
      })),
      'POST /v1/accounts': signedIn(issuer, ({ body }, subject) => openAccount(ledger, body, subject)),
      'POST /v1/orders': signedIn(issuer, ({ body }, subject) => placeOrder(ledger, rules, body, subject)),
      'GET /v1/orders/{orderId}': signedIn(issuer, ({ params }, subject) => {
        const order = ledger.order(params['orderId'] ?? '')
        return order?.ownerId === subject ? { status: 200, body: showOrder(order) } : notFound
      }),
    })
    return { url: api.url, tokens: issuer.tokens, issuer: issuer.published, witness: {}, close: api.close }
  }
}

function openAccount(ledger: Ledger, body: unknown, ownerId: string): ApiReply {
  const currency = currencies.find(known => known === textAt(body, 'currency'))
  const name = valueAt(body, 'name') ?? `${currency} account`
  if (currency === undefined) return refusal(400, 'invalid_currency', `currency is one of ${currencies.join(', ')}.`)
  if (typeof name !== 'string' || name.length < 1 || name.length > 60) {
    return refusal(400, 'invalid_name', 'name has 1 to 60 characters.')
  }
  if (ledger.accountsOf(ownerId).length >= mostAccounts) {
    return refusal(422, 'too_many_accounts', `One person can have ${mostAccounts} accounts.`)
  }
  const account = ledger.open({ ownerId, name, currency, balance: openingBalance[currency] })
  return { status: 201, body: showAccount(account) }
}

function placeOrder(ledger: Ledger, rules: AccountRules, body: unknown, subject: string): ApiReply {
  const productId = textAt(body, 'product_id') ?? ''
  const product = products.get(productId)
  const side = textAt(body, 'side')
  const size = parseAmount(valueAt(body, 'size'))
  const sourceAccountId = textAt(body, 'source_account_id')
  const targetAccountId = textAt(body, 'target_account_id')
  if (product === undefined) return refusal(400, 'invalid_product', `product_id is one of ${[...products.keys()]}.`)
  if (side !== 'buy' && side !== 'sell') return refusal(400, 'invalid_side', 'side is buy or sell.')
  if (size === undefined) return refusal(400, 'invalid_size', 'size is a positive decimal such as "0.0002".')
  if (sourceAccountId === undefined || targetAccountId === undefined) {
    return refusal(400, 'missing_account', 'source_account_id and target_account_id are needed.')
  }

  const source = rules.source(ledger, sourceAccountId, subject)
  const target = ownAccount(ledger, targetAccountId, subject)
  if (source === undefined || target === undefined) return notFound

  const { base, quote, price } = product
  const cost = multiply(size, price)
  const [debited, credited] = side === 'buy' ? [cost, size] : [size, cost]
  const [paidIn, receivedIn] = side === 'buy' ? [quote, base] : [base, quote]
  if (!rules.fits(source, paidIn) || !rules.fits(target, receivedIn)) {
    return refusal(422, 'wrong_currency', `This order is paid in ${paidIn} and settled in ${receivedIn}.`)
  }
  if (source.balance < debited) return refusal(422, 'insufficient_funds', 'The source account does not hold enough.')

  const details = { ownerId: subject, productId, side, size, price, debited, credited } as const
  const order = ledger.book({ ...details, sourceAccountId, targetAccountId })
  return { status: 201, headers: { location: `/v1/orders/${order.id}` }, body: showOrder(order) }
}

function showAccount({ id, ownerId, name, currency, balance, createdAt }: Account) {
  return { id, owner_id: ownerId, name, currency, balance: formatAmount(balance), created_at: createdAt }
}

function showOrder(order: Order) {
  return {
    id: order.id,
    owner_id: order.ownerId,
    product_id: order.productId,
    side: order.side,
    size: formatAmount(order.size),
    price: formatAmount(order.price),
    source_account_id: order.sourceAccountId,
    target_account_id: order.targetAccountId,
    debited: formatAmount(order.debited),
    credited: formatAmount(order.credited),
    status: 'filled',
    created_at: order.createdAt,
  }
}
