import type { ApiEvent } from '../../risk/event.ts'
import { defineDetector, type Notice } from '../detector.ts'
import { optionsParser } from '../options.ts'
import { propertyShape } from '../path-shape.ts'

const defaults = {
  exceptOperations: [] as readonly string[],
}

const mostListed = 20

/**
 * **What an attacker does.** Reads the whole answer instead of what the page shows of it: the password hash, the internal
 * note, the flag that a generic serialiser sent along.
 *
 * **How this answers.** The guard reports properties that the API answered though the contract does not declare them. They
 * are noticed for the operation: high when the answer held personal or secret data as well, medium otherwise, low when
 * the guard took them out before the answer left.
 *
 * **When it is wrong.** A contract that lags behind its API is the usual reason, which is a finding of its own kind
 * (drift) and not an attack. Schemas that allow additional properties declare everything, so nothing is noticed there.
 * Whether the very properties are sensitive is not known, only that the answer was. Keys that look like values are
 * shown as `{}`.
 *
 * **How to waive it.** Declare the properties in the contract, or name the operation in `exceptOperations`
 * (`GET /reports`).
 */
export const undeclaredData = defineDetector<typeof defaults>({
  kind: 'detector',
  id: 'undeclared-data',
  summary: 'Notices properties that are answered although the contract does not declare them.',
  covers: ['excessive-data-exposure', 'documentation-drift'],
  serves: ['API3-d', 'API9-d'],
  severity: 'medium',
  remedy:
    'Choose the properties of the answer one by one instead of serialising the whole object; declare in the contract those that are meant, close the schema, and let the guard remove the others.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/'],
  options: optionsParser('undeclared-data', defaults),
  start(_sketches, options) {
    const except = new Set(options.exceptOperations)
    return {
      *observe(event) {
        if (event.undeclared.length === 0 || event.operation === undefined) return
        if (except.has(`${event.operation.method} ${event.operation.path}`)) return
        if (event.status >= 400 && event.decision !== 'refused') return
        yield noticeOf(event)
      },
    }
  },
})

function noticeOf(event: ApiEvent): Notice {
  const properties = [...new Set(event.undeclared.map(propertyShape))].sort()
  const listed = properties.slice(0, mostListed)
  const removed = keptBack(event)
  const more = properties.length > listed.length ? ` and ${properties.length - listed.length} more` : ''
  const left = removed
    ? 'They were kept back, yet the API sends them.'
    : 'They left in the answer, and nobody has decided who may read them.'
  return {
    weakness: removed ? 'documentation-drift' : 'excessive-data-exposure',
    severity: removed ? 'low' : event.sensitive.length > 0 ? 'high' : 'medium',
    message: `The answer has properties that the contract does not declare: ${listed.join(', ')}${more}. ${left}`,
    ...(event.operation === undefined ? {} : { operation: event.operation }),
    evidence: {
      properties: listed,
      count: properties.length,
      removed,
      sensitive: [...new Set(event.sensitive)].sort(),
      status: event.status,
      incident: event.id,
    },
    size: properties.length,
  }
}

/** In block mode a policy for response properties has removed them, or refused the whole answer. */
function keptBack(event: ApiEvent): boolean {
  if (event.decision === 'refused') return true
  return event.reasons.some(
    reason =>
      reason.mode === 'block' &&
      (reason.weakness === 'excessive-data-exposure' || reason.weakness === 'unenforced-response-schema'),
  )
}
