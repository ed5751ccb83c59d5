import type { Operation, Parameter } from '../contract/model.ts'
import type { ApiExposure } from '../exposure/exposure.ts'
import type { ObjectType } from '../exposure/objects.ts'
import { compileHandouts, type ReadHandouts } from './handouts.ts'
import { parameterKey } from './places.ts'

/** An operation that can be asked for the objects of one type, with nothing but the caller's own credentials. */
export interface Producer {
  readonly operation: Operation
  /** True when the contract demands a caller: only then is what it lists the caller's own. */
  readonly personal: boolean
  /** The own ids of the type in its answers. */
  readonly read: ReadHandouts
}

export interface ListProducer extends Producer {
  /** Asks for as much as the contract says one page may hold. */
  readonly parameters: ReadonlyMap<string, unknown>
}

export interface ItemProducer extends Producer {
  /** The parameter that takes the object's id, as in `Input.parameters`. */
  readonly idKey: string
  /** Other required parameters, which the request at hand has to carry as well: `path.userId`. */
  readonly otherKeys: readonly string[]
}

export interface Producers {
  readonly lists: readonly ListProducer[]
  readonly items: readonly ItemProducer[]
}

/** How many of each kind are tried, one after the other. */
const most = 2

/** The operations that can be asked whose an object is, the most telling first. */
export function producersOf(api: ApiExposure, type: ObjectType): Producers {
  const lists: ListProducer[] = []
  const items: ItemProducer[] = []
  for (const operation of type.producers) {
    if (operation.method !== 'GET' || operation.body?.required === true) continue
    const exposure = api.of(operation)
    const own = exposure.hands.filter(hand => hand.own && hand.type === type.name && hand.source !== 'guessed')
    const read = compileHandouts(api.contract, exposure, own)
    if (read === undefined) continue
    const personal = !exposure.access.anonymous
    const required = operation.parameters.filter(parameter => parameter.required)
    const listed = own.some(({ field }) => field.path.includes('[]') || field.path.includes('*'))
    if (required.length === 0) {
      if (listed) lists.push({ operation, personal, read, parameters: largestPage(api, operation) })
      continue
    }
    const ids = exposure.uses.filter(use => use.type === type.name && use.field.place !== 'body')
    const idKeys = new Set(ids.map(use => parameterKey(use.field)))
    const keys = required.map(requiredKey)
    // The id that the path ends with is the object's own; one before it belongs to what the object stands in.
    const idKey = keys.findLast(key => idKeys.has(key))
    if (idKey === undefined || listed) continue
    items.push({ operation, personal, read, idKey, otherKeys: keys.filter(key => key !== idKey) })
  }
  const telling = (producer: Producer) => (producer.personal ? 0 : 1_000) + producer.operation.path.length
  lists.sort((a, b) => telling(a) - telling(b))
  items.sort((a, b) => a.otherKeys.length - b.otherKeys.length || telling(a) - telling(b))
  return { lists: lists.slice(0, most), items: items.slice(0, most + 2) }
}

function requiredKey({ in: place, name }: Parameter): string {
  return parameterKey({ place, name, path: [name] })
}

function largestPage(api: ApiExposure, operation: Operation): ReadonlyMap<string, unknown> {
  const pages = api.of(operation).limits.pages.filter(page => page.maximum !== undefined && page.field.place !== 'body')
  return new Map(pages.map(page => [parameterKey(page.field), page.maximum]))
}
