import { isObject, type JsonValue } from '../../core/json.ts'
import { wordsOf } from '../../core/words.ts'
import { type Actor, claimsOf, rolesOf, secretOf } from '../actor.ts'
import { type Call, inputAt, withValue } from '../call.ts'
import { leavesOf, listIn, objectsMentioning } from '../oracle.ts'
import { speaksOfPeople } from '../person.ts'
import type { KnownId } from '../pool.ts'
import { cast, fits, type Reference } from '../reference.ts'
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
export function partiesIn(
  users: readonly Actor[],
  isSame: (one: Actor, two: Actor) => boolean = () => false,
): Parties | undefined {
  const ordinary = users.filter(user => !isPrivileged(user))
  const standing = (user: Actor) => (rolesOf(user) ?? []).toSorted().join()
  for (const owner of ordinary) {
    const other = ordinary.find(user => user !== owner && standing(user) === standing(owner) && !isSame(owner, user))
    if (other !== undefined) return { owner, other }
  }
  return undefined
}

/** The same, where one person behind two tokens is not taken for two. */
export function partiesOf(scene: ApiScene): Parties | undefined {
  return partiesIn(scene.users, (one, two) => isSamePerson(scene, one, two))
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
  const others = scene.said(reference, other)
  // `/whoami` says `org: acme`: nothing hands out an organisation, yet its id is known, and the other has another one.
  const said =
    known.length > 0 || others.length === 0
      ? []
      : scene.said(reference, owner).flatMap((value): readonly KnownId[] => {
          const isId = typeof value === 'string' || typeof value === 'number'
          return isId && !others.includes(value) ? [{ type, value, source: 'read' }] : []
        })
  const all = [...(planted === undefined ? [] : [planted]), ...known, ...self, ...said.slice(0, 3)]
  const distinct = [...new Map(all.map(id => [String(id.value), id])).values()]
  return distinct.filter(id => !strangers.includes(String(id.value)) && fits(reference.field, id.value))
}

/** `shared`: the other is meant to have it; `unknown`: both work under the same parent, and no list tells. */
export type Privacy = 'private' | 'shared' | 'unknown'

/**
 * Whether an object is the owner's alone: no list that the other or anonymous gets holds it, now, and the owner's own
 * lists hold it every time. A list of random content shows everything to everybody sooner or later. Below a parent
 * that both have (`/orgs/{org}/projects/{project}`, two users of one organisation) silence is not enough: some list
 * must show the object to the owner and not to the other.
 */
export async function privacyOf(
  scene: ApiScene,
  id: KnownId,
  { owner, other }: Parties,
  attack?: Call,
): Promise<Privacy> {
  for (const actor of [other, scene.anonymous, other])
    if ((await findIn(listCalls(scene, actor), scene, id.value, actor)).shows) return 'shared'
  const nested = attack === undefined ? [] : listsBelow(scene, attack, id, { owner, other })
  for (const actor of [other, scene.anonymous])
    if ((await findIn(nested, scene, id.value, actor)).shows) return 'shared'
  const common = attack !== undefined && hasCommonParents(scene, attack, id, { owner, other })
  if (common) return (await areTold(scene, id, { owner, other }, nested)) ? 'private' : 'unknown'
  if (id.source !== 'listed') return 'private'
  const own = listCalls(scene, owner)
  for (let turn = 0; turn < 2; turn++) if (!(await findIn(own, scene, id.value, owner)).shows) return 'shared'
  return 'private'
}

/** True when a list shows the object to its owner, and the same list answers the other without it. */
export async function areTold(
  scene: ApiScene,
  id: KnownId,
  { owner, other }: Parties,
  nested?: readonly Call[],
): Promise<boolean> {
  // Below a common parent, two lists compare only where they are lists of the same.
  const own = listCalls(scene, owner).filter(call => nested === undefined || !call.operation.path.includes('{'))
  for (const call of [...(nested ?? []), ...own]) {
    if (!(await findIn([call], scene, id.value, owner)).shows) continue
    const theirs = nested?.includes(call) === true ? call : scene.happy(call.operation, other)?.call
    if (theirs === undefined) continue
    const { answered, shows } = await findIn([theirs], scene, id.value, other)
    if (answered > 0 && !shows) return true
  }
  return false
}

const mostLists = 6

/** The lists that an actor is known to get, those below a parent of their own as well. */
function listCalls(scene: ApiScene, actor: Actor): readonly Call[] {
  const calls = scene.operations.flatMap(({ effect, operation }) => {
    const known = effect === 'reads' ? scene.happy(operation, actor) : undefined
    return known === undefined || listIn(known.answer.value) === undefined ? [] : [known.call]
  })
  return calls.toSorted((a, b) => parametersIn(a) - parametersIn(b)).slice(0, mostLists)
}

function parametersIn({ operation }: Call): number {
  return operation.path.split('{').length
}

/** Lists whose path asks for nothing but parents that both have, filled as the attack fills them. */
function listsBelow(scene: ApiScene, attack: Call, id: KnownId, parties: Parties): readonly Call[] {
  const parents = parentsIn(scene, attack, id).filter(parent => isCommon(scene, parent, parties))
  if (parents.length === 0) return []
  return scene.operations
    .flatMap((exposure): Call[] => {
      if (exposure.effect !== 'reads') return []
      const known = scene.happy(exposure.operation, parties.owner) ?? scene.happy(exposure.operation, parties.other)
      if (known === undefined || listIn(known.answer.value) === undefined) return []
      const places = scene.references(exposure).filter(({ field }) => field.place === 'path')
      const fillings = places.map(place => parents.find(parent => parent.type === place.type))
      if (places.length === 0 || fillings.includes(undefined)) return []
      return [
        places.reduce((call, { field }, index) => {
          const value = fillings[index]?.value
          return value === undefined ? call : withValue(call, field, cast(field, value))
        }, known.call),
      ]
    })
    .slice(0, mostLists)
}

interface Parent {
  readonly type: string
  readonly field: Reference['field']
  readonly value: JsonValue
}

/** The other ids in the path of the attacked call. */
function parentsIn(scene: ApiScene, attack: Call, id: KnownId): readonly Parent[] {
  return scene.references(scene.api.of(attack.operation)).flatMap(({ type, field }) => {
    const value = field.place === 'path' ? inputAt(attack, field) : undefined
    return value === undefined || String(value) === String(id.value) ? [] : [{ type, field, value }]
  })
}

function hasCommonParents(scene: ApiScene, attack: Call, id: KnownId, parties: Parties): boolean {
  const parents = parentsIn(scene, attack, id)
  return parents.length > 0 && parents.every(parent => isCommon(scene, parent, parties))
}

/** A parent that both were given, or that stands in requests of both that work. A person is nobody else's parent. */
function isCommon(scene: ApiScene, { type, value }: Parent, { owner, other }: Parties): boolean {
  if (speaksOfPeople(type) && !/(?:^|-)tenant$/.test(type)) return false
  return [owner, other].every(
    actor =>
      scene.ids(type, actor).some(id => id.source !== 'seen' && String(id.value) === String(value)) ||
      scene.operations.some(exposure => {
        const known = scene.happy(exposure.operation, actor)
        return (
          known !== undefined &&
          scene
            .references(exposure)
            .some(({ type: at, field }) => at === type && String(inputAt(known.call, field)) === String(value))
        )
      }),
  )
}

async function findIn(
  calls: readonly Call[],
  scene: ApiScene,
  id: JsonValue,
  actor: Actor,
): Promise<{ readonly answered: number; readonly shows: boolean }> {
  let answered = 0
  for (const call of calls) {
    const answer = await scene.send(call, actor)
    if (scene.accepted(answer, call)) answered += 1
    if (objectsMentioning(answer.value, id).length > 0) return { answered, shows: true }
  }
  return { answered, shows: false }
}

const selfNames =
  /^(?:me|self|whoami|who am i|my self|myself|user ?info|profile|my profile|current user|account|session)$/
const personal = /(?:^|\b)(?:id|sub|uuid|guid|e ?mail|user ?name|login|handle)$/

/**
 * Whether two actors are one person: the same credential, the same subject in both tokens, or the same answer about
 * themselves where it names somebody. What belongs to one then belongs to the other, and comparing shows nothing.
 */
export function isSamePerson(scene: ApiScene, one: Actor, two: Actor): boolean {
  if (secretOf(one)?.value === secretOf(two)?.value) return true
  const [left, right] = [claimsOf(one), claimsOf(two)]
  if (left['sub'] !== undefined && left['sub'] === right['sub'] && left['iss'] === right['iss']) return true
  return scene.operations.some(exposure => {
    const { operation, effect } = exposure
    const last = wordsOf(operation.path.split('/').at(-1) ?? '').join(' ')
    if (effect !== 'reads' || operation.path.includes('{') || !selfNames.test(last)) return false
    const [mine, yours] = [scene.happy(operation, one), scene.happy(operation, two)]
    if (mine === undefined || yours === undefined || mine.answer.text !== yours.answer.text) return false
    const { value } = mine.answer
    return isObject(value) && [...leavesOf(value).keys()].some(isAboutPerson)
  })
}

function isAboutPerson(pointer: string): boolean {
  return personal.test(wordsOf(pointer.slice(pointer.lastIndexOf('/') + 1)).join(' '))
}
