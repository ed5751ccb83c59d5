import type { OperationExposure } from '../exposure/exposure.ts'
import type { Actor } from './actor.ts'
import { isAccepted } from './answer.ts'
import { withMark } from './free-text.ts'
import type { HappyPaths } from './happy.ts'
import type { KnownId } from './pool.ts'
import type { Session } from './session.ts'

/** Operations that make an object of the type and hand out its id. */
function creatorsOf(type: string, session: Session): readonly OperationExposure[] {
  return session.api.operations.filter(
    ({ operation, effect, hands }) =>
      effect === 'writes' &&
      operation.method === 'POST' &&
      (hands.some(hand => hand.own && hand.type === type) || session.pool.isCreator(type, operation.key)),
  )
}

/**
 * Makes a new object in an actor's name, with a random mark in its free texts where it has some. Undefined where
 * nothing makes such objects, or writing is not allowed.
 */
export async function plant(
  type: string,
  actor: Actor,
  session: Session,
  happy: HappyPaths,
): Promise<KnownId | undefined> {
  if (session.effect === 'reads') return undefined
  for (const creator of creatorsOf(type, session)) {
    const known = happy.of(creator.operation, actor)
    if (known === undefined) continue
    const fresh = session.build(creator, { inputs: 'required', examples: true, choice: 0, fresh: true }, actor)
    const mark = session.marker()
    const marked = (['all', 'sent'] as const).map(where => withMark(known.call, creator, mark, where))
    for (const call of [...marked, known.call, fresh]) {
      const answer = await session.send(call, actor)
      if (!isAccepted(answer, creator.operation)) continue
      const made = session.pool
        .learn(creator, call, answer, actor.name)
        .find(id => id.type === type && id.source === 'created')
      if (made !== undefined) return made
    }
  }
  return undefined
}
