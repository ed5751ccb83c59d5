/** Goes wherever it is sent, follows wherever that leads, and hands back what it found. */

import type { Start } from '../breach.ts'
import { documentApi } from './api.ts'

export const start: Start = documentApi({
  allows: () => true,
  redirects: 5,
  passesBack: true,
})
