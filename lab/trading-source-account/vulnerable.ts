/** An order may name any account there is, and a balance counts as money whatever its currency. */

import type { Start } from '../breach.ts'
import { tradingApi } from './api.ts'

export const start: Start = tradingApi({
  source: (ledger, id) => ledger.account(id),
  fits: () => true,
})
