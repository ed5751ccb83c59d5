import type { ApiExposure, OperationExposure } from '../exposure/exposure.ts'
import { isOwnId } from '../exposure/object-names.ts'
import type { ObjectReference, ObjectType } from '../exposure/objects.ts'
import { personalDataOf } from './personal-data.ts'

/**
 * True when the contract never says who may call: no scheme, no `security` anywhere. Then silence at one operation
 * tells less than it does among operations that do speak.
 */
export function isSilentThroughout(api: ApiExposure): boolean {
  return remember(silent, api, () => api.operations.every(row => row.access.policy === 'silent'))
}
const silent = new WeakMap<ApiExposure, boolean>()

/** True when nobody has to say who is calling, as far as the contract can be taken at its word. */
export function isOpen(row: OperationExposure, api: ApiExposure): boolean {
  return row.access.anonymous && !isSilentThroughout(api)
}

/** True when something decides whose an object of the type may be. */
export function hasAccessRule(type: ObjectType | undefined): boolean {
  return type !== undefined && (type.owner !== undefined || type.tenant !== undefined || type.relation || type.shared)
}

/** True when every object of the type is shown to everybody anyway, and tells nothing of anybody. */
export function isPublicCatalogue(type: ObjectType | undefined, api: ApiExposure): boolean {
  if (type === undefined || type.producers.length === 0 || hasAccessRule(type)) return false
  return remember(
    catalogues,
    type,
    () =>
      type.producers.every(producer => {
        const row = api.of(producer)
        return row.effect !== 'reads' || (isOpen(row, api) && personalDataOf(row)?.strength !== 'strong')
      }) && type.producers.some(producer => api.of(producer).effect === 'reads'),
  )
}
const catalogues = new WeakMap<ObjectType, boolean>()

/** Types that every API shares among its users; still only a guess from their names. */
const reference =
  /(?:^|-)(?:country|currency|language|locale|time-?zone|region|zone|category|tag|label|topic|plan|product|sku|brand|catalog|price|tariff|unit|symbol|instrument|market|exchange|template|version|release|license|emoji|icon|color|genre|language|skill|feature|permission|scope|event-type|type|status|city|state|airport|station|stop|model)$/

export function isReferenceData(typeName: string): boolean {
  return reference.test(typeName)
}

export function isCountable(use: ObjectReference): boolean {
  return use.guessability === 'integer' || use.guessability === 'short' || use.guessability === 'time-ordered'
}

/** `POST /accounts {id}`: the client names what it creates, nobody else's. */
export function namesItsOwnCreation(row: OperationExposure, use: ObjectReference): boolean {
  const { method, path } = row.operation
  return (
    method === 'POST' &&
    !path.endsWith('}') &&
    use.field.path.length === 1 &&
    use.field.place === 'body' &&
    isOwnId(use.field.name)
  )
}

function remember<Key extends object, Value>(known: WeakMap<Key, Value>, key: Key, find: () => Value): Value {
  const before = known.get(key)
  if (before !== undefined) return before
  const found = find()
  known.set(key, found)
  return found
}
