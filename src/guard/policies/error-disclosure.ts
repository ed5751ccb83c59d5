import { findDisclosure } from '../disclosure.ts'
import type { Answer } from '../exchange.ts'
import { definePolicy, type Verdict } from '../policy.ts'

/**
 * **What an attacker does.** He sends what breaks the API and reads the map that comes back: stack traces, queries,
 * file paths, the names and versions of frameworks, addresses of machines behind.
 *
 * **How this answers.** The body of every 5xx is replaced by a problem with the incident id; the status stays. A 4xx
 * whose body holds a stack trace, a database or framework error, a file path or an internal address is replaced as
 * well. `Server`, `X-Powered-By` and their kin are removed from every answer.
 *
 * **When it is wrong.** A 5xx with a harmless body that clients were meant to read is replaced too. Only error answers
 * are looked into: an API that reports errors with 200 keeps its secrets no better than before.
 *
 * **How to waive it.** Set the policy to `alert` for the operation.
 */
export const errorDisclosure = definePolicy({
  kind: 'policy',
  id: 'error-disclosure',
  summary: 'Keeps stack traces, queries, paths and versions of the API from leaving in errors and headers.',
  covers: ['error-disclosure'],
  serves: ['API8-h'],
  severity: 'medium',
  remedy: 'Answer errors with an incident id and a sentence for the client, and write the rest to the log.',
  references: ['CWE-209', 'RFC 9457 section 5'],
  api: () => ({ response: ({ answer }) => (answer === undefined ? undefined : withoutBanners(answer)) }),
  operation: () => ({ response: ({ answer }) => (answer === undefined ? undefined : withoutInternals(answer)) }),
})

const banners = [
  'server',
  'x-powered-by',
  'x-aspnet-version',
  'x-aspnetmvc-version',
  'x-runtime',
  'x-generator',
  'x-backend-server',
  'x-application-context',
  'x-debug-token',
  'x-debug-token-link',
  'x-debug-exception',
  'x-debug-exception-file',
  'x-sourcefiles',
  'x-php-version',
  'x-owa-version',
  'x-envoy-upstream-service-time',
  'x-envoy-decorator-operation',
  'liferay-portal',
  'microsoftsharepointteamservices',
]

function withoutBanners({ headers }: Answer): Verdict {
  let removed: Record<string, undefined> | undefined
  for (const name of banners) {
    if (headers[name] === undefined) continue
    removed ??= {}
    removed[name] = undefined
  }
  // Every framework sends some banner: taking it away is no event.
  return removed === undefined ? undefined : { rewrite: { headers: removed }, safe: true }
}

function withoutInternals({ status, body, headers }: Answer): Verdict {
  if (status < 400) return undefined
  const found = body.length === 0 ? undefined : findDisclosure(body)
  if (status < 500 && found === undefined) return undefined
  const retryAfter = headers['retry-after']
  const kept = retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }
  const problem =
    status < 500
      ? { status, problem: 'request-failed', detail: 'The request could not be carried out.' }
      : { status, problem: 'upstream-error', detail: 'Something went wrong on our side. Quote the instance.', ...kept }
  if (found === undefined) return { rewrite: { problem }, safe: false }
  return {
    rewrite: { problem },
    safe: false,
    because: {
      weakness: 'error-disclosure',
      problem: 'error-disclosure',
      detail: 'An error answer held internals.',
      log: `the body of a ${status} held ${found}`,
    },
  }
}
