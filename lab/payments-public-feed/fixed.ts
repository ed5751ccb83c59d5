/** What the page shows and no more, in pages of at most fifty, at the pace of people who read. */

import type { Start } from '../breach.ts'
import { feedApi } from './api.ts'
import { publicView } from './views.ts'

export const start: Start = feedApi({
  view: publicView,
  largestPage: 50,
  requestsPerMinute: 300,
})
