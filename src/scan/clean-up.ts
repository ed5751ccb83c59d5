import type { OperationExposure } from '../exposure/exposure.ts'
import type { ObjectReference } from '../exposure/objects.ts'
import type { Call } from './call.ts'
import { withValue } from './call.ts'
import { cast } from './reference.ts'
import type { Session } from './session.ts'

const most = 200

/** Deletes what the scan has made, in the name of whom it was made for, where the contract offers a way. */
export async function cleanUp(session: Session): Promise<void> {
  if (session.effect === 'reads') return
  const ways = new Map<string, { readonly exposure: OperationExposure; readonly reference: ObjectReference }>()
  for (const exposure of session.api.operations) {
    const [reference, ...others] = exposure.uses
    // One id in the path and nothing else: whatever takes more might delete more.
    const simple = exposure.effect === 'deletes' && others.length === 0 && reference?.field.place === 'path'
    if (simple && reference !== undefined && !ways.has(reference.type))
      ways.set(reference.type, { exposure, reference })
  }
  let sent = 0
  for (const user of session.users) {
    for (const id of session.pool.allIds(user.name)) {
      const way = ways.get(id.type)
      if (way === undefined || id.source !== 'created' || sent >= most || session.budget.spent !== undefined) continue
      sent += 1
      const variant = { inputs: 'required', examples: true, choice: 0, fresh: false } as const
      const call: Call = session.build(way.exposure, variant, user)
      await session.send(withValue(call, way.reference.field, cast(way.reference.field, id.value)), user)
    }
  }
}
