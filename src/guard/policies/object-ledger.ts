import type { ApiExposure, OperationExposure } from '../../exposure/exposure.ts'
import type { ObjectType } from '../../exposure/objects.ts'
import type { ObjectSighting } from '../../risk/event.ts'
import type { Exchange } from '../exchange.ts'
import { compileHandouts } from '../handouts.ts'
import { missing, notFound } from '../not-found.ts'
import { callerKey, objectKey } from '../object-id.ts'
import { isClaimed, typeRules } from '../ownership.ts'
import { definePolicy, type Hooks, type Verdict } from '../policy.ts'
import type { Ports } from '../ports.ts'
import { type ListProducer, producersOf } from '../producers.ts'
import { ledgerOf } from '../proof.ts'
import { compileReferences, type Named, placeName } from '../references.ts'
import { Flights } from '../state/flights.ts'

/** Sightings in one event; the event says how many there were. */
const mostSightings = 100

/** Milliseconds for which a list that was asked for is good for further requests of its caller. */
const momentary = 3_000

/**
 * An attacker names objects that the API never showed him: the neighbour of his own number, an id from a screenshot, a
 * log, a guess. Honest clients name what they were handed before.
 *
 * The guard keeps a ledger of the ids that successful answers handed to each caller as the answer's own (of any type
 * that the contract shows, declared or derived), and looks up every id that a request names. One that the caller was
 * never handed is unfamiliar, after the API's own list of such objects was asked once with the caller's credentials, so
 * that a restart or a client with a long memory is no incident. The sightings of every request, what it used and what
 * it was handed, go into the event, where detectors find enumeration and harvesting.
 *
 * When it is wrong. People pass ids on by other ways: links in a mail, a support case, an invitation. That is why the
 * mode is `alert` unless you set `block` (then the refusal is the 404 of a missing object). What the API itself hands
 * out to the wrong caller in a list is familiar. The ledger is exact for the last 2,000 objects of a caller and 500,000
 * in all, in memory; what is forgotten and on no first page of a list becomes unfamiliar again. Types that anybody may
 * list without signing in are public catalogues, and those with an owner rule are judged by `object-ownership`.
 * Anonymous callers have no ledger.
 *
 * To waive it, set its mode to `off` for an operation.
 */
export const objectLedger = definePolicy({
  kind: 'policy',
  id: 'object-ledger',
  summary: 'Notices when a caller names an object that the API never handed to this caller.',
  covers: ['broken-object-level-authorization', 'predictable-object-id'],
  severity: 'high',
  remedy:
    'Check in the API that the caller may use the object, declare its owner in the contract, and use ids that nobody can guess.',
  references: [
    'https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/',
    'CWE-639',
    'CWE-340',
  ],
  defaultMode: 'alert',
  operation(exposure, api, _options, ports) {
    const access = compileAccess(exposure, api, ports)
    const response = compileResponse(exposure, api, ports)
    return {
      ...(access === undefined ? {} : { access }),
      ...(response === undefined ? {} : { response }),
    } satisfies Hooks
  },
})

/** The ids that a request named although its caller was never handed them: its answer does not make them familiar. */
const unfamiliar = new WeakMap<Exchange, ReadonlySet<string>>()

function compileAccess(
  exposure: OperationExposure,
  api: ApiExposure,
  ports: Ports,
): ((exchange: Exchange) => Verdict | Promise<Verdict>) | undefined {
  if (exposure.uses.length === 0) return undefined
  const read = compileReferences(api.contract, exposure, exposure.uses)
  const lists = listsOfJudged(exposure, api)
  const ledger = ledgerOf(ports)

  return exchange => {
    const { named } = read(exchange)
    if (named.length === 0) return undefined
    sight(exchange.sightings.used, named, ports)
    const key = callerKey(exchange.caller)
    if (key === undefined || lists.size === 0) return undefined
    let strange: Named[] | undefined
    for (const entry of named) {
      const { reference, id } = entry
      if (!lists.has(reference.type) || reference.source === 'guessed') continue
      if (id !== undefined && ledger.knows(key, objectKey(reference.type, id))) continue
      if (id !== undefined && isClaimed(exchange.caller, 'sub', id)) continue
      strange ??= []
      strange.push(entry)
    }
    return strange === undefined ? undefined : askLists(exchange, key, strange, lists, ports)
  }
}

/** The lists that can be asked, of each type that is judged here at all. */
function listsOfJudged(exposure: OperationExposure, api: ApiExposure): ReadonlyMap<string, readonly ListProducer[]> {
  const ruled = typeRules(api)
  const lists = new Map<string, readonly ListProducer[]>()
  for (const { type: name } of exposure.uses) {
    const type = api.objects.types.get(name)
    if (type === undefined || ruled.has(name) || !isPersonal(type, api)) continue
    lists.set(
      name,
      producersOf(api, type).lists.filter(list => list.personal),
    )
  }
  return lists
}

/** True for a type that is handed out to signed-in callers and that nobody can list anonymously. */
function isPersonal(type: ObjectType, api: ApiExposure): boolean {
  const producers = type.producers.map(producer => api.of(producer))
  const catalogue = producers.some(
    ({ access, hands }) =>
      access.anonymous && hands.some(hand => hand.own && hand.type === type.name && hand.field.path.includes('[]')),
  )
  return !catalogue && producers.some(({ access }) => !access.anonymous)
}

async function askLists(
  exchange: Exchange,
  key: string,
  strange: readonly Named[],
  lists: ReadonlyMap<string, readonly ListProducer[]>,
  ports: Ports,
): Promise<Verdict> {
  const ledger = ledgerOf(ports)
  const asked = ports.keep(
    'object-ledger/lists',
    () => new Flights<boolean>(ports.clock, { fresh: momentary, most: 10_000 }),
  )
  for (const type of new Set(strange.map(({ reference }) => reference.type))) {
    for (const list of lists.get(type) ?? []) {
      const learn = async (): Promise<boolean> => {
        const answer = await ports.ask(exchange, list.operation, list.parameters)
        if (answer === undefined) return false
        for (const { id } of list.read(answer.status, answer.value)) ledger.hand(key, objectKey(type, id), 'handed')
        return true
      }
      // An API that does not answer leaves the object unfamiliar; it is no reason to fail.
      await asked.ask(`${key}\n${list.operation.key}`, learn, told => told)?.catch(() => false)
    }
  }
  const still = strange.filter(
    ({ reference, id }) => id === undefined || !ledger.knows(key, objectKey(reference.type, id)),
  )
  const [first] = still
  if (first === undefined) return undefined
  unfamiliar.set(
    exchange,
    new Set(still.flatMap(({ reference, id }) => (id === undefined ? [] : objectKey(reference.type, id)))),
  )
  const { type, field } = first.reference
  return notFound(
    'broken-object-level-authorization',
    `The ${type} in ${placeName(field)} was never handed to this caller.`,
  )
}

function compileResponse(
  exposure: OperationExposure,
  api: ApiExposure,
  ports: Ports,
): ((exchange: Exchange) => Verdict) | undefined {
  const read = compileHandouts(api.contract, exposure, exposure.hands)
  const judged = listsOfJudged(exposure, api).size > 0
  if (read === undefined && !judged) return undefined
  const ledger = ledgerOf(ports)

  return exchange => {
    const { answer, sightings } = exchange
    if (answer === undefined) return undefined
    const handed = read?.(answer.status, answer.value) ?? []
    if (handed.length > 0) {
      const key = callerKey(exchange.caller)
      const strange = unfamiliar.get(exchange)
      for (const { handout, id } of handed) {
        if (key === undefined || !handout.own || handout.source === 'guessed') continue
        const object = objectKey(handout.type, id)
        if (strange?.has(object) !== true) ledger.hand(key, object, 'handed')
      }
      const distinct = sight(
        sightings.handed,
        handed.map(({ handout, id }) => ({ reference: handout, id })),
        ports,
      )
      sightings.handedCount += distinct
    }
    return judged && answer.status === 404 ? missing : undefined
  }
}

/** Adds distinct objects to an event's list, as far as it has room; says how many there were. */
function sight(into: ObjectSighting[], named: readonly Named[], { pseudonym }: Ports): number {
  const seen = new Set<string>()
  for (const { reference, id } of named) {
    if (id === undefined) continue
    const name = `${reference.type}\n${id}`
    if (seen.has(name)) continue
    seen.add(name)
    if (into.length >= mostSightings) continue
    into.push({ type: reference.type, id: pseudonym('object', name), place: placeName(reference.field) })
  }
  return seen.size
}
