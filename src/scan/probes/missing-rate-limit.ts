import { wordsOf } from '../../core/words.ts'
import type { OperationExposure } from '../../exposure/exposure.ts'
import type { Outcome } from '../../risk/finding.ts'
import type { Severity } from '../../risk/weakness.ts'
import type { Actor } from '../actor.ts'
import { type Answer, isAccepted } from '../answer.ts'
import type { Call } from '../call.ts'
import { defineProbe } from '../probe.ts'
import type { ApiScene } from '../scene.ts'
import { sensitiveIn } from '../sensitive.ts'

const volley = 400
const volleys = 2
/** Milliseconds for one volley: an API that is slow by nature is not flooded for longer. */
const longest = 8_000

/**
 * **An attacker** calls as often as a machine can: to read a public collection out page by page, to try passwords and
 * codes, or to take what was meant for everybody.
 *
 * **This probe** sends two volleys of 400 calls to a few operations, one kind at a time: what anybody may read,
 * what anybody may try a password or a code at (with an account that does not exist), what a signed-in user may
 * read. It is proven when all of them were answered, without a 429 or 503, without a lock, and without a header that
 * speaks of a limit. It runs last, because it uses limits up.
 *
 * **When it is wrong.** A limit above 800 in a few seconds, or one that only counts over hours, looks like none:
 * announce it with a `RateLimit` header. An API that is too slow for the volley is not judged.
 *
 * **To waive it**, accept the finding by its fingerprint, with a reason and a date.
 */
export const missingRateLimit = defineProbe({
  kind: 'probe',
  id: 'missing-rate-limit',
  summary: 'A flood of calls from one client must be slowed down at some point.',
  covers: ['missing-rate-limit'],
  severity: 'medium',
  effect: 'reads',
  remedy:
    'Limit calls per client and, where accounts can be attacked, per account; answer 429 with Retry-After. In the guard, declare `limits` on the operation.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/'],

  async *api(scene) {
    for (const target of targetsIn(scene)) {
      if (scene.budget.spent !== undefined) return
      yield* testTarget(scene, target)
    }
  },
})

interface Target {
  readonly exposure: OperationExposure
  readonly actor: Actor
  readonly call: Call
  readonly kind: 'public data' | 'guessing' | 'signed-in reads'
  readonly severity: Severity
  readonly why: string
}

/** The operations for which a missing limit weighs most, at most two of a kind. */
function targetsIn(scene: ApiScene): readonly Target[] {
  // What fetches from elsewhere would pass the flood on to somebody who has not asked for a scan.
  const reads = scene.tested.filter(({ effect, urls }) => effect === 'reads' && urls.length === 0)
  const open = reads.flatMap((exposure): (Target & { readonly weight: number })[] => {
    const known = scene.happy(exposure.operation, scene.anonymous)
    if (known === undefined || !exposure.access.anonymous) return []
    const personal = sensitiveIn(known.answer.value, exposure).filter(
      ({ harm, personal }) => harm !== 'weak' && personal,
    )
    const severity: Severity = personal.length > 0 ? 'medium' : 'low'
    const why =
      personal.length > 0
        ? `personal data (${personal
            .slice(0, 3)
            .map(({ path }) => path)
            .join(', ')})`
        : 'data'
    const weight = (personal.length > 0 ? 2 : 0) + (exposure.limits.list ? 1 : 0)
    return [{ exposure, actor: scene.anonymous, call: known.call, kind: 'public data', severity, why, weight }]
  })
  const signedIn = reads.flatMap((exposure): (Target & { readonly weight: number })[] => {
    const [actor] = scene.users
    const known = actor === undefined ? undefined : scene.happy(exposure.operation, actor)
    if (actor === undefined || known === undefined || exposure.access.anonymous) return []
    const weight = exposure.limits.list ? 1 : 0
    return [{ exposure, actor, call: known.call, kind: 'signed-in reads', severity: 'low', why: 'data', weight }]
  })
  const heaviest = <T extends { readonly weight: number }>(targets: readonly T[], count: number) =>
    targets.toSorted((a, b) => b.weight - a.weight).slice(0, count)
  return [...heaviest(open, 2), ...heaviest(signedIn, 1), ...(scene.effect === 'reads' ? [] : guessingTargets(scene))]
}

const guessable =
  /\b(?:log ?in|sign ?in|authenticate|token|otp|verify|verification|recover|recovery|reset|forgot|confirm)\b/

/** Where anybody may try a password or a code. */
function guessingTargets(scene: ApiScene): readonly Target[] {
  return scene.tested
    .filter(({ operation, access, fields, effect }) => {
      if (!access.anonymous || effect !== 'writes' || operation.method !== 'POST') return false
      const { flow } = operation.extension
      if (flow === 'login' || flow === 'otp' || flow === 'password-reset') return true
      const words = wordsOf(`${operation.id ?? ''} ${operation.path}`).join(' ')
      const takesSecret = fields.in.some(
        ({ sensitive, name }) => sensitive?.class === 'credential' || /\bcode\b/.test(wordsOf(name).join(' ')),
      )
      return takesSecret && guessable.test(words)
    })
    .slice(0, 2)
    .map(exposure => {
      const call = scene.build(
        exposure,
        { inputs: 'required', examples: false, choice: 0, fresh: true },
        scene.anonymous,
      )
      return {
        exposure,
        actor: scene.anonymous,
        call,
        kind: 'guessing',
        severity: 'medium',
        why: 'attempts at a password or code',
      }
    })
}

async function* testTarget(scene: ApiScene, target: Target): AsyncGenerator<Outcome> {
  const { exposure, actor, call, kind, severity, why } = target
  const { operation } = exposure
  const at = {
    ...(operation.id === undefined ? {} : { id: operation.id }),
    method: operation.method,
    path: operation.path,
  }
  let answered = 0
  let milliseconds = 0
  for (let round = 0; round < volleys; round++) {
    const result = await fire(scene, call, actor)
    answered += result.answered
    milliseconds += result.milliseconds
    if (result.limited) return scene.count(operation, 'passed')
    if (result.answered < volley) {
      scene.count(operation, 'inconclusive')
      yield {
        operation: at,
        notEvaluated: `Whether calls are limited: only ${result.answered} of ${volley} were answered within ${longest / 1_000} s or the budget.`,
      }
      return
    }
  }
  scene.count(operation, 'failed')
  const rate = Math.round((answered / Math.max(1, milliseconds)) * 1_000)
  yield {
    operation: at,
    severity,
    message: `${operation.key} answered all of ${answered} calls that one ${actor === scene.anonymous ? 'anonymous client' : 'user'} made at ${rate} a second, with neither a refusal nor a word about a limit: ${why} can be had as fast as a machine asks.`,
    subject: kind,
    evidence: { proof: `${volleys} volleys of ${volley} calls, all answered.`, calls: answered, callsPerSecond: rate },
    curl: `for i in $(seq ${volley}); do ${scene.curl(call, actor)} -o /dev/null -w '%{http_code}\\n'; done | sort | uniq -c`,
    confidence: 'certain',
  }
}

interface Fired {
  readonly answered: number
  readonly limited: boolean
  readonly milliseconds: number
}

async function fire(scene: ApiScene, call: Call, actor: Actor): Promise<Fired> {
  let [sent, answered, milliseconds] = [0, 0, 0]
  let limited = false
  const start = scene.budget.elapsed
  const statuses = new Set<number>()
  const worker = async () => {
    while (!limited && sent < volley && scene.budget.elapsed - start < longest && scene.budget.spent === undefined) {
      sent += 1
      const answer = await scene.send(call, actor, { patient: false })
      limited ||= isLimit(answer, statuses)
      if (answer.status > 0 && answer.status < 500) answered += 1
      // A read that stops working is an answer of its own, but no proof that the next one would have worked.
      if (answer.status > 0 && statuses.has(200) && !isAccepted(answer, call.operation))
        answered -= answered > 0 ? 1 : 0
      statuses.add(answer.status)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, scene.concurrency) }, worker))
  milliseconds = scene.budget.elapsed - start
  return { answered, limited, milliseconds }
}

/** Too many (RFC 6585), no capacity, a lock after other answers, or the announcement of a limit in a header. */
function isLimit({ status, headers }: Answer, before: ReadonlySet<number>): boolean {
  if (status === 429 || status === 503 || status === 423) return true
  if (status === 403 && before.size > 0 && !before.has(403)) return true
  return Object.keys(headers).some(name => /^(?:x-)?rate-?limit/.test(name))
}
