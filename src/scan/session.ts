import { randomBytes } from 'node:crypto'
import type { JsonValue } from '../core/json.ts'
import type { ApiExposure, OperationExposure } from '../exposure/exposure.ts'
import { type Actor, anonymous, type Secret, secretOf } from './actor.ts'
import type { Answer } from './answer.ts'
import type { BasePath } from './base-path.ts'
import type { Budget } from './budget.ts'
import type { Call } from './call.ts'
import type { Client, SendOptions } from './client.ts'
import { curlLine } from './curl.ts'
import type { ProbeEffect } from './effect.ts'
import { hasForm } from './pattern.ts'
import { ValuePool } from './pool.ts'
import type { Random } from './random.ts'
import { guessedTypesOf } from './reference.ts'
import { Traces } from './traces.ts'
import { buildCall, type Variant } from './values.ts'
import { type WireRequest, writeRequest } from './wire.ts'

interface SessionOptions {
  readonly api: ApiExposure
  readonly client: Client
  readonly base: BasePath
  /** Without anonymous, in the order that the user gave. */
  readonly users: readonly Actor[]
  readonly effect: ProbeEffect
  readonly random: Random
  readonly budget: Budget
}

/** What every part of one scan shares: who may be spoken for, what was learnt, and the way out. */
export class Session {
  readonly api: ApiExposure
  readonly users: readonly Actor[]
  readonly effect: ProbeEffect
  readonly random: Random
  readonly budget: Budget
  readonly pool: ValuePool
  /** What this scan has made and changed. */
  readonly traces: Traces
  /** Unlike in any other scan, so that what one run planted is not taken for what another did. */
  readonly nonce = randomBytes(4).toString('hex')
  readonly #client: Client
  readonly #base: BasePath
  readonly #secrets: readonly Secret[]
  #markers = 0

  constructor({ api, client, base, users, effect, random, budget }: SessionOptions) {
    this.api = api
    this.users = users
    this.effect = effect
    this.random = random
    this.budget = budget
    this.pool = new ValuePool(api, guessedTypesOf(api))
    this.traces = new Traces(api, this.pool)
    this.#client = client
    this.#base = base
    this.#secrets = users.flatMap(user => secretOf(user) ?? [])
  }

  /** Anonymous last: those who can do most come first. */
  get everybody(): readonly Actor[] {
    return [...this.users, anonymous]
  }

  async send(call: Call, actor: Actor, options?: SendOptions): Promise<Answer> {
    const request = this.write(call, actor)
    const path = request.path.split('?', 1)[0] ?? request.path
    this.traces.before(call, path)
    const answer = await this.#client.send(request, options)
    this.traces.after(call, actor, path, answer)
    return answer
  }

  write(call: Call, actor: Actor): WireRequest {
    return writeRequest(call, this.#base.of(call.operation), actor)
  }

  /** The line that repeats a call, secrets as variables. */
  curl(call: Call, actor: Actor): string {
    const own = secretOf(actor)
    const secrets = own === undefined ? this.#secrets : [own, ...this.#secrets]
    return curlLine(this.write(call, actor), this.#client.origin, secrets)
  }

  /** A text that occurs nowhere else; letters and digits, so that most inputs take it. */
  marker(): string {
    this.#markers += 1
    return `rugged${this.nonce}${randomBytes(2).toString('hex')}x${this.#markers}`
  }

  /** Fills an operation's inputs, references not yet replaced by ids of the actor. */
  build(exposure: OperationExposure, variant: Variant, actor: Actor): Call {
    let taken = variant.choice
    return buildCall(exposure, variant, {
      contract: this.api.contract,
      random: this.random.fork(exposure.operation.key),
      nonce: `${this.nonce}${this.#markers++}`,
      learnt: (name): JsonValue | undefined => this.pool.named(name, actor.name)[0],
      fitting: form => {
        const texts = this.pool.texts(actor.name).filter(text => hasForm(text, form))
        return texts[taken++ % Math.max(1, texts.length)]
      },
    })
  }
}
