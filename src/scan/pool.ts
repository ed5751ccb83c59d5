import { isObject, isString, type JsonObject, type JsonValue } from '../core/json.ts'
import { wordsOf } from '../core/words.ts'
import type { ApiExposure, OperationExposure } from '../exposure/exposure.ts'
import { isOwnId, typeFromIdName, typeFromPath } from '../exposure/object-names.ts'
import type { Answer } from './answer.ts'
import { type Call, valuesAt } from './call.ts'
import { leavesOf } from './oracle.ts'

type IdValue = string | number

/** How an id came to be known, the most reliable to be the actor's own first. */
const idSources = ['created', 'read', 'listed', 'named', 'seen'] as const
type IdSource = (typeof idSources)[number]

/** The id of an object that an actor was given. */
export interface KnownId {
  readonly type: string
  readonly value: IdValue
  /** `named`: what an object that the actor made refers to; `seen`: what any other answer refers to. */
  readonly source: IdSource
  /** The object as it was answered, where the id is its own. */
  readonly object?: JsonObject
}

const mostIds = 40
const mostNamed = 12
const mostTexts = 120

/** Values learnt from answers, each under the actor who got it: ids by the type of object, the rest by name. */
export class ValuePool {
  readonly #api: ApiExposure
  readonly #ids = new Map<string, KnownId[]>()
  readonly #named = new Map<string, JsonValue[]>()
  readonly #texts = new Map<string, Set<string>>()
  readonly #created = new Set<string>()
  readonly #creators = new Map<string, Set<string>>()
  readonly #guessedTypes: ReadonlySet<string>

  /** @param guessedTypes names of fields that stand for a type of their own */
  constructor(api: ApiExposure, guessedTypes: ReadonlySet<string>) {
    this.#api = api
    this.#guessedTypes = guessedTypes
  }

  /** The ids of a type that an actor has, the most reliable first, the newest first among equals. */
  ids(type: string, actor: string): readonly KnownId[] {
    const known = this.#ids.get(`${actor}\n${type}`) ?? []
    return known.toSorted((a, b) => idSources.indexOf(a.source) - idSources.indexOf(b.source))
  }

  /** Every id of every type that an actor has. */
  allIds(actor: string): readonly KnownId[] {
    return [...this.#ids].flatMap(([key, known]) => (key.startsWith(`${actor}\n`) ? known : []))
  }

  /** True for an operation that was seen to make objects of a type. */
  isCreator(type: string, operation: string): boolean {
    return this.#creators.get(type)?.has(operation) ?? false
  }

  /** True for an object that this scan has made itself, in whosever name. */
  isCreated(type: string, value: JsonValue): boolean {
    return this.#created.has(`${type}\n${value}`)
  }

  /** Values that stood under a name in answers to the actor, whatever the spelling of the name. */
  named(name: string, actor: string): readonly JsonValue[] {
    return this.#named.get(`${actor}\n${wordsOf(name).join(' ')}`) ?? []
  }

  /** The object that some actor was shown under an id of its own, and who. */
  objectOf(id: string): { readonly object: JsonObject; readonly actor: string } | undefined {
    for (const [key, known] of this.#ids) {
      const object = known.find(({ value }) => String(value) === id)?.object
      if (object !== undefined) return { object, actor: key.slice(0, key.lastIndexOf('\n')) }
    }
    return undefined
  }

  /** Texts that reads answered the actor with, the first ones first. */
  texts(actor: string): readonly string[] {
    return [...(this.#texts.get(actor) ?? [])]
  }

  /** Forgets an object that is no more. */
  forget(type: string, value: JsonValue): void {
    for (const [key, known] of this.#ids) {
      if (key.endsWith(`\n${type}`))
        this.#ids.set(
          key,
          known.filter(id => String(id.value) !== String(value)),
        )
    }
  }

  /** Takes what a successful answer holds, by the contract's handouts first, by names where it declares none. */
  learn(exposure: OperationExposure, call: Call, answer: Answer, actor: string): readonly KnownId[] {
    const found = this.#found(exposure, answer)
    // A request that was accepted names objects that its caller may use.
    const own = found.filter(id => this.#add(id, actor))
    for (const { type, source, value } of own) {
      if (source !== 'created') continue
      this.#created.add(`${type}\n${value}`)
      this.#creators.set(type, (this.#creators.get(type) ?? new Set()).add(exposure.operation.key))
    }
    this.#learnNames(answer.value, actor, 0)
    if (exposure.effect === 'reads') {
      const texts = this.#texts.get(actor) ?? new Set<string>()
      for (const leaf of leavesOf(answer.value).values())
        if (isString(leaf) && leaf !== '' && texts.size < mostTexts) texts.add(leaf)
      this.#texts.set(actor, texts)
    }
    if (isObject(call.body)) this.#learnNames(call.body, actor, 0)
    return own
  }

  /** The ids of what an accepted request has made, without learning from it: never of what was there before. */
  made(exposure: OperationExposure, answer: Answer): readonly KnownId[] {
    const isList = exposure.limits.list && answer.status !== 201
    if (exposure.effect !== 'writes' || exposure.operation.method !== 'POST' || isList) return []
    const isOld = ({ type, value }: KnownId) =>
      [...this.#ids].some(
        ([key, known]) =>
          key.endsWith(`\n${type}`) &&
          known.some(id => String(id.value) === String(value) && (id.source === 'listed' || id.source === 'read')),
      )
    return this.#found(exposure, answer).filter(id => id.source === 'created' && !isOld(id))
  }

  #found(exposure: OperationExposure, answer: Answer): readonly KnownId[] {
    const makes = exposure.effect === 'writes' && exposure.operation.method === 'POST'
    const found: KnownId[] = []
    const taken = new Set<unknown>()
    for (const hand of exposure.hands) {
      const parents = hand.field.path.slice(0, -1)
      for (const parent of parents.at(-1) === '[]' ? [answer.value] : valuesAt(answer.value, parents)) {
        const path = parent === answer.value ? hand.field.path : hand.field.path.slice(-1)
        for (const value of valuesAt(parent, path)) {
          if (!isId(value)) continue
          taken.add(parent)
          found.push(this.#known(hand.type, value, hand.own, makes, exposure, isObject(parent) ? parent : undefined))
        }
      }
    }
    for (const id of idsByName(exposure, answer.value, this.#api, this.#guessedTypes)) {
      if (id.own && taken.has(id.object) && !this.#guessedTypes.has(id.type)) continue
      found.push(this.#known(id.type, id.value, id.own, makes, exposure, id.object))
    }
    const location = this.#fromLocation(answer)
    if (location !== undefined) found.push({ ...location, source: makes ? 'created' : 'seen' })
    return found
  }

  #known(
    type: string,
    value: IdValue,
    own: boolean,
    makes: boolean,
    { limits }: OperationExposure,
    object: JsonObject | undefined,
  ): KnownId {
    const source: IdSource = own ? (makes ? 'created' : limits.list ? 'listed' : 'read') : makes ? 'named' : 'seen'
    return { type, value, source, ...(own && object !== undefined ? { object } : {}) }
  }

  #add(id: KnownId, actor: string): boolean {
    const key = `${actor}\n${id.type}`
    const known = this.#ids.get(key) ?? []
    const at = known.findIndex(other => String(other.value) === String(id.value))
    const before = known[at]
    if (before !== undefined) {
      // What was there before this scan was not made by it, whatever names it now.
      const isOld = id.source === 'created' && (before.source === 'listed' || before.source === 'read')
      const better = !isOld && idSources.indexOf(id.source) < idSources.indexOf(before.source)
      known[at] = {
        ...before,
        ...(id.object === undefined ? {} : { object: id.object }),
        source: better ? id.source : before.source,
      }
      return false
    }
    if (known.length < mostIds) this.#ids.set(key, [id, ...known])
    return known.length < mostIds
  }

  /** RFC 9110 section 10.2.2: the `Location` of a 201 is the object that was made. */
  #fromLocation({ status, headers }: Answer): Pick<KnownId, 'type' | 'value'> | undefined {
    const location = headers['location']
    if (status !== 201 || location === undefined) return undefined
    const path = location.replace(/^[a-z]+:\/\/[^/]*/i, '').split(/[?#]/, 1)[0] ?? ''
    for (const { operation, uses } of this.#api.operations) {
      const reference = uses.findLast(use => use.field.place === 'path')
      if (reference === undefined || !operation.path.endsWith(`{${reference.field.name}}`)) continue
      const template = operation.path.split('/').filter(part => part !== '')
      const parts = path.split('/').slice(-template.length)
      const fits =
        parts.length === template.length && template.every((part, index) => part.includes('{') || part === parts[index])
      const value = parts.at(-1)
      if (fits && value !== undefined && value !== '') return { type: reference.type, value: decode(value) }
    }
    return undefined
  }

  #learnNames(value: unknown, actor: string, depth: number): void {
    if (depth > 6) return
    if (Array.isArray(value)) {
      for (const item of value.slice(0, mostNamed)) this.#learnNames(item, actor, depth + 1)
      return
    }
    if (!isObject(value)) return
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner === 'object') {
        this.#learnNames(inner, actor, depth + 1)
      } else if (inner !== undefined && inner !== '') {
        const key = `${actor}\n${wordsOf(name).join(' ')}`
        const values = this.#named.get(key) ?? []
        if (values.length < mostNamed && !values.includes(inner)) this.#named.set(key, [...values, inner])
      }
    }
  }
}

interface NamedId {
  readonly type: string
  readonly value: IdValue
  readonly own: boolean
  readonly object: JsonObject
}

/** Ids that stand in an answer whether the contract declares them or not. */
function* idsByName(
  { operation }: OperationExposure,
  answer: unknown,
  { objects }: ApiExposure,
  guessedTypes: ReadonlySet<string>,
): Generator<NamedId> {
  const types = new Set(objects.types.keys())
  const ownType = typeFromPath(operation.path)
  const stack: { readonly value: unknown; readonly depth: number }[] = [{ value: answer, depth: 0 }]
  for (let visited = 0; stack.length > 0 && visited < 2_000; visited++) {
    const { value, depth } = stack.pop() ?? { value: undefined, depth: 0 }
    if (Array.isArray(value)) for (const item of value.slice(0, mostIds)) stack.push({ value: item, depth })
    if (!isObject(value) || depth > 3) continue
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner === 'object') {
        stack.push({ value: inner, depth: depth + 1 })
      } else if (isId(inner)) {
        // An `id` further in belongs to something else, whose type only the contract could tell.
        if (isOwnId(name) && ownType !== undefined && depth <= 1)
          yield { type: ownType, value: inner, own: true, object: value }
        const guessed = wordsOf(name).join('-')
        if (guessedTypes.has(guessed)) yield { type: guessed, value: inner, own: true, object: value }
        const named = typeFromIdName(name, types)
        if (named !== undefined) yield { type: named.type, value: inner, own: false, object: value }
      }
    }
  }
}

function isId(value: unknown): value is IdValue {
  return (
    (isString(value) && value !== '' && value.length <= 256) || (typeof value === 'number' && Number.isFinite(value))
  )
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
