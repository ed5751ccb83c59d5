import type { Caller } from '../identity/caller.ts'
import type { Exchange } from './exchange.ts'
import { callerKey, objectKey } from './object-id.ts'
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

  constructor(rule: TypeRule, producers: Producers, ports: Ports, trust: number) {
    this.#rule = rule
    this.#producers = producers
    this.#ports = ports
    this.#ledger = ledgerOf(ports)
    this.#flights = flightsOf(ports)
    this.#trust = trust
  }

  /** What is known without asking. `undefined`: the API has to be asked. */
  known(caller: Caller, id: string, writes: boolean): boolean | undefined {
    const rule = this.#rule
    if (isExempt(rule, caller)) return true
    // Where the id itself is what the rule is about, the claim decides at once: `user.id is sub`.
    if (rule.idClaim !== undefined && caller.kind === 'subject' && rule.matches.length === 1 && !rule.sharing.handed) {
      return isClaimed(caller, rule.idClaim, id)
    }
    const key = callerKey(caller)
    if (key === undefined) return false
    const object = objectKey(rule.type.name, id)
    if (caller.kind !== 'subject' || rule.sharing.handed) {
      return this.#ledger.knows(key, object) ? true : undefined
    }
    const within = writes && rule.readBeforeWrite ? momentary : this.#trust
    return this.#ledger.owns(key, object, within) ? true : undefined
  }

  /** Asks the API. True when every one of the ids is the caller's own. */
  async prove(exchange: Exchange, ids: readonly string[]): Promise<boolean> {
    const { lists, items } = this.#producers
    const comparable = exchange.caller.kind === 'subject'
    let open: readonly string[] = ids
    const asked = comparable ? items.filter(item => satisfied(item, exchange)) : []
    // One list tells of many objects at once; a single object is told of most surely by its own operation.
    const listFirst = asked.length === 0 || ids.length > atOnce || this.#rule.sharing.handed
    if (listFirst) open = await this.#askLists(exchange, lists, open)
    const [item] = asked
    if (item === undefined || open.length === 0) return open.length === 0
    if (open.length > mostAsked) return false
    for (let from = 0; from < open.length; from += atOnce) {
      const batch = open.slice(from, from + atOnce).map(id => this.#askItem(exchange, item, id))
      if ((await Promise.all(batch)).includes(false)) return false
    }
    return true
  }

  /** Those of the ids that no list shows to be the caller's own. */
  async #askLists(
    exchange: Exchange,
    lists: readonly ListProducer[],
    ids: readonly string[],
  ): Promise<readonly string[]> {
    const key = callerKey(exchange.caller)
    if (key === undefined) return ids
    let open = ids
    for (const list of lists) {
      if (open.length === 0) break
      const lesson = await this.#question(exchange, `${key}\n${list.operation.key}`, list, list.parameters)
      if (lesson === undefined) continue
      open = open.filter(id => {
        const belonging = lesson.get(id)
        // What stands in the caller's own list and does not say whose it is counts as the caller's.
        const own = belonging === 'own' || (belonging === 'unknown' && list.personal)
        const shared = belonging !== undefined && list.personal && this.#rule.sharing.handed
        if (own || shared) this.#learn(key, id, belonging === 'foreign' ? 'handed' : 'owned')
        return !own && !shared
      })
    }
    return open
  }

  async #askItem(exchange: Exchange, item: ItemProducer, id: string): Promise<boolean> {
    const key = callerKey(exchange.caller)
    if (key === undefined) return false
    const others = item.otherKeys.map(other => [other, exchange.input.parameters.get(other)] as const)
    const parameters = new Map<string, unknown>([...others, [item.idKey, id]])
    const name = [key, item.operation.key, id, ...others.map(([, value]) => String(value))].join('\n')
    const lesson = await this.#question(exchange, name, item, parameters, id)
    // The answer has to be about this very id: what the API reads ` 7` or `07` as is not what was asked for.
    if (lesson?.get(id) !== 'own') return false
    this.#learn(key, id, 'owned')
    return true
  }

  #learn(caller: string, id: string, standing: 'handed' | 'owned'): void {
    this.#ledger.hand(caller, objectKey(this.#rule.type.name, id), standing)
  }

  async #question(
    exchange: Exchange,
    name: string,
    { operation, read }: ItemProducer | ListProducer,
    parameters: ReadonlyMap<string, unknown>,
    wanted?: string,
  ): Promise<Lesson> {
    const ask = async (): Promise<Lesson> => {
      const answer = await this.#ports.ask(exchange, operation, parameters)
      if (answer === undefined || answer.status < 200 || answer.status > 299) return undefined
      const lesson = new Map<string, Belonging>()
      const found = read(answer.status, answer.value)
      // Without claims nobody can say which of several owners the caller is: such a list is not the caller's own.
      if (
        exchange.caller.kind !== 'subject' &&
        hasSeveralOwners(
          this.#rule,
          found.map(({ holder }) => holder),
        )
      )
        return undefined
      for (const { id, holder } of found) {
        const belonging = belongingOf(this.#rule, exchange.caller, holder)
        // Two objects of one id: the API cannot mean both to be the caller's.
        if (lesson.get(id) !== 'foreign') lesson.set(id, belonging)
      }
      return lesson
    }
    // No is not kept: an object that is made a moment later must be found.
    const keep = (lesson: Lesson) =>
      lesson !== undefined && lesson.size <= mostKept && (wanted === undefined || lesson.get(wanted) === 'own')
    try {
      return await this.#flights.ask(name, ask, keep)
    } catch {
      return undefined
    }
  }
}

/** Whether the request at hand carries what the operation needs beside the id. */
function satisfied(item: ItemProducer, { input }: Exchange): boolean {
  return item.otherKeys.every(key => input.parameters.get(key) !== undefined)
}
