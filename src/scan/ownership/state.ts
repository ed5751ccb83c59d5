import type { JsonValue } from '../../core/json.ts'
import type { Actor } from '../actor.ts'
import { type Call, inputAt, withValue } from '../call.ts'
import { byOwnId, leavesOf, objectsMentioning, type Scalar } from '../oracle.ts'
import type { ApiScene } from '../scene.ts'

/** One look at an object through its owner's eyes: every value by where it was read, and what could not be read. */
export interface Sight {
  readonly leaves: ReadonlyMap<string, Scalar>
  /** Ways by which the object was there. */
  readonly seenBy: ReadonlySet<string>
  /** As answered, for markers. */
  readonly values: readonly unknown[]
}

interface Way {
  readonly key: string
  readonly call: Call
  /** `whole`: the answer is about the object; `mentions`: the objects in it that name this one. */
  readonly takes: 'whole' | 'mentions'
}

const mostWays = 8

/** Looks at an object only as its owner does: by reading it, what lies below it, and the lists it stands in. */
export class ObjectWatch {
  readonly #scene: ApiScene
  readonly #owner: Actor
  readonly #id: JsonValue
  readonly #ways: readonly Way[]

  constructor(scene: ApiScene, owner: Actor, type: string, id: JsonValue) {
    this.#scene = scene
    this.#owner = owner
    this.#id = id
    this.#ways = waysTo(scene, owner, type, id)
  }

  async look(): Promise<Sight> {
    const leaves = new Map<string, Scalar>()
    const seenBy = new Set<string>()
    const values: unknown[] = []
    for (const { key, call, takes } of this.#ways) {
      const answer = await this.#scene.send(call, this.#owner)
      if (!this.#scene.accepted(answer, call) || answer.value === undefined) continue
      const mentions = objectsMentioning(answer.value, this.#id)
      const value = takes === 'whole' ? answer.value : mentions
      if (takes === 'whole' || mentions.length > 0) seenBy.add(key)
      values.push(value)
      for (const [pointer, leaf] of leavesOf(byOwnId(value))) leaves.set(`${key}${pointer}`, leaf)
    }
    return { leaves, seenBy, values }
  }
}

function waysTo(scene: ApiScene, owner: Actor, type: string, id: JsonValue): readonly Way[] {
  const items: Way[] = []
  const lists: Way[] = []
  for (const exposure of scene.operations) {
    const { operation } = exposure
    if (operation.method !== 'GET') continue
    const references = scene.references(exposure)
    const naming = references.find(reference => reference.type === type && reference.field.place === 'path')
    const known = scene.happy(operation, owner)
    if (naming !== undefined) {
      const call =
        known?.call ?? scene.build(exposure, { inputs: 'required', examples: true, choice: 0, fresh: false }, owner)
      items.push({ key: operation.key, call: withValue(call, naming.field, String(id)), takes: 'whole' })
    } else if (known !== undefined) {
      const filter = references.find(
        reference => reference.type === type && inputAt(known.call, reference.field) !== undefined,
      )
      const call = filter === undefined ? known.call : withValue(known.call, filter.field, id)
      lists.push({ key: operation.key, call, takes: 'mentions' })
    }
  }
  return [...items, ...lists].slice(0, mostWays)
}

export interface Change {
  /** Operation and pointer under which the owner sees it. */
  readonly at: string
  readonly before: Scalar | undefined
  readonly after: Scalar | undefined
}

/** What differs between two looks, without what was seen to change by itself. */
export function changesBetween(before: Sight, after: Sight, restless: ReadonlySet<string>): readonly Change[] {
  const keys = new Set([...before.leaves.keys(), ...after.leaves.keys()])
  return [...keys].flatMap((at): Change[] => {
    const change = { at, before: before.leaves.get(at), after: after.leaves.get(at) }
    const parent = at.slice(0, at.lastIndexOf('/'))
    return change.before === change.after || restless.has(at) || restless.has(parent) ? [] : [change]
  })
}

/** Where several looks without an attack in between differ: time, counters, other people's business. */
export function restlessIn(sights: readonly Sight[]): ReadonlySet<string> {
  const restless = new Set<string>()
  sights.slice(1).forEach((sight, index) => {
    const before = sights[index]
    if (before === undefined) return
    for (const { at, before: left, after: right } of changesBetween(before, sight, new Set())) {
      restless.add(at)
      // Where members come and go by themselves, a new neighbour says nothing.
      if (left === undefined || right === undefined) restless.add(at.slice(0, at.lastIndexOf('/')))
    }
  })
  return restless
}

/** True when things were only added, or grew: what a payee, a recipient or a popular post sees all day. */
export function onlyAdds(changes: readonly Change[]): boolean {
  return changes.every(({ before, after }) => {
    if (before === undefined) return true
    const [from, to] = [Number(before), Number(after)]
    if (after !== undefined && before !== null && Number.isFinite(from) && Number.isFinite(to)) return to > from
    return after !== undefined && isTime(before) && isTime(after)
  })
}

function isTime(value: Scalar): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)
}
