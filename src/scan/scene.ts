import type { Operation } from '../contract/model.ts'
import type { JsonValue } from '../core/json.ts'
import type { ApiExposure, OperationExposure } from '../exposure/exposure.ts'
import { isOwnId } from '../exposure/object-names.ts'
import type { CardName } from '../risk/card.ts'
import { type Actor, anonymous } from './actor.ts'
import { type Answer, isAccepted } from './answer.ts'
import type { Budget } from './budget.ts'
import type { Call } from './call.ts'
import { Canary } from './canary.ts'
import type { SendOptions } from './client.ts'
import type { ProbeEffect } from './effect.ts'
import type { Happy, HappyPaths } from './happy.ts'
import type { Ledger, TestResult } from './ledger.ts'
import { plant } from './plant.ts'
import type { KnownId } from './pool.ts'
import { candidatesFor, namesOf, type Reference, referencesOf } from './reference.ts'
import type { Session } from './session.ts'
import type { Variant } from './values.ts'

/** The running API as a probe sees it. */
export interface ApiScene {
  readonly api: ApiExposure
  /** Those the user named, in their order. */
  readonly users: readonly Actor[]
  readonly anonymous: Actor
  /** What the user allowed. */
  readonly effect: ProbeEffect
  readonly budget: Budget
  /** Requests that may be under way at once. */
  readonly concurrency: number
  /** Operations that may be called: those to test, and what they need to be set up. */
  readonly operations: readonly OperationExposure[]
  /** Operations that the user wants tested. */
  readonly tested: readonly OperationExposure[]
  send(call: Call, actor: Actor, options?: SendOptions): Promise<Answer>
  /** True for an answer that means success, soft errors seen through. */
  accepted(answer: Answer, call: Call): boolean
  /** The request of an operation that works for an actor. */
  happy(operation: Operation, actor: Actor): Happy | undefined
  /** A request with valid values that nobody has tried, ids of the actor in its references. */
  build(exposure: OperationExposure, variant: Variant, actor: Actor): Call
  references(exposure: OperationExposure): readonly Reference[]
  ids(type: string, actor: Actor): readonly KnownId[]
  /** The type of the object that an actor knows under an id. */
  typeOf(id: JsonValue, actor: Actor): string | undefined
  /** What an actor may put where a reference stands, the best first. */
  candidates(reference: Reference, actor: Actor): readonly JsonValue[]
  /** What answers to an actor held where they speak of what a reference names. */
  said(reference: Reference, actor: Actor): readonly JsonValue[]
  /** True for an object that this scan has made. */
  isCreated(type: string, id: JsonValue): boolean
  forget(type: string, id: JsonValue): void
  /** Makes a new object in an actor's name; undefined where that cannot be done. */
  plant(type: string, actor: Actor): Promise<KnownId | undefined>
  /** A text that occurs nowhere else. */
  marker(): string
  /** A shell line that repeats a call, secrets as variables. */
  curl(call: Call, actor: Actor): string
  /** Our own server, started when it is first asked for. */
  canary(): Promise<Canary>
  /** Counts a test of an operation; a probe that counts none has one, judged by what it yields. */
  count(operation: Operation, result: TestResult): void
}

/** The same, for the test of one operation. */
export interface Scene extends ApiScene {
  readonly exposure: OperationExposure
}

interface StageOptions {
  readonly session: Session
  readonly happy: HappyPaths
  readonly ledger: Ledger
  readonly operations: readonly OperationExposure[]
  readonly tested: readonly OperationExposure[]
  readonly concurrency: number
}

/** Sets scenes for probes, and takes down afterwards what they needed. */
export class Stage {
  readonly #options: StageOptions
  #canary: Promise<Canary> | undefined

  constructor(options: StageOptions) {
    this.#options = options
  }

  /** @param card who is testing, for the ledger */
  scene(card: CardName): ApiScene {
    const { session, happy, ledger, operations, tested, concurrency } = this.#options
    return {
      api: session.api,
      users: session.users,
      anonymous,
      effect: session.effect,
      budget: session.budget,
      concurrency,
      operations,
      tested,
      send: (call, actor, options) => session.send(call, actor, options),
      accepted: (answer, call) => isAccepted(answer, call.operation),
      happy: (operation, actor) => happy.of(operation, actor),
      build: (exposure, variant, actor) => session.build(exposure, variant, actor),
      references: exposure => referencesOf(exposure, session.api),
      ids: (type, actor) => session.pool.ids(type, actor.name),
      typeOf: (id, actor) => {
        const known = session.pool.allIds(actor.name).filter(({ value }) => String(value) === String(id))
        return (known.find(({ type }) => session.api.objects.types.has(type)) ?? known[0])?.type
      },
      candidates: (reference, actor) => candidatesFor(reference, actor, session.pool),
      said: (reference, actor) =>
        namesOf(reference).flatMap(name => (isOwnId(name) ? [] : session.pool.named(name, actor.name))),
      isCreated: (type, id) => session.pool.isCreated(type, id),
      forget: (type, id) => {
        session.pool.forget(type, id)
        session.traces.forget(type, id)
      },
      plant: (type, actor) => plant(type, actor, session, happy),
      marker: () => session.marker(),
      curl: (call, actor) => session.curl(call, actor),
      canary: () => {
        this.#canary ??= Canary.start()
        return this.#canary
      },
      count: (operation, result) => ledger.count(operation, card, result),
    }
  }

  async close(): Promise<void> {
    await (await this.#canary)?.close()
  }
}
