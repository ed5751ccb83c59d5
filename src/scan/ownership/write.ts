import { setTimeout as sleep } from 'node:timers/promises'
import { isObject, type JsonObject, type JsonValue } from '../../core/json.ts'
import { wordsOf } from '../../core/words.ts'
import type { Draft } from '../../risk/finding.ts'
import { type Call, inputAt, withValue } from '../call.ts'
import type { Happy } from '../happy.ts'
import { arrivedIn, leavesOf, markersOf, textsIn } from '../oracle.ts'
import { speaksOfPeople } from '../person.ts'
import type { KnownId } from '../pool.ts'
import { redact } from '../redact.ts'
import { cast, type Reference } from '../reference.ts'
import type { Scene } from '../scene.ts'
import { type Parties, privacyOf } from './parties.ts'
import { fieldName, sameParent, textsSent, type Verdict } from './read.ts'
import { type Change, changesBetween, ObjectWatch, onlyAdds, restlessIn, type Sight } from './state.ts'
import { effectOf, isReplacing, type Style, stylesFor } from './style.ts'

const repeats = 2
/** Milliseconds: longer than the whole proof took on any API that answers at once. */
const pause = 150

// To these, anybody may give something: that the object of another grows is what the operation is for.
const recipient =
  /\b(?:to|target|destination|dest|recipient|receiver|payee|beneficiary|creditor|credit|invitee|assignee|friend|followee|addressee)\b/

/**
 * Whether the other user changes the owner's object: the owner's own looks at it differ after the other's request,
 * and did not after the other's own, ordinary request; the whole of it twice.
 */
export async function proveWrite(scene: Scene, reference: Reference, id: KnownId, parties: Parties): Promise<Verdict> {
  const { owner, other } = parties
  const known = scene.happy(scene.exposure.operation, other)
  if (known === undefined)
    return { kind: 'unclear', because: `no request of ${other.name} works, so nothing can be compared with it` }
  const watch = new ObjectWatch(scene, owner, id.type, id.value)
  const first = await watch.look()
  if (first.seenBy.size === 0)
    return { kind: 'unclear', because: `${owner.name} has no way to read the ${id.type} back` }
  let unclear: Verdict = { kind: 'unclear', because: `${other.name}'s own request is not accepted any more` }
  for (const style of stylesFor(scene, known, other)) {
    const control = style.call(0)
    if (!scene.accepted(await scene.send(control, other), control)) continue
    const verdict = await proveWith(style, scene, reference, id, parties, known, watch)
    if (verdict.kind !== 'unclear') return verdict
    if (unclear.kind !== 'proven') unclear = verdict.instead ?? verdict
    if (scene.budget.spent !== undefined) break
  }
  return unclear
}

type StyleVerdict = Verdict & { readonly instead?: Verdict }

/** Another way of writing may show more; if none does, what the answer gave away stands. */
function again(because: string, back: Verdict): StyleVerdict {
  return { kind: 'unclear', because, ...(back.kind === 'proven' ? { instead: back } : {}) }
}

async function proveWith(
  style: Style,
  scene: Scene,
  reference: Reference,
  id: KnownId,
  parties: Parties,
  known: Happy,
  watch: ObjectWatch,
): Promise<StyleVerdict> {
  const { other } = parties
  const looks = [await watch.look(), await watch.look()]
  const rounds: { readonly attack: Call; readonly status: number; readonly changes: readonly Change[] }[] = []
  for (let round = 0; round < repeats; round++) {
    if (round > 0) {
      const control = style.call(round * 2, looks.at(-1))
      if (!scene.accepted(await scene.send(control, other), control))
        return { kind: 'unclear', because: 'the control was refused the second time' }
    }
    const before = await watch.look()
    looks.push(before)
    const attack = withValue(style.call(round * 2 + 1, before), reference.field, cast(reference.field, id.value))
    const answer = await scene.send(attack, other)
    const after = await watch.look()
    const changes = changesBetween(before, after, restlessIn(looks))
    if (changes.length === 0) {
      // A refusal is an answer; a yes that had nothing to change is none, and neither is a change that came once.
      const said = scene.accepted(answer, attack) ? effectOf(scene, attack, before) : 'refused'
      const empty = said === 'nothing-new' || (said === 'unseen' && isReplacing(scene))
      const back = await passedBack(scene, reference, parties, attack, answer.value, before, id, known)
      if (round > 0) return again(`a second request did not change the ${id.type} again`, back)
      return empty ? again(`nothing that was sent could change what ${parties.owner.name} sees of it`, back) : back
    }
    rounds.push({ attack, status: answer.status, changes })
    // The next comparison starts from what the attack has left behind.
    looks.splice(0, looks.length, after)
  }
  const changes = rounds[0]?.changes ?? []
  const attack = rounds[0]?.attack
  if (attack === undefined) return { kind: 'refuted' }
  if (onlyAdds(changes) && (isRecipient(reference) || speaksOfPeople(reference.type))) return { kind: 'refuted' }
  const privacy = await privacyOf(scene, id, parties, attack)
  if (privacy === 'shared') return { kind: 'refuted' }
  if (privacy === 'unknown') return sameParent(id.type)
  if (await changesByItself(watch, changes))
    return { kind: 'unclear', because: `the ${id.type} changes in the same way by itself` }
  return {
    kind: 'proven',
    draft: draftOf(
      scene,
      reference,
      parties,
      attack,
      changes,
      rounds.map(({ status }) => status),
    ),
  }
}

/** What moved while nobody attacked moves by itself, however still it was in the looks before. */
async function changesByItself(watch: ObjectWatch, changes: readonly Change[]): Promise<boolean> {
  const before = await watch.look()
  await sleep(pause)
  const moved = new Set(changesBetween(before, await watch.look(), new Set()).map(({ at }) => at))
  return changes.every(({ at }) => moved.has(at))
}

/** Nothing changed, but the answer may still hold what belongs to the owner. */
async function passedBack(
  scene: Scene,
  reference: Reference,
  parties: Parties,
  attack: Call,
  answer: unknown,
  sight: Sight,
  id: KnownId,
  known: Happy,
): Promise<Verdict> {
  const { owner, other } = parties
  const ownAnswer = (await scene.send(known.call, other)).value
  const controls = textsIn(known.answer.value, ownAnswer)
  const markers = sight.values.flatMap(value => markersOf([value], controls, [...textsSent(attack), String(id.value)]))
  const arrived = arrivedIn(answer, markers)
  if (arrived.length === 0) return { kind: 'refuted' }
  const again = await scene.send(attack, other)
  if (!scene.accepted(again, attack) || arrivedIn(again.value, arrived).length === 0) return { kind: 'refuted' }
  const privacy = await privacyOf(scene, id, parties, attack)
  if (privacy === 'shared') return { kind: 'refuted' }
  if (privacy === 'unknown') return sameParent(id.type)
  const { operation } = scene.exposure
  return {
    kind: 'proven',
    draft: {
      severity: 'high',
      message: `${operation.key} answers ${other.name} with ${owner.name}'s ${id.type}, because its id was put into ${fieldName(reference)}. Anybody with an account can read other people's data in this way.`,
      subject: `read ${reference.field.place} ${reference.field.path.join('.')}`,
      evidence: {
        proof: `Values that only ${owner.name}'s own reads show came back to ${other.name}, twice; the control did not hold them.`,
        field: fieldName(reference),
        objectType: id.type,
        id: id.value,
        answer: redact(answer),
      },
      curl: scene.curl(attack, other),
      confidence: 'certain',
    },
  }
}

function isRecipient({ role, field }: Reference): boolean {
  return recipient.test(`${(role ?? '').replaceAll('-', ' ')} ${field.path.flatMap(wordsOf).join(' ')}`)
}

function draftOf(
  scene: Scene,
  reference: Reference,
  { owner, other }: Parties,
  attack: Call,
  changes: readonly Change[],
  statuses: readonly number[],
): Draft {
  const { operation } = scene.exposure
  const { type } = reference
  const shown = changes.slice(0, 8)
  const first = shown.find(({ before, after }) => before !== undefined && after !== undefined) ?? shown[0]
  const example =
    first === undefined ? '' : ` (${nameAt(first)}: ${textAt(first, 'before')} → ${textAt(first, 'after')})`
  return {
    severity: 'critical',
    message: `${operation.key} lets ${other.name} act on ${owner.name}'s ${type}, whose id stands in ${fieldName(reference)}: ${owner.name} sees it changed afterwards${example}. Nobody checks whose object it is.`,
    subject: `write ${reference.field.place} ${reference.field.path.join('.')}`,
    evidence: {
      proof: `${owner.name}'s own reads before and after, with ${other.name}'s ordinary request in between as a control that changed nothing; shown ${repeats} times.`,
      field: fieldName(reference),
      objectType: type,
      id: String(inputAt(attack, reference.field) ?? ''),
      statuses,
      before: record(shown, 'before'),
      after: record(shown, 'after'),
    },
    curl: scene.curl(attack, other),
    confidence: 'certain',
  }
}

function record(changes: readonly Change[], side: 'before' | 'after'): JsonObject {
  return Object.fromEntries(changes.map(change => [change.at, shownValue(change, side)]))
}

function shownValue(change: Change, side: 'before' | 'after'): JsonValue {
  const value = change[side]
  if (value === undefined) return '(nothing)'
  const shown = redact({ [nameAt(change)]: value })
  return (isObject(shown) ? Object.values(shown)[0] : shown) ?? null
}

function nameAt({ at }: Change): string {
  return at.slice(at.lastIndexOf('/') + 1)
}

function textAt(change: Change, side: 'before' | 'after'): string {
  return String(shownValue(change, side))
}

/** The ids whose objects are most like the ones that the other's own request names: the same currency, state, kind. */
export function mostAlike(
  ids: readonly KnownId[],
  own: readonly KnownId[],
  named: JsonValue | undefined,
): readonly KnownId[] {
  const model = own.find(id => String(id.value) === String(named))?.object
  if (model === undefined) return ids
  const wanted = leavesOf(model)
  const likeness = ({ object }: KnownId) =>
    [...leavesOf(object)].filter(([pointer, value]) => wanted.get(pointer) === value).length
  return ids.toSorted((a, b) => likeness(b) - likeness(a))
}
