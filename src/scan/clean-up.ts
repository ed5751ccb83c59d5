import { isObject, type JsonValue } from '../core/json.ts'
import type { OperationExposure } from '../exposure/exposure.ts'
import { isAccepted } from './answer.ts'
import { type Call, inputAt, withValue } from './call.ts'
import { cast, type Reference, referencesOf } from './reference.ts'
import type { Session } from './session.ts'
import type { ChangedObject, MadeObject } from './traces.ts'

const most = 400

/**
 * Deletes what the scan has made, in the name of whom it was made for, and writes back what it has overwritten, where
 * the contract offers a way. Gives in words what it could not take back.
 */
export async function cleanUp(session: Session): Promise<readonly string[]> {
  const { traces } = session
  const left: string[] = []
  let sent = 0
  for (const made of traces.made) {
    const call = deletionOf(made, session)
    sent += 1
    if (call === undefined || sent > most) {
      left.push(`${made.call.operation.key} made ${made.id.type} ${made.id.value} for ${made.actor.name}`)
      continue
    }
    const answer = await session.send(call, made.actor)
    const isGone = isAccepted(answer, call.operation) || answer.status === 404 || answer.status === 410
    if (!isGone) left.push(`${made.call.operation.key} made ${made.id.type} ${made.id.value} for ${made.actor.name}`)
  }
  for (const changed of traces.changed) {
    if (!(await restore(changed, session)))
      left.push(`${changed.call.operation.method} ${changed.path} may have changed what was there`)
  }
  return left
}

/** Nothing but ids in the path: of the object itself last, and of parents, which the request that made it named. */
function deletionOf({ id, actor, call }: MadeObject, session: Session): Call | undefined {
  const making = referencesIn(call, session)
  for (const exposure of session.api.operations) {
    const { operation, effect } = exposure
    const places = referencesOf(exposure, session.api)
    const own = places.findLast(({ type, field }) => type === id.type && field.place === 'path')
    if (effect !== 'deletes' || own === undefined || !operation.path.endsWith(`{${own.field.name}}`)) continue
    // Whatever takes more than ids of its path might delete more.
    if (places.some(({ field }) => field.place !== 'path')) continue
    const parents = places.filter(place => place !== own)
    const values = parents.map(({ type }): JsonValue | undefined => {
      const same = making.find(place => place.type === type)
      return same === undefined ? undefined : inputAt(call, same.field)
    })
    if (values.includes(undefined)) continue
    const variant = { inputs: 'required', examples: true, choice: 0, fresh: false } as const
    const filled = parents.reduce(
      (result, { field }, index) => {
        const value = values[index]
        return value === undefined ? result : withValue(result, field, cast(field, value))
      },
      session.build(exposure, variant, actor),
    )
    return withValue(filled, own.field, cast(own.field, id.value))
  }
  return undefined
}

function referencesIn({ operation }: Call, session: Session): readonly Reference[] {
  const exposure = session.api.operations.find(row => row.operation === operation)
  return exposure === undefined ? [] : referencesOf(exposure, session.api)
}

/** Writes back what was read before, by the way it was changed. True when it now reads as it did. */
async function restore({ call, original }: ChangedObject, session: Session): Promise<boolean> {
  const { api, users } = session
  const exposure = api.operations.find(({ operation }) => operation === call.operation)
  const owner = users.find(({ name }) => name === original?.actor)
  if (exposure === undefined || owner === undefined || original === undefined || !isObject(call.body)) return false
  const fields = exposure.fields.in.filter(
    ({ place, path, readOnly }) => place === 'body' && path.length === 1 && !readOnly,
  )
  const names = fields.map(({ name }) => name).filter(name => original.object[name] !== undefined)
  if (names.length === 0 || fields.some(({ name, required }) => required && !names.includes(name))) return false
  const isAsBefore = (value: unknown) =>
    isObject(value) && names.every(name => JSON.stringify(value[name]) === JSON.stringify(original.object[name]))
  const reading = readingOf(call, exposure, session)
  if (reading !== undefined && isAsBefore((await session.send(reading, owner)).value)) return true
  const body = Object.fromEntries(names.map(name => [name, original.object[name]]))
  const written = await session.send({ ...call, body }, owner)
  if (!isAccepted(written, call.operation)) return false
  return reading === undefined || isAsBefore((await session.send(reading, owner)).value)
}

/** The GET of the same path. */
function readingOf(call: Call, { operation }: OperationExposure, session: Session): Call | undefined {
  const reading = session.api.operations.find(
    row => row.operation.method === 'GET' && row.operation.path === operation.path,
  )
  if (reading === undefined) return undefined
  const parameters = new Map([...call.parameters].filter(([key]) => key.startsWith('path.')))
  return { operation: reading.operation, parameters }
}
