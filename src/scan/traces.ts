import type { Operation } from '../contract/model.ts'
import { isObject, type JsonObject } from '../core/json.ts'
import type { ApiExposure, OperationExposure } from '../exposure/exposure.ts'
import type { Actor } from './actor.ts'
import { type Answer, isAccepted } from './answer.ts'
import type { Call } from './call.ts'
import type { KnownId, ValuePool } from './pool.ts'

/** Something that the scan has made. */
export interface MadeObject {
  readonly id: KnownId
  readonly actor: Actor
  /** The request that made it. */
  readonly call: Call
}

/** Something that was there before the scan, and was written to. */
export interface ChangedObject {
  readonly path: string
  readonly call: Call
  readonly actor: Actor
  /** As it was read before, and by whom; absent where nobody had read it. */
  readonly original?: Snapshot
}

interface Snapshot {
  readonly object: JsonObject
  readonly actor: string
}

const mostReads = 2_000
const mostMade = 1_000

/** What the scan leaves behind unless it is taken back: noted for every request, whichever part has sent it. */
export class Traces {
  readonly #exposures: ReadonlyMap<Operation, OperationExposure>
  readonly #pool: ValuePool
  readonly #reads = new Map<string, Snapshot>()
  readonly #originals = new Map<string, Snapshot | undefined>()
  readonly #changed = new Map<string, ChangedObject>()
  readonly #made = new Map<string, MadeObject>()
  readonly #tally = new Map<string, { sent: number; refused: number }>()

  constructor(api: ApiExposure, pool: ValuePool) {
    this.#exposures = new Map(api.operations.map(exposure => [exposure.operation, exposure]))
    this.#pool = pool
  }

  get made(): readonly MadeObject[] {
    return [...this.#made.values()]
  }

  /** What was there before and may now be another; what this scan has made itself is not among it. */
  get changed(): readonly ChangedObject[] {
    const own = new Set(this.made.map(({ id }) => String(id.value)))
    return [...this.#changed.values()].filter(({ path }) => !path.split('/').some(part => own.has(decoded(part))))
  }

  /** True for an actor whose every request so far was answered 401 or 403. */
  isRefused({ name }: Actor): boolean {
    const tally = this.#tally.get(name)
    return tally !== undefined && tally.sent > 0 && tally.sent === tally.refused
  }

  forget(type: string, value: unknown): void {
    this.#made.delete(`${type}\n${value}`)
  }

  /** What stands under a path is looked up before it is written to. */
  before({ operation }: Call, path: string): void {
    if (!isChange(operation) || this.#originals.has(path)) return
    const id = decoded(path.slice(path.lastIndexOf('/') + 1))
    this.#originals.set(path, this.#reads.get(path) ?? this.#pool.objectOf(id))
  }

  after(call: Call, actor: Actor, path: string, answer: Answer): void {
    const { operation } = call
    const tally = this.#tally.get(actor.name) ?? { sent: 0, refused: 0 }
    tally.sent += 1
    if (answer.status === 401 || answer.status === 403) tally.refused += 1
    this.#tally.set(actor.name, tally)
    if (!isAccepted(answer, operation)) return
    if (operation.method === 'GET' && isObject(answer.value) && this.#reads.size < mostReads && !this.#reads.has(path))
      this.#reads.set(path, { object: answer.value, actor: actor.name })
    if (isChange(operation) && !this.#changed.has(path)) {
      const original = this.#originals.get(path)
      this.#changed.set(path, { path, call, actor, ...(original === undefined ? {} : { original }) })
    }
    const exposure = this.#exposures.get(operation)
    if (exposure === undefined || isChange(operation)) return
    for (const id of this.#pool.made(exposure, answer)) {
      const key = `${id.type}\n${id.value}`
      if (this.#made.size < mostMade && !this.#made.has(key)) this.#made.set(key, { id, actor, call })
    }
  }
}

/** PUT and PATCH, and a POST to one object. */
function isChange({ method, path }: Operation): boolean {
  return method === 'PUT' || method === 'PATCH' || (method === 'POST' && path.endsWith('}'))
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
