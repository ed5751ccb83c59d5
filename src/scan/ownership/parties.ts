import type { JsonValue } from '../../core/json.ts'
import { wordsOf } from '../../core/words.ts'
import { type Actor, claimsOf, rolesOf } from '../actor.ts'
import { listIn, objectsMentioning } from '../oracle.ts'
import { speaksOfPeople } from '../person.ts'
import type { KnownId } from '../pool.ts'
import { fits, type Reference } from '../reference.ts'
import type { ApiScene } from '../scene.ts'

/** Whose object it is, and who has no business with it. */
export interface Parties {
  readonly owner: Actor
  readonly other: Actor
}

/**
 * Two users of the same standing. An administrator may do what another user may not, so nobody with a role of their
 * own stands in for an ordinary user.
 */
export function partiesIn(users: readonly Actor[]): Parties | undefined {
  const ordinary = users.filter(user => !isPrivileged(user))
  const standing = (user: Actor) => (rolesOf(user) ?? []).toSorted().join()
  for (const owner of ordinary) {
    const other = ordinary.find(user => user !== owner && standing(user) === standing(owner))
    if (other !== undefined) return { owner, other }
  }
  return undefined
}

/** Somebody who by name or role is above the other users. */
export function isPrivileged(user: Actor): boolean {
  const words = [user.name, ...(rolesOf(user) ?? [])].flatMap(wordsOf)
  return words.some(word =>
    /^(?:admin|administrator|root|superuser|staff|support|operator|service|moderator)$/.test(word),
  )
}

/**
 * Objects that the owner has and the other was never given, the best known first: made by this scan, read, listed. An
 * object that is planted now has a mark in it where it can have one.
 */
export async function privateIds(scene: ApiScene, reference: Reference, parties: Parties): Promise<readonly KnownId[]> {
  const { owner, other } = parties
  const { type } = reference
  const planted = await scene.plant(type, owner)
  const strangers = [other, scene.anonymous].flatMap(actor => scene.ids(type, actor).map(id => String(id.value)))
  const known = scene.ids(type, owner).filter(id => id.source !== 'seen')
  const subject = claimsOf(owner)['sub']
  const self: readonly KnownId[] =
    speaksOfPeople(type) && (typeof subject === 'string' || typeof subject === 'number')
      ? [{ type, value: subject, source: 'read' }]
      : []
  const all = [...(planted === undefined ? [] : [planted]), ...known, ...self]
  const distinct = [...new Map(all.map(id => [String(id.value), id])).values()]
  return distinct.filter(id => !strangers.includes(String(id.value)) && fits(reference.field, id.value))
}

/**
 * Whether an object is the owner's alone: no list that the other or anonymous gets holds it, now, and the owner's own
 * lists hold it every time. A list of random content shows everything to everybody sooner or later.
 */
export async function isPrivate(scene: ApiScene, id: KnownId, { owner, other }: Parties): Promise<boolean> {
  for (const actor of [other, scene.anonymous, other]) if (await isListed(scene, id.value, actor)) return false
  if (id.source !== 'listed') return true
  return (await isListed(scene, id.value, owner)) && (await isListed(scene, id.value, owner))
}

const mostLists = 6

async function isListed(scene: ApiScene, id: JsonValue, actor: Actor): Promise<boolean> {
  const lists = scene.operations.filter(
    ({ effect, uses }) => effect === 'reads' && uses.every(use => use.field.place !== 'path'),
  )
  let read = 0
  for (const { operation } of lists) {
    const known = scene.happy(operation, actor)
    if (known === undefined || listIn(known.answer.value) === undefined || read >= mostLists) continue
    read += 1
    const answer = await scene.send(known.call, actor)
    if (objectsMentioning(answer.value, id).length > 0) return true
  }
  return false
}
