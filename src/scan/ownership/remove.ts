import type { JsonValue } from '../../core/json.ts'
import type { OperationExposure } from '../../exposure/exposure.ts'
import type { Actor } from '../actor.ts'
import { type Call, withValue } from '../call.ts'
import type { KnownId } from '../pool.ts'
import { cast, type Reference } from '../reference.ts'
import type { Scene } from '../scene.ts'
import { areTold, type Parties, privacyOf } from './parties.ts'
import { fieldName, type Verdict } from './read.ts'
import { ObjectWatch } from './state.ts'

const repeats = 2

/**
 * Whether the other user deletes the owner's object: the owner saw it, the other's request came, the owner sees it no
 * more, while a second one still stands until its turn comes. Only what this scan has made is put at stake, unless
 * destroying was allowed.
 */
export async function proveRemoval(
  scene: Scene,
  reference: Reference,
  parties: Parties,
  spare: readonly KnownId[],
): Promise<Verdict> {
  const { owner, other } = parties
  const { type } = reference
  const stakes: KnownId[] = []
  while (stakes.length < repeats) {
    const made = await scene.plant(type, owner)
    const next = made ?? (scene.effect === 'destroys' ? spare.find(id => !stakes.includes(id)) : undefined)
    if (next === undefined)
      return { kind: 'unclear', because: `the scan cannot make a ${type} of its own to put at stake` }
    stakes.push(next)
  }
  const control = await scene.plant(type, other)
  const statuses: number[] = []
  let line = ''
  for (const [turn, stake] of stakes.entries()) {
    const watch = new ObjectWatch(scene, owner, type, stake.value)
    const before = await watch.look()
    if (before.seenBy.size === 0)
      return { kind: 'unclear', because: `${owner.name} has no way to read the ${type} back` }
    if (turn === 0 && control !== undefined) {
      // Deleting one's own is the ordinary use: it must work, and must leave the owner's alone.
      const call = callFor(scene, reference, other, control.value)
      await scene.send(call, other)
      scene.forget(type, control.value)
      if ((await watch.look()).seenBy.size === 0) return { kind: 'unclear', because: 'the object went away by itself' }
    }
    const attack = callFor(scene, reference, other, stake.value)
    if (turn === 0) {
      const privacy = await privacyOf(scene, stake, parties, attack)
      if (privacy === 'shared' || (await isOpenTo(scene, type, stake, parties)))
        return { kind: 'unclear', because: `both ${owner.name} and ${other.name} may see it, so it may be of both` }
      if (privacy === 'unknown')
        return { kind: 'unclear', because: `both work under the same parent, and no list tells whose the ${type} is` }
    }
    const answer = await scene.send(attack, other)
    const after = await watch.look()
    const gone = [...before.seenBy].filter(way => !after.seenBy.has(way))
    if (gone.length === 0) return { kind: 'refuted' }
    scene.forget(type, stake.value)
    statuses.push(answer.status)
    line = scene.curl(attack, other)
  }
  return {
    kind: 'proven',
    draft: {
      severity: 'critical',
      message: `${scene.exposure.operation.key} lets ${other.name} delete ${owner.name}'s ${type}, whose id stands in ${fieldName(reference)}: ${owner.name} saw it before and cannot find it any more.`,
      subject: `delete ${reference.field.place} ${reference.field.path.join('.')}`,
      evidence: {
        proof: `Two objects of ${owner.name} vanished, each only after ${other.name}'s request for it.`,
        field: fieldName(reference),
        objectType: type,
        ids: stakes.map(stake => stake.value),
        statuses,
      },
      curl: line,
      confidence: 'certain',
    },
  }
}

/**
 * Whether the other reads the stake by its id: what two see, both may be meant to delete. Not so where a list shows it
 * to its owner and leaves it out for the other: then reading it is a flaw of its own, and proves no common use.
 */
async function isOpenTo(scene: Scene, type: string, stake: KnownId, parties: Parties): Promise<boolean> {
  for (const exposure of scene.operations) {
    const { operation, effect } = exposure
    const place = scene.references(exposure).find(({ type: at, field }) => at === type && field.place === 'path')
    if (effect !== 'reads' || place === undefined || !operation.path.endsWith(`{${place.field.name}}`)) continue
    const attack = callFor(scene, place, parties.other, stake.value, exposure)
    const answer = await scene.send(attack, parties.other)
    if (scene.accepted(answer, attack)) return !(await areTold(scene, stake, parties))
  }
  return false
}

function callFor(
  scene: Scene,
  reference: Reference,
  actor: Actor,
  id: JsonValue,
  exposure: OperationExposure = scene.exposure,
): Call {
  const variant = { inputs: 'required', examples: true, choice: 0, fresh: false } as const
  const filled = scene.references(exposure).reduce(
    (call, { type, field }) => {
      const own = scene.ids(type, actor)[0]
      return own === undefined || !field.required ? call : withValue(call, field, cast(field, own.value))
    },
    scene.build(exposure, variant, actor),
  )
  return withValue(filled, reference.field, cast(reference.field, id))
}
