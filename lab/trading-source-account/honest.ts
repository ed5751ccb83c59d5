/** Three customers trade at the same time, each with their own accounts, and check every booking. */

import type { Honest } from '../breach.ts'
import { listAt, textAt } from '../json.ts'
import { startVisit, type Visit } from '../visit.ts'

export const honest: Honest = async target => {
  const visit = startVisit(target)
  await Promise.all([
    trade(visit, 'userA', 'buy', '0.01'),
    trade(visit, 'userB', 'sell', '0.02'),
    trade(visit, 'userC', 'buy', '0.0005'),
  ])
  return visit.result()
}

/** Opens an account, trades bitcoin against the dollars in it or into it, and reads the order back. */
async function trade(visit: Visit, actor: string, side: 'buy' | 'sell', size: string): Promise<void> {
  const opened = await visit.use('POST /v1/accounts', {
    as: actor,
    body: { currency: side === 'buy' ? 'BTC' : 'USD', name: 'Savings plan' },
    expect: 201,
  })
  const savings = textAt(opened.body, 'id') ?? ''
  const before = await accountsOf(visit, actor)
  visit.expect(
    before.some(({ id }) => id === savings),
    `${actor}'s new account is not in the list`,
  )
  visit.expect(new Set(before.map(({ owner }) => owner)).size === 1, `${actor} sees accounts of several owners`)

  const paying = before.find(({ currency, id }) => currency === (side === 'buy' ? 'USD' : 'BTC') && id !== savings)
  const placed = await visit.use('POST /v1/orders', {
    as: actor,
    body: { product_id: 'BTC-USD', side, size, source_account_id: paying?.id ?? '', target_account_id: savings },
    expect: 201,
  })
  const order = await visit.use('GET /v1/orders/{orderId}', {
    as: actor,
    params: { orderId: textAt(placed.body, 'id') ?? '' },
  })
  visit.expect(textAt(order.body, 'source_account_id') === paying?.id, `${actor}'s order names another source account`)

  const after = await accountsOf(visit, actor)
  const changed = (id: string | undefined) => balance(after, id) - balance(before, id)
  const debited = Number(textAt(order.body, 'debited'))
  const credited = Number(textAt(order.body, 'credited'))
  visit.expect(near(changed(paying?.id), -debited), `${actor} paid ${-changed(paying?.id)} instead of ${debited}`)
  visit.expect(near(changed(savings), credited), `${actor} received ${changed(savings)} instead of ${credited}`)
}

interface OwnAccount {
  readonly id: string | undefined
  readonly owner: string | undefined
  readonly currency: string | undefined
  readonly balance: number
}

async function accountsOf(visit: Visit, actor: string): Promise<readonly OwnAccount[]> {
  const { body } = await visit.use('GET /v1/accounts', { as: actor })
  return listAt(body, 'accounts').map(account => ({
    id: textAt(account, 'id'),
    owner: textAt(account, 'owner_id'),
    currency: textAt(account, 'currency'),
    balance: Number(textAt(account, 'balance')),
  }))
}

function balance(accounts: readonly OwnAccount[], id: string | undefined): number {
  return accounts.find(account => account.id === id)?.balance ?? Number.NaN
}

/** Equal to the last unit of eight decimals; the subtraction of two doubles is not exact. */
function near(left: number, right: number): boolean {
  return Math.abs(left - right) < 5e-9
}
