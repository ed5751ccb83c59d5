/** An order may name the caller's own accounts alone, each in the currency of its leg. */

import type { Start } from '../breach.ts'
import { ownAccount, tradingApi } from './api.ts'

export const start: Start = tradingApi({
  source: ownAccount,
  fits: (account, currency) => account.currency === currency,
})
