/** Accounts and orders, in memory. Every method is synchronous, so an order is booked whole or not at all. */

import { randomUUID } from 'node:crypto'

export const currencies = ['USD', 'BTC', 'ETH'] as const
export type Currency = (typeof currencies)[number]

export interface Account {
  readonly id: string
  readonly ownerId: string
  readonly name: string
  readonly currency: Currency
  readonly balance: bigint
  readonly createdAt: string
}

type Side = 'buy' | 'sell'

export interface Order {
  readonly id: string
  readonly ownerId: string
  readonly productId: string
  readonly side: Side
  readonly size: bigint
  readonly price: bigint
  readonly sourceAccountId: string
  readonly targetAccountId: string
  readonly debited: bigint
  readonly credited: bigint
  readonly createdAt: string
}

export interface Ledger {
  open(opening: Pick<Account, 'ownerId' | 'name' | 'currency' | 'balance'>): Account
  account(id: string): Account | undefined
  accountsOf(ownerId: string): readonly Account[]
  /** Moves the money and records the order. Whether the order is allowed was decided before. */
  book(order: Omit<Order, 'id' | 'createdAt'>): Order
  order(id: string): Order | undefined
}

export function createLedger(): Ledger {
  const accounts = new Map<string, Account>()
  const orders = new Map<string, Order>()
  const add = (id: string, amount: bigint) => {
    const account = accounts.get(id)
    if (account) accounts.set(id, { ...account, balance: account.balance + amount })
  }
  return {
    open(opening) {
      const account = { ...opening, id: randomUUID(), createdAt: new Date().toISOString() }
      accounts.set(account.id, account)
      return account
    },
    account: id => accounts.get(id),
    accountsOf: ownerId => [...accounts.values()].filter(account => account.ownerId === ownerId),
    book(order) {
      add(order.sourceAccountId, -order.debited)
      add(order.targetAccountId, order.credited)
      const booked = { ...order, id: randomUUID(), createdAt: new Date().toISOString() }
      orders.set(booked.id, booked)
      return booked
    },
    order: id => orders.get(id),
  }
}
