import type { Probe } from '../probe.ts'
import { brokenFunctionLevelAuthorization } from './broken-function-level-authorization.ts'
import { brokenTokenVerification } from './broken-token-verification.ts'
import { excessiveDataExposure } from './excessive-data-exposure.ts'
import { missingAuthentication } from './missing-authentication.ts'
import { missingRateLimit } from './missing-rate-limit.ts'
import { objectOwnership } from './object-ownership.ts'
import { serverSideRequestForgery } from './server-side-request-forgery.ts'
import { unboundedPage } from './unbounded-page.ts'

/** Every probe, the quiet ones first; those that change things later, those that use limits up last. */
export const probes: readonly Probe[] = [
  excessiveDataExposure,
  unboundedPage,
  missingAuthentication,
  brokenTokenVerification,
  brokenFunctionLevelAuthorization,
  objectOwnership,
  serverSideRequestForgery,
  missingRateLimit,
]
