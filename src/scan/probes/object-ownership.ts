import type { OperationExposure } from '../../exposure/exposure.ts'
import type { Outcome } from '../../risk/finding.ts'
import { inputAt } from '../call.ts'
import { type Parties, partiesIn, partiesOf, privateIds } from '../ownership/parties.ts'
import { proveRead, type Verdict } from '../ownership/read.ts'
import { proveRemoval } from '../ownership/remove.ts'
import { mostAlike, proveWrite } from '../ownership/write.ts'
import { defineProbe } from '../probe.ts'
import { type Reference, referencesOf } from '../reference.ts'
import type { Scene } from '../scene.ts'

const mostIds = 6

/**
 * **An attacker** signs in with an account of their own and puts the id of somebody else's object where their own
 * belongs: in the path, the query, a header, or a property of the body. An API that only checks *that* they signed in
 * reads, changes or deletes it for them.
 *
 * **This probe** calls in the name of two ordinary users. It learns which objects the first one has and the second was
 * never given, exchanges exactly one id in a request of the second that works, and judges by effect alone. Reading is
 * proven when something that only the owner's own reads show reaches the other and stands in no control (the other's
 * own object, an id that does not exist, anonymous, the request itself). Changing is proven when the owner's own reads
 * before and after differ, while the other's ordinary request in between changed nothing. Deleting is proven when two
 * objects that this scan had made for the owner vanished, each only after the other's request. All of it twice.
 *
 * What a list shows to the other as well, or stands below a parent that both have while no list tells, is never called
 * somebody's own; nothing is deleted that both may read, unless a list tells. Two tokens of one person are not compared.
 *
 * **When it is wrong.** An object that everybody with an account may read, but that no list shows, looks like somebody
 * else's: declare it with `shared` in an `x-rugged` entry. What only grows because somebody gave to it (a payee's
 * balance, a person's followers) is taken as ordinary. Where nothing distinctive can be planted or read, or the owner
 * cannot read the object back, the test is inconclusive, and says so.
 *
 * **To waive it**, accept the finding by its fingerprint, with a reason and a date.
 */
export const objectOwnership = defineProbe({
  kind: 'probe',
  id: 'object-ownership',
  summary: "One user's request with another user's object id must neither show nor change that object.",
  covers: ['broken-object-level-authorization'],
  serves: ['API1-b', 'API1-c', 'API1-d', 'API1-f'],
  severity: 'critical',
  effect: 'reads',
  remedy:
    'Look the object up together with its owner, in every operation and for every id of the request, and answer 404 when it is not the caller’s. In the guard, declare `owner` on the object and `id` on its references.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/'],

  async *api(scene) {
    const closed = scene.tested.some(
      exposure =>
        !exposure.access.anonymous && referencesOf(exposure, scene.api).some(({ type }) => type !== undefined),
    )
    if (!closed || partiesOf(scene) !== undefined) return
    if (partiesIn(scene.users) !== undefined) {
      yield { notEvaluated: 'The actors are one and the same person for this API: give tokens of two different users.' }
      return
    }
    yield { notEvaluated: 'It takes two users of the same standing to tell mine from yours: give two with --as.' }
  },

  operation(exposure, api) {
    const references = referencesOf(exposure, api)
    return references.length === 0 ? undefined : scene => testOperation(scene, references)
  },
})

async function* testOperation(scene: Scene, references: readonly Reference[]): AsyncGenerator<Outcome> {
  const { exposure } = scene
  const { operation } = exposure
  const parties = partiesOf(scene)
  if (parties === undefined || !isAllowed(exposure, scene)) {
    scene.count(operation, 'not-reached')
    return
  }
  for (const reference of references) {
    if (scene.budget.spent !== undefined) return
    const type = scene.api.objects.types.get(reference.type)
    if (type?.shared === true) {
      yield { notEvaluated: `A ${type.name} may be shared, so that ${parties.other.name} gets one says nothing.` }
      continue
    }
    const verdict = await judge(scene, withLearntType(scene, reference, parties), parties)
    if (verdict === undefined) scene.count(operation, 'not-reached')
    else if (verdict.kind === 'proven') yield verdict.draft
    else if (verdict.kind === 'refuted') scene.count(operation, 'passed')
    else
      yield {
        notEvaluated: `Whether ${reference.type} in ${reference.field.place} ${reference.field.name} is checked: ${verdict.because}.`,
      }
  }
}

/** Where no name tells the type, the id that was accepted there does: it is known of which type it is. */
function withLearntType(scene: Scene, reference: Reference, { other, owner }: Parties): Reference {
  if (!reference.guessed) return reference
  const known = scene.happy(scene.exposure.operation, other)
  const value = known === undefined ? undefined : inputAt(known.call, reference.field)
  const type = value === undefined ? undefined : scene.typeOf(value, other)
  return type === undefined || scene.ids(type, owner).length === 0 ? reference : { ...reference, type }
}

/** Undefined where there is nothing to test with. */
async function judge(scene: Scene, reference: Reference, parties: Parties): Promise<Verdict | undefined> {
  const { exposure } = scene
  const known = scene.happy(exposure.operation, parties.other) ?? scene.happy(exposure.operation, parties.owner)
  if (exposure.effect !== 'deletes') {
    if (known === undefined) return undefined
    // An optional id that is not sent has nothing to be exchanged for, but may still be obeyed.
    if (inputAt(known.call, reference.field) === undefined && exposure.effect !== 'reads') return undefined
  }
  const ids = await privateIds(scene, reference, parties)
  if (exposure.effect === 'deletes') return proveRemoval(scene, reference, parties, ids)
  if (ids.length === 0) {
    return {
      kind: 'unclear',
      because: `${parties.owner.name} has no ${reference.type} that ${parties.other.name} does not have too`,
    }
  }
  const own = scene.ids(reference.type, parties.other)
  const named = known === undefined ? undefined : inputAt(known.call, reference.field)
  let unclear: Verdict | undefined
  for (const id of mostAlike(ids, own, named).slice(0, mostIds)) {
    const prove = exposure.effect === 'reads' ? proveRead : proveWrite
    const verdict = await prove(scene, reference, id, parties)
    if (verdict.kind === 'proven') return verdict
    if (verdict.kind === 'unclear') unclear = verdict
    if (scene.budget.spent !== undefined) break
  }
  return unclear ?? { kind: 'refuted' }
}

function isAllowed({ effect }: OperationExposure, scene: Scene): boolean {
  return effect === 'reads' || scene.effect !== 'reads'
}
