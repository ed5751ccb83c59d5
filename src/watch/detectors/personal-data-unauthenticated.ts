import type { ApiEvent } from '../../risk/event.ts'
import type { Severity } from '../../risk/weakness.ts'
import { defineDetector, type Notice } from '../detector.ts'
import { optionsParser } from '../options.ts'

const defaults = {
  /** Classes that may leave without a login. */
  exceptClasses: [] as readonly string[],
  exceptOperations: [] as readonly string[],
}

const secrets = new Set(['credential', 'secret'])
/** Public in many an honest API: the author of an article, the picture beside it. */
const light = new Set(['name', 'picture', 'demographic'])
const reading = new Set(['GET', 'HEAD'])

/**
 * **What an attacker does.** Calls an operation without logging in, as the page or app behind which it stands does for
 * everybody, and reads personal data out of the answer.
 *
 * **How this answers.** The guard reports which classes of personal or secret data left in an answer. When an
 * anonymous caller received them with a status of 2xx, that is noticed for the operation: critical for secrets that a
 * read gave away, high in general, medium where there were only names, pictures and the like.
 *
 * **When it is wrong.** Classes rest on declarations and on names of properties, so a shop's own telephone number looks like
 * a person's. Answers of 201 are left out, since they repeat what the caller has just sent, and so are answers to
 * a writing method that carry a token, since these are logins. A caller whose credential the contract does not mention
 * is anonymous here.
 *
 * **How to waive it.** Declare the property (x-rugged `sensitive`), or name classes in `exceptClasses` and operations in
 * `exceptOperations` (`GET /articles`).
 */
export const personalDataUnauthenticated = defineDetector<typeof defaults>({
  kind: 'detector',
  id: 'personal-data-unauthenticated',
  summary: 'Notices personal data that is answered to callers who did not log in.',
  covers: ['missing-authentication', 'secret-in-response'],
  severity: 'high',
  remedy:
    'Require authentication for the operation, or reduce its answer to what everybody may see: declare a public view with x-rugged `visible` and `view`, which the guard enforces.',
  references: [
    'https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/',
    'https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/',
  ],
  options: optionsParser('personal-data-unauthenticated', defaults),
  start(_sketches, options) {
    const exceptClasses = new Set(options.exceptClasses)
    const exceptOperations = new Set(options.exceptOperations)
    return {
      *observe(event) {
        if (event.caller.kind !== 'anonymous' || event.operation === undefined) return
        if (event.decision === 'refused' || event.status < 200 || event.status > 299 || event.status === 201) return
        if (exceptOperations.has(`${event.operation.method} ${event.operation.path}`)) return
        const classes = [...new Set(event.sensitive)].filter(name => !exceptClasses.has(name)).sort()
        const secret = classes.filter(name => secrets.has(name))
        // A writing request that is answered with a token has shown a password or code: a login, not a leak.
        if (secret.length > 0 && !reading.has(event.method)) return
        if (secret.length > 0) yield noticeOf(event, secret, 'critical')
        const personal = classes.filter(name => !secrets.has(name))
        if (personal.length > 0)
          yield noticeOf(event, personal, personal.every(name => light.has(name)) ? 'medium' : 'high')
      },
    }
  },
})

function noticeOf(event: ApiEvent, classes: readonly string[], severity: Severity): Notice {
  const secret = severity === 'critical'
  return {
    weakness: secret ? 'secret-in-response' : 'missing-authentication',
    severity,
    message: `An anonymous caller was answered with ${secret ? 'secrets' : 'personal data'} (${classes.join(', ')}). Whoever finds the address can have it too.`,
    ...(event.operation === undefined ? {} : { operation: event.operation }),
    evidence: {
      classes,
      objects: event.handedCount,
      status: event.status,
      incident: event.id,
    },
    confidence: severity === 'medium' ? 'tentative' : 'firm',
  }
}
