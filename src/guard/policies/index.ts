import type { Policy } from '../policy.ts'
import { authentication } from './authentication.ts'
import { documentedOperations } from './documented-operations.ts'
import { errorDisclosure } from './error-disclosure.ts'
import { objectBudget } from './object-budget.ts'
import { objectLedger } from './object-ledger.ts'
import { objectOwnership } from './object-ownership.ts'
import { pageSize } from './page-size.ts'
import { propertyVisibility } from './property-visibility.ts'
import { rateLimit } from './rate-limit.ts'
import { requestContract } from './request-contract.ts'
import { responseContract } from './response-contract.ts'
import { roleAccess } from './role-access.ts'
import { securityHeaders } from './security-headers.ts'
import { urlAllowList } from './url-allow-list.ts'

/**
 * Every policy, in the order in which they run at each moment. In `response` those that answer for an object come
 * before those that replace errors, so that "not yours" and "not there" are told apart by nobody; what is left out is
 * left out before the ledger learns what was handed out, and before the headers of the final answer are set.
 */
export const policies: readonly Policy<unknown>[] = [
  documentedOperations,
  rateLimit,
  authentication,
  roleAccess,
  requestContract,
  pageSize,
  urlAllowList,
  objectOwnership,
  objectBudget,
  errorDisclosure,
  responseContract,
  propertyVisibility,
  objectLedger,
  securityHeaders,
]
