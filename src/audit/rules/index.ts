import type { Rule } from '../rule.ts'
import { cleartextTransport } from './cleartext-transport.ts'
import { contractProblem } from './contract-problem.ts'
import { credentialInUrl } from './credential-in-url.ts'
import { excessiveDataExposure } from './excessive-data-exposure.ts'
import { massAssignment } from './mass-assignment.ts'
import { missingAuthentication } from './missing-authentication.ts'
import { missingObjectRule } from './missing-object-rule.ts'
import { missingRateLimit } from './missing-rate-limit.ts'
import { predictableObjectId } from './predictable-object-id.ts'
import { unboundedInput } from './unbounded-input.ts'
import { unboundedPage } from './unbounded-page.ts'
import { undefinedResponse } from './undefined-response.ts'
import { undefinedSecurityScheme } from './undefined-security-scheme.ts'
import { unfitAuthenticationScheme } from './unfit-authentication-scheme.ts'
import { unretiredVersion } from './unretired-version.ts'
import { urlWithoutAllowList } from './url-without-allow-list.ts'

/** Every rule, in the order of the risks that they warn of. */
export const rules: readonly Rule[] = [
  missingObjectRule,
  predictableObjectId,
  missingAuthentication,
  undefinedSecurityScheme,
  unfitAuthenticationScheme,
  credentialInUrl,
  excessiveDataExposure,
  massAssignment,
  unboundedPage,
  missingRateLimit,
  unboundedInput,
  urlWithoutAllowList,
  cleartextTransport,
  undefinedResponse,
  contractProblem,
  unretiredVersion,
]
