import type { Detector } from '../detector.ts'
import { authenticationFailures } from './authentication-failures.ts'
import { foreignObjectId } from './foreign-object-id.ts'
import { idEnumeration } from './id-enumeration.ts'
import { internalAddressAttempt } from './internal-address-attempt.ts'
import { objectHarvesting } from './object-harvesting.ts'
import { personalDataUnauthenticated } from './personal-data-unauthenticated.ts'
import { undeclaredData } from './undeclared-data.ts'
import { undocumentedOperation } from './undocumented-operation.ts'

/** Every detector there is; each keeps its options to itself. */
export const detectors: readonly Detector<unknown>[] = [
  authenticationFailures,
  foreignObjectId,
  idEnumeration,
  internalAddressAttempt,
  objectHarvesting,
  personalDataUnauthenticated,
  undeclaredData,
  undocumentedOperation,
]
