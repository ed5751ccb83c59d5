import { type Caller, claimsOf } from '../identity/caller.ts'
import type { Exchange } from './exchange.ts'
import type { Handed } from './handouts.ts'
import { callerKey, objectKey } from './object-id.ts'
import { scopedKey, scopeKeys } from './object-scope.ts'
import { type Belonging, belongingOf, hasSeveralOwners, isClaimed, isExempt, type TypeRule } from './ownership.ts'
import type { Ports } from './ports.ts'
import type { ItemProducer, ListProducer, Producers } from './producers.ts'
import { Flights } from './state/flights.ts'
import { Ledger } from './state/ledger.ts'

/** What one question to the API taught: of each object of the type, whose it is. Undefined when there was no answer. */
type Lesson = ReadonlyMap<string, Belonging> | undefined

/** Milliseconds for which an answer of the API is good for the next request that names the object. */
const momentary = 3_000

/** Single objects that are asked for on account of one request, and how many at a time. */
const mostAsked = 50
const atOnce = 5

/** A list that is longer is used, and not kept. */
const mostKept = 2_000

/** The ledger that all object policies of a guard share. */
export function ledgerOf(ports: Ports): Ledger {
  return ports.keep('object-ledger/ledger', () => new Ledger(ports.clock))
}

/** The questions that are under way, and their answers for a moment; at most some 50 MB. */
export function flightsOf(ports: Ports): Flights<Lesson> {
  return ports.keep('object-ledger/flights', () => new Flights<Lesson>(ports.clock, { fresh: momentary, most: 500 }))
}

/** Finds out, with the caller's own credentials, whose objects are. */
export class Proof {
  readonly #rule: TypeRule
  readonly #producers: Producers
  readonly #ports: Ports
  readonly #ledger: Ledger
  readonly #flights: Flights<Lesson>
  /** Milliseconds for which ownership that was seen is taken for granted. */
  readonly #trust: number
  readonly #scope: readonly string[]

  constructor(rule: TypeRule, producers: Producers, ports: Ports, trust: number) {
    this.#rule = rule
    this.#producers = producers
    this.#ports = ports
    this.#ledger = ledgerOf(ports)
    this.#flights = flightsOf(ports)
    this.#trust = trust
    this.#scope = scopeKeys(producers)
  }

  /** What is known without asking. `undefined`: the API has to be asked. */
  known(exchange: Exchange, id: string, writes: boolean): boolean | undefined {
    const rule = this.#rule
    const { caller } = exchange
    if (isExempt(rule, caller)) return true
    // Where the id itself is what the rule is about, the claim decides at once: `user.id is sub`.
    if (
      rule.idClaim !== undefined &&
      claimsOf(caller) !== undefined &&
      rule.matches.length === 1 &&
      !rule.sharing.handed
    ) {
      return isClaimed(caller, rule.idClaim, id)
    }
    const key = callerKey(caller)
    if (key === undefined) return false
    if (rule.sharing.handed) return this.#ledger.knows(key, objectKey(rule.type.name, id)) ? true : undefined
    const object = scopedKey(exchange, this.#scope, rule.type.name, id)
    if (object === undefined) return undefined
    const within = writes && rule.readBeforeWrite ? momentary : this.#trust
    // Without claims nothing can be looked at again: what was handed to a credential stays its own.
    const trusted = this.#ledger.owns(key, object, claimsOf(caller) !== undefined ? within : Number.POSITIVE_INFINITY)
    return trusted ? true : undefined
  }

  /** Asks the API. True when every one of the ids is the caller's own. */
  async prove(exchange: Exchange, ids: readonly string[]): Promise<boolean> {
    const item = claimsOf(exchange.caller) !== undefined ? this.#itemFor(exchange) : undefined
    // One list tells of many objects at once; a single object is told of most surely by its own operation.
    const listFirst = item === undefined || ids.length > atOnce || this.#rule.sharing.handed
    const open = listFirst ? await this.#askLists(exchange, ids) : ids
    if (item === undefined || open.length === 0) return open.length === 0
    if (open.length > mostAsked) return false
    const silent: string[] = []
    for (let from = 0; from < open.length; from += atOnce) {
      const batch = open.slice(from, from + atOnce)
      const lessons = await Promise.all(batch.map(id => this.#askItem(exchange, item, id)))
      for (const [index, id] of batch.entries()) {
        // The answer has to be about this very id: what the API reads ` 7` or `07` as is not what was asked for.
        const belonging = lessons[index]?.get(id)
        if (belonging === 'own') this.#learn(exchange, id, 'owned')
        else if (belonging === 'unknown') silent.push(id)
        else return false
      }
    }
    if (silent.length === 0) return true
    return !listFirst && (await this.#askLists(exchange, silent)).length === 0
  }

  /**
   * Whether a caller may make an object of this id: nothing is there yet, or it is the caller's own. Undefined when the
   * API has no operation that could be asked.
   */
  async mayCreate(exchange: Exchange, id: string): Promise<boolean | undefined> {
    const item = this.#itemFor(exchange)
    if (item === undefined) return undefined
    const lesson = await this.#askItem(exchange, item, id)
    return lesson === nothingThere || lesson?.get(id) === 'own'
  }

  /** The operation that gives one object, with whatever else it needs taken from the request at hand. */
  #itemFor({ input }: Exchange): ItemProducer | undefined {
    return this.#producers.items.find(item => item.otherKeys.every(key => input.parameters.get(key) !== undefined))
  }

  /** Those of the ids that no list shows to be the caller's own. */
  async #askLists(exchange: Exchange, ids: readonly string[]): Promise<readonly string[]> {
    let open = ids
    for (const list of this.#producers.lists) {
      if (open.length === 0) break
      const lesson = await this.#question(exchange, list, list.parameters)
      if (lesson === undefined) continue
      open = open.filter(id => {
        const belonging = lesson.get(id)
        // What stands in the caller's own list and does not say whose it is counts as the caller's.
        const own = belonging === 'own' || (belonging === 'unknown' && list.personal)
        const shared = belonging !== undefined && list.personal && this.#rule.sharing.handed
        if (own || shared) this.#learn(exchange, id, belonging === 'foreign' ? 'handed' : 'owned')
        return !own && !shared
      })
    }
    return open
  }

  #askItem(exchange: Exchange, item: ItemProducer, id: string): Promise<Lesson> {
    const others = item.otherKeys.map(other => [other, exchange.input.parameters.get(other)] as const)
    return this.#question(exchange, item, new Map<string, unknown>([...others, [item.idKey, id]]), id)
  }

  #learn(exchange: Exchange, id: string, standing: 'handed' | 'owned'): void {
    const key = callerKey(exchange.caller)
    const object = scopedKey(exchange, this.#scope, this.#rule.type.name, id)
    if (key !== undefined && object !== undefined) this.#ledger.hand(key, object, standing)
  }

  async #question(
    exchange: Exchange,
    { operation, read }: ItemProducer | ListProducer,
    parameters: ReadonlyMap<string, unknown>,
    wanted?: string,
  ): Promise<Lesson> {
    const key = callerKey(exchange.caller)
    if (key === undefined) return undefined
    const ask = async (): Promise<Lesson> => {
      const answer = await this.#ports.ask(exchange, operation, parameters)
      if (answer?.status === 404 || answer?.status === 410) return nothingThere
      if (answer === undefined || answer.status < 200 || answer.status > 299) return undefined
      return this.#lessonOf(exchange.caller, read(answer.status, answer.value))
    }
    // No is not kept: an object that is made a moment later must be found.
    const keep = (lesson: Lesson) =>
      lesson !== undefined && lesson.size <= mostKept && (wanted === undefined || lesson.get(wanted) === 'own')
    const name = [key, this.#rule.type.name, operation.key, ...[...parameters.values()].map(String)].join('\n')
    try {
      return await this.#flights.ask(name, ask, keep)
    } catch {
      return undefined
    }
  }

  #lessonOf(caller: Caller, found: readonly Handed[]): Lesson {
    const holders = found.map(({ holder }) => holder)
    // Without claims nobody can say which of several owners the caller is: such a list is not the caller's own.
    if (claimsOf(caller) === undefined && hasSeveralOwners(this.#rule, holders)) return undefined
    const lesson = new Map<string, Belonging>()
    for (const { id, holder } of found) {
      // Two objects of one id: the API cannot mean both to be the caller's.
      if (lesson.get(id) !== 'foreign') lesson.set(id, belongingOf(this.#rule, caller, holder))
    }
    return lesson
  }
}

/** The API says that there is no such object. */
const nothingThere: Lesson = new Map<string, Belonging>()
