import { clientNetwork } from '../../core/address.ts'
import { isObject, isString, type JsonValue } from '../../core/json.ts'
import type { ApiEvent, EventCaller, ObjectSighting } from '../../risk/event.ts'
import type { LruMap, Structures } from './lru-map.ts'
import { boundedKey, isCount, type Sketch, type SketchKind } from './sketch.ts'
import { type WindowCounter, windowCounter } from './window-counter.ts'

const hour = 3_600_000
const many = 3

/** What an object is to a caller, as far as was seen. */
export type Standing =
  /** Never handed to anybody: no more can be said. */
  | { readonly kind: 'unknown' }
  /** Handed to this caller. */
  | { readonly kind: 'held' }
  /** For everybody: handed to anonymous callers or to three, known from elsewhere, or of a type that mostly is. */
  | { readonly kind: 'open' }
  /** Handed to somebody, and never to this caller. */
  | {
      readonly kind: 'foreign'
      /** The ids of its holders, two at most. */
      readonly holders: readonly string[]
      /** One of the holders came from the network that this caller comes from. */
      readonly sameNetwork: boolean
      /** The type has been learnt for an hour, and this caller was never handed more of it than was recorded. */
      readonly sure: boolean
    }

/** Whether the answer went to the caller as a success. */
export function succeeded(event: ApiEvent): boolean {
  return event.decision !== 'refused' && event.status < 400
}

/** The name of a caller in the room's structures; two kinds of caller never share one. */
export function callerKey(caller: EventCaller): string {
  return boundedKey(caller.kind, caller.id)
}

export function objectKey(object: Pick<ObjectSighting, 'type' | 'id'>): string {
  return boundedKey(object.type, object.id)
}

/**
 * Who was handed which object. An object that an answer carried counts as handed when the request had not named it
 * already (an echo shows nothing), or when the answer was 201 Created.
 *
 * Open to everybody is: what an anonymous caller was handed, save by 201; what three callers were handed; what somebody
 * used with success before it was ever handed out, as codes known from elsewhere are (a currency, a shop's article);
 * and every object of a type of which at least half, of four or more seen, are open.
 *
 * Memory: 100,000 objects and 32 MiB, 1,000 types, 10,000 marks of shortened answers. Where the least lately seen
 * objects are forgotten they become unknown, never foreign.
 */
export class Ledger {
  readonly #objects: LruMap<Holders>
  readonly #types: LruMap<TypeRecord>
  readonly #shortened: LruMap<WindowCounter>

  constructor(structures: Structures) {
    this.#objects = structures.map('ledger/objects', holders, { entries: 100_000, bytes: 32 * 1024 * 1024 })
    this.#types = structures.map('ledger/types', typeRecord, { entries: 1_000, bytes: 512 * 1024 })
    const day = windowCounter(24 * hour, 1)
    this.#shortened = structures.map('ledger/shortened', day, { entries: 10_000, bytes: 4 * 1024 * 1024 })
  }

  standing(event: ApiEvent, object: ObjectSighting): Standing {
    const known = this.#objects.peek(objectKey(object))
    if (known === undefined) return { kind: 'unknown' }
    const caller = callerKey(event.caller)
    if (known.callers.some(holder => holder.key === caller)) return { kind: 'held' }
    const type = this.#types.peek(boundedKey(object.type))
    if (known.open || type === undefined || type.mostlyOpen) return { kind: 'open' }
    const network = clientNetwork(event.caller.address)
    const shortened = this.#shortened.peek(boundedKey(caller, object.type))?.count(event.at) ?? 0
    return {
      kind: 'foreign',
      holders: known.callers.map(holder => holder.id),
      sameNetwork: known.callers.some(holder => holder.network === network),
      sure: event.at - type.since >= hour && shortened === 0,
    }
  }

  /** Whether objects of the type were ever handed to anybody, so that not having been handed one means something. */
  handsOut(type: string): boolean {
    return (this.#types.peek(boundedKey(type))?.handed ?? 0) > 0
  }

  /** To be called after the detectors have judged the event. */
  learn(event: ApiEvent): void {
    if (!succeeded(event)) return
    const named = new Set(event.used.map(objectKey))
    const holder = holderOf(event)
    for (const object of event.used) {
      if (this.#objects.peek(objectKey(object)) === undefined && event.status !== 201) this.#open(event, object)
    }
    for (const object of event.handed) {
      if (event.status !== 201 && named.has(objectKey(object))) continue
      if (event.caller.kind !== 'anonymous') this.#change(event, object, true, known => known.hand(holder))
      else if (event.status !== 201) this.#open(event, object)
    }
    if (event.handedCount <= event.handed.length) return
    for (const type of new Set(event.handed.map(object => object.type))) {
      this.#shortened.use(boundedKey(callerKey(event.caller), type), counter => counter.add(event.at))
    }
  }

  #open(event: ApiEvent, object: ObjectSighting): void {
    this.#change(event, object, false, known => known.openUp())
  }

  #change(event: ApiEvent, object: ObjectSighting, handed: boolean, change: (known: Holders) => void): void {
    const key = objectKey(object)
    const before = this.#objects.peek(key)
    const wasOpen = before?.open ?? false
    const isOpen = this.#objects.use(key, known => {
      change(known)
      return known.open
    })
    this.#types.use(boundedKey(object.type), type => {
      type.count(event.at, before === undefined, isOpen && !wasOpen, handed)
    })
  }
}

interface Holder {
  readonly key: string
  readonly id: string
  readonly network: string
}

function holderOf({ caller }: ApiEvent): Holder {
  const network = boundedKey(clientNetwork(caller.address))
  return { key: callerKey(caller), id: caller.id.slice(0, 64), network }
}

/** Those who were handed an object: two at most, and after that only that they are many. */
class Holders implements Sketch {
  #callers: readonly Holder[]
  #open: boolean

  constructor(callers: readonly Holder[] = [], open = false) {
    this.#callers = callers
    this.#open = open
  }

  get callers(): readonly Holder[] {
    return this.#callers
  }

  get open(): boolean {
    return this.#open
  }

  get bytes(): number {
    return this.#callers.reduce(
      (sum, { key, id, network }) => sum + 100 + 2 * (key.length + id.length + network.length),
      80,
    )
  }

  hand(holder: Holder): void {
    if (this.#open || this.#callers.some(known => known.key === holder.key)) return
    if (this.#callers.length + 1 >= many) this.openUp()
    else this.#callers = [...this.#callers, holder]
  }

  openUp(): void {
    this.#callers = []
    this.#open = true
  }

  save(): JsonValue {
    return { open: this.#open, callers: this.#callers.map(({ key, id, network }) => ({ key, id, network })) }
  }
}

const holders: SketchKind<Holders> = {
  shape: `holders ${many}`,
  create: () => new Holders(),
  restore: saved => {
    if (!isObject(saved) || typeof saved['open'] !== 'boolean') return undefined
    const { callers, open } = saved
    if (!Array.isArray(callers) || callers.length >= many || !callers.every(isHolder)) return undefined
    return new Holders(callers, open)
  },
}

function isHolder(saved: unknown): saved is Holder {
  if (!isObject(saved)) return false
  return ['key', 'id', 'network'].every(name => isString(saved[name]) && saved[name].length <= 64)
}

/** How much of a type is open to everybody. */
class TypeRecord implements Sketch {
  readonly bytes = 80
  #since: number
  #objects: number
  #openObjects: number
  #handed: number

  constructor(since = 0, objects = 0, openObjects = 0, handed = 0) {
    this.#since = since
    this.#objects = objects
    this.#openObjects = openObjects
    this.#handed = handed
  }

  get since(): number {
    return this.#since
  }

  get handed(): number {
    return this.#handed
  }

  get mostlyOpen(): boolean {
    return this.#objects >= 4 && this.#openObjects * 2 >= this.#objects
  }

  count(at: number, isNew: boolean, becameOpen: boolean, handed: boolean): void {
    if (this.#objects === 0) this.#since = at
    if (isNew || this.#objects === 0) this.#objects++
    if (becameOpen) this.#openObjects++
    if (handed) this.#handed++
  }

  save(): JsonValue {
    return [this.#since, this.#objects, this.#openObjects, this.#handed]
  }
}

const typeRecord: SketchKind<TypeRecord> = {
  shape: 'type-record',
  create: () => new TypeRecord(),
  restore: saved => {
    if (!Array.isArray(saved) || saved.length !== 4 || !saved.every(isCount)) return undefined
    return new TypeRecord(...(saved as [number, number, number, number])) // four counts, checked on the line above
  },
}
