/** Whole records, as many and as often as anybody likes: the page does the filtering. */

import type { Start } from '../breach.ts'
import { feedApi } from './api.ts'
import { wholeRecord } from './views.ts'

export const start: Start = feedApi({
  view: wholeRecord,
  largestPage: Number.POSITIVE_INFINITY,
  requestsPerMinute: Number.POSITIVE_INFINITY,
})
