import type { Step } from './compile.ts'
import type { LiveExchange } from './live-exchange.ts'
import type { Because, Change, Verdict } from './policy.ts'
import type { Refusal } from './refusal.ts'

/** For the operator: why, in more words than a client may hear. `id` is the incident id of event and refusal. */
export interface Explanation {
  readonly id: string
  readonly card: string
  readonly mode: 'block' | 'alert'
  /**
   * What came of it: the client got a refusal; something was changed on the way and the request went on; or nothing was
   * done and somebody should know. An answer that stands for the API's own error is an edit too.
   */
  readonly outcome: Outcome
  readonly problem: string
  readonly log: string
}

export type Outcome = 'refused' | 'edited' | 'reported'

export type Explain = (explanation: Explanation) => void

/** The policy itself failed. Nobody knows what it would have said, so the request does not pass. */
export const internalError: Refusal = {
  status: 500,
  problem: 'internal-error',
  detail: 'Something went wrong on our side. Quote the instance when you report it.',
}

/**
 * Runs the checks of one moment, in order, until one refuses in block mode. Nothing is awaited where nothing waits: the
 * answer is a promise only when some check gave one.
 */
export function judge(
  exchange: LiveExchange,
  steps: readonly Step[],
  explain: Explain | undefined,
  from = 0,
): Refusal | undefined | Promise<Refusal | undefined> {
  for (let index = from; index < steps.length; index++) {
    const step = steps[index]
    if (step === undefined) break
    let refusal: Refusal | undefined
    try {
      const verdict = step.check(exchange)
      if (verdict === undefined) continue
      if (verdict instanceof Promise) return resume(exchange, steps, explain, index, step, verdict)
      refusal = carryOut(exchange, step, verdict, explain)
    } catch (error) {
      refusal = broken(exchange, step, error, explain)
    }
    if (refusal !== undefined) return refusal
  }
  return undefined
}

async function resume(
  exchange: LiveExchange,
  steps: readonly Step[],
  explain: Explain | undefined,
  index: number,
  step: Step,
  pending: Promise<Verdict>,
): Promise<Refusal | undefined> {
  let refusal: Refusal | undefined
  try {
    const verdict = await pending
    refusal = verdict === undefined ? undefined : carryOut(exchange, step, verdict, explain)
  } catch (error) {
    refusal = broken(exchange, step, error, explain)
  }
  return refusal ?? judge(exchange, steps, explain, index + 1)
}

function carryOut(
  exchange: LiveExchange,
  step: Step,
  verdict: NonNullable<Verdict>,
  explain: Explain | undefined,
): Refusal | undefined {
  if ('refuse' in verdict) {
    report(exchange, step, verdict.because, step.mode === 'alert' ? 'reported' : 'refused', explain)
    if (step.mode === 'alert') return undefined
    const { problem, detail, headers, extra, uncounted } = verdict.because
    return {
      status: verdict.refuse,
      problem,
      detail,
      ...(headers === undefined ? {} : { headers }),
      ...(extra === undefined ? {} : { extra }),
      ...(uncounted === undefined ? {} : { uncounted }),
    }
  }
  const applied = step.mode === 'block' || verdict.safe
  if (verdict.because !== undefined) {
    const outcome = applied && Object.keys(verdict.rewrite).length > 0 ? 'edited' : 'reported'
    report(exchange, step, verdict.because, outcome, explain)
  }
  if (!applied) return undefined
  // Written by the same hand as a refusal, and nothing comes after it: so that nobody can tell one from the other.
  if (verdict.rewrite.problem !== undefined) return { ...verdict.rewrite.problem, quiet: true }
  applyChange(exchange, verdict.rewrite)
  return undefined
}

function report(
  exchange: LiveExchange,
  step: Step,
  because: Because,
  outcome: Outcome,
  explain: Explain | undefined,
): void {
  const { card, mode } = step
  const { weakness, problem, log, detail } = because
  // One line for one reason, however many properties it concerns.
  const known = exchange.reasons.some(reason => reason.card === card && reason.weakness === weakness)
  if (!known) exchange.reasons.push({ card, weakness, mode })
  if (outcome === 'reported') exchange.alerted = true
  explain?.({ id: exchange.id, card, mode, outcome, problem, log: log ?? detail })
}

function broken(exchange: LiveExchange, step: Step, error: unknown, explain: Explain | undefined): Refusal | undefined {
  const { card, weakness, mode } = step
  exchange.reasons.push({ card, weakness, mode })
  const log = `The policy itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  const outcome = mode === 'block' ? 'refused' : 'reported'
  if (outcome === 'reported') exchange.alerted = true
  explain?.({ id: exchange.id, card, mode, outcome, problem: internalError.problem, log })
  return mode === 'block' ? internalError : undefined
}

function applyChange(exchange: LiveExchange, change: Change): void {
  if (exchange.answer !== undefined) {
    exchange.answer = exchange.answer.changed(change)
    return
  }
  const { parameters, mediaType, body } = exchange.input
  if (change.parameters !== undefined) {
    exchange.rewrittenParameters ??= new Map()
    const rewritten = exchange.rewrittenParameters
    for (const [key, value] of change.parameters) if (value !== parameters.get(key)) rewritten.set(key, value)
  }
  if ('body' in change) exchange.bodyRewritten = true
  exchange.input = {
    parameters: change.parameters ?? parameters,
    body: 'body' in change ? change.body : body,
    mediaType,
  }
}
