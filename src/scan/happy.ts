import type { Operation } from '../contract/model.ts'
import { isObject, type JsonValue } from '../core/json.ts'
import { wordsOf } from '../core/words.ts'
import type { OperationExposure } from '../exposure/exposure.ts'
import { type Actor, anonymous } from './actor.ts'
import { type Answer, describeAnswer, isAccepted } from './answer.ts'
import { type Call, inputAt, withoutParameter, withValue } from './call.ts'
import { candidatesFor, cast, type Reference, referencesOf } from './reference.ts'
import type { Session } from './session.ts'
import type { Variant } from './values.ts'

/** A request that the API really accepted, and its answer. */
export interface Happy {
  readonly call: Call
  readonly answer: Answer
  readonly actor: Actor
}

const mostTries = 48
const mostCandidates = 8
const mostActors = 4
const mostText = 64 * 1024
/** So much of the budget may go into finding requests that work; the rest is for the tests. */
const share = 0.5

// A session that ends in the middle takes every later test with it.
const endsSession = /\b(?:log ?out|sign ?out|log off|sign off|revoke|deactivate|close account|delete account)\b/

const variants: readonly Variant[] = [
  { inputs: 'required', examples: true, choice: 0, fresh: false },
  { inputs: 'all', examples: true, choice: 0, fresh: false },
  { inputs: 'required', examples: true, choice: 0, fresh: true },
  { inputs: 'required', examples: false, choice: 0, fresh: false },
  { inputs: 'all', examples: false, choice: 0, fresh: true },
  { inputs: 'required', examples: true, choice: 1, fresh: true },
  { inputs: 'required', examples: false, choice: 1, fresh: true },
  { inputs: 'required', examples: true, choice: 2, fresh: true },
]

/** Finds, for each operation and actor, a request that is answered 2xx, producers before consumers. */
export class HappyPaths {
  readonly #session: Session
  readonly #found = new Map<string, Happy>()
  readonly #reasons = new Map<string, string>()

  constructor(session: Session) {
    this.#session = session
  }

  of(operation: Operation, actor: Actor): Happy | undefined {
    return this.#found.get(`${actor.name}\n${operation.key}`)
  }

  actorsOf(operation: Operation): readonly string[] {
    return this.#session.everybody.filter(actor => this.of(operation, actor) !== undefined).map(actor => actor.name)
  }

  /** Why an operation has no happy path, and what would help. */
  reasonFor(operation: Operation): string {
    return this.#reasons.get(operation.key) ?? 'the budget was spent before its turn: allow more time or requests'
  }

  /** Goes through the operations until a whole round teaches nothing more. Deleting comes last, and on own objects. */
  async find(operations: readonly OperationExposure[], onStep: (operation: Operation) => void): Promise<void> {
    const { budget } = this.#session
    const waiting = operations.filter(exposure => this.#mayTry(exposure))
    for (let round = 0; round < 3 && budget.within(share); round++) {
      let learnt = 0
      const tried = new Set<OperationExposure>()
      for (;;) {
        const next = this.#next(waiting.filter(exposure => !tried.has(exposure)))
        if (next === undefined || !budget.within(share)) break
        tried.add(next)
        onStep(next.operation)
        for (const actor of this.#actorsFor(next)) {
          if (this.of(next.operation, actor) === undefined && (await this.#try(next, actor))) learnt += 1
        }
      }
      if (learnt === 0) break
    }
  }

  /** Records an accepted request that somebody else has found, so that its answer is learnt from. */
  keep(exposure: OperationExposure, happy: Happy): void {
    // What was parsed is kept; the text of a large answer would only fill memory.
    const text = happy.answer.text.slice(0, mostText)
    this.#found.set(`${happy.actor.name}\n${exposure.operation.key}`, { ...happy, answer: { ...happy.answer, text } })
    this.#session.pool.learn(exposure, happy.call, happy.answer, happy.actor.name)
  }

  #mayTry(exposure: OperationExposure): boolean {
    const { operation, effect } = exposure
    const words = wordsOf(`${operation.id ?? ''} ${operation.path.split('/').at(-1) ?? ''}`).join(' ')
    const allowed = this.#session.effect
    const reason =
      effect !== 'reads' && allowed === 'reads'
        ? 'it changes something and only reads are allowed: allow writes'
        : endsSession.test(words) && allowed !== 'destroys'
          ? 'it would end a session or an account: allow destroying to test it'
          : effect === 'deletes'
            ? 'it deletes, and was tried on nothing but what this scan had made'
            : undefined
    if (reason !== undefined) this.#reasons.set(operation.key, reason)
    return reason === undefined
  }

  /** Those whose references can be filled come first, reads before writes. */
  #next(waiting: readonly OperationExposure[]): OperationExposure | undefined {
    const rank = (exposure: OperationExposure) => {
      const missing = referencesOf(exposure, this.#session.api).filter(
        reference =>
          reference.field.required &&
          !this.#session.everybody.some(actor => this.#candidates(reference, actor).length > 0),
      ).length
      const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE']
      return missing * 100 + methods.indexOf(exposure.operation.method)
    }
    let best: OperationExposure | undefined
    let bestRank = Number.POSITIVE_INFINITY
    for (const exposure of waiting) {
      const value = rank(exposure)
      if (value < bestRank) [best, bestRank] = [exposure, value]
    }
    return best
  }

  #actorsFor({ access }: OperationExposure): readonly Actor[] {
    const { users } = this.#session
    if (users.length === 0) return [anonymous]
    return access.anonymous ? [...users.slice(0, mostActors), anonymous] : users.slice(0, mostActors)
  }

  #candidates(reference: Reference, actor: Actor): readonly JsonValue[] {
    return candidatesFor(reference, actor, this.#session.pool).slice(0, mostCandidates)
  }

  async #try(exposure: OperationExposure, actor: Actor): Promise<boolean> {
    const { operation } = exposure
    const seen = new Set<string>()
    const tally = new Map<string, number>()
    let tries = 0
    let denied = 0
    // First each variant once, then more combinations of ids for those whose shape was not at fault.
    const queue = this.#variantsFor(exposure, actor).map(variant => this.#fillings(exposure, variant, actor))
    while (queue.length > 0 && tries < mostTries && this.#session.budget.within(share)) {
      const fillings = queue.shift()
      const next = fillings?.next()
      if (fillings === undefined || next === undefined || next.done === true) continue
      const call = next.value
      const key = JSON.stringify(this.#session.write(call, actor))
      if (seen.has(key)) {
        queue.push(fillings)
        continue
      }
      seen.add(key)
      tries += 1
      const answer = await this.#session.send(call, actor)
      if (isAccepted(answer, operation)) {
        this.keep(exposure, { call, answer, actor })
        return true
      }
      const word = describeAnswer(answer)
      tally.set(word, (tally.get(word) ?? 0) + 1)
      if (answer.status === 401 || answer.failure !== undefined || answer.status === 405 || answer.status === 501)
        denied += 1
      if (denied >= 2) break
      if (answer.status >= 500 && (tally.get(word) ?? 0) >= 6) break
      // A refused shape is not worth other ids; a refused object or state is.
      if (answer.status !== 400 && answer.status !== 415) queue.push(fillings)
      else if (tries < 16) queue.push(fillings)
    }
    this.#reasons.set(operation.key, explain(exposure, actor, tally, tries))
    return false
  }

  #variantsFor(exposure: OperationExposure, actor: Actor): readonly Variant[] {
    const { operation } = exposure
    if (operation.body === undefined) return variants.filter(({ fresh }) => !fresh)
    // A change of nothing is often accepted, and shows nothing: a full request first.
    const [least, full, ...rest] = variants
    if (least === undefined || full === undefined) return variants
    const { body } = this.#session.build(exposure, least, actor)
    const isEmpty = isObject(body) && Object.keys(body).length === 0
    const isChange = operation.method === 'PATCH' || operation.method === 'PUT'
    return isChange || isEmpty ? [full, least, ...rest] : variants
  }

  /** Calls of one variant with the actor's ids in its references, the most promising combination first. */
  *#fillings(exposure: OperationExposure, variant: Variant, actor: Actor): Generator<Call> {
    let call = this.#session.build(exposure, variant, actor)
    const open: { readonly reference: Reference; readonly values: readonly JsonValue[] }[] = []
    for (const reference of referencesOf(exposure, this.#session.api)) {
      if (inputAt(call, reference.field) === undefined) continue
      const values = this.#candidates(reference, actor)
      if (values.length > 0) open.push({ reference, values: values.map(value => cast(reference.field, value)) })
      else if (!reference.field.required) call = withoutParameter(call, reference.field)
    }
    for (const picks of combinations(open.map(({ values }) => values.length))) {
      let filled = call
      open.forEach(({ reference, values }, index) => {
        const value = values[picks[index] ?? 0]
        if (value !== undefined) filled = withValue(filled, reference.field, value)
      })
      yield withCurrentState(
        filled,
        open.map(({ reference }) => reference),
        actor,
        this.#session,
      )
    }
    if (open.length > 0) yield call
  }
}

/** Every choice of one index for each length, small indexes first; those that repeat an index come after. */
export function* combinations(lengths: readonly number[]): Generator<readonly number[]> {
  const all: number[][] = [[]]
  for (const length of lengths) {
    const grown = all.flatMap(prefix =>
      Array.from({ length: Math.min(length, mostCandidates) }, (_, index) => [...prefix, index]),
    )
    all.splice(0, all.length, ...grown.slice(0, 512))
  }
  const sum = (picks: readonly number[]) => picks.reduce((total, pick) => total + pick, 0)
  const repeats = (picks: readonly number[]) => picks.length - new Set(picks).size
  yield* all.toSorted((a, b) => repeats(a) - repeats(b) || sum(a) - sum(b))
}

/** What replaces an object is most surely valid when it is made of the object as it is now. */
function withCurrentState(call: Call, references: readonly Reference[], actor: Actor, session: Session): Call {
  if (call.operation.method !== 'PUT' || !isObject(call.body)) return call
  const reference = references.findLast(({ field }) => field.place === 'path')
  const id = reference === undefined ? undefined : inputAt(call, reference.field)
  const known = session.pool.ids(reference?.type ?? '', actor.name).find(({ value }) => String(value) === String(id))
  if (known?.object === undefined) return call
  const body = Object.entries(call.body).map(([name, value]) => {
    const now = known.object?.[name]
    return [name, now !== undefined && typeof now === typeof value ? now : value]
  })
  return { ...call, body: Object.fromEntries(body) }
}

function explain(
  { access }: OperationExposure,
  actor: Actor,
  tally: ReadonlyMap<string, number>,
  tries: number,
): string {
  const answers = [...tally].toSorted((a, b) => b[1] - a[1]).map(([word, count]) => `${word} (${count})`)
  const told = `${tries} requests by ${actor.name} were answered ${answers.slice(0, 3).join(', ')}`
  const worst = answers[0] ?? ''
  if (actor === anonymous && !access.anonymous) return `${told}: give an actor with a token that the API accepts`
  if (/^401|^403/.test(worst)) return `${told}: give an actor whose token the API accepts here`
  if (/^404|^409|^422/.test(worst)) return `${told}: give the actor objects to work with, or examples in the contract`
  if (/^4/.test(worst)) return `${told}: an example in the contract of a request that works would help`
  return `${told}: look into the API's log for these requests`
}
