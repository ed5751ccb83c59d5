import { setTimeout as sleep } from 'node:timers/promises'
import { isObject, type JsonObject, type JsonValue } from '../../core/json.ts'
import { wordsOf } from '../../core/words.ts'
import type { Draft } from '../../risk/finding.ts'
import { type Call, inputAt, withValue } from '../call.ts'
import { withMark } from '../free-text.ts'
import type { Happy } from '../happy.ts'
import { arrivedIn, leavesOf, markersOf, textsIn } from '../oracle.ts'
import { speaksOfPeople } from '../person.ts'
import type { KnownId } from '../pool.ts'
import { redact } from '../redact.ts'
import { cast, type Reference } from '../reference.ts'
import type { Scene } from '../scene.ts'
import { isPrivate, type Parties } from './parties.ts'
import { fieldName, textsSent, type Verdict } from './read.ts'
import { type Change, changesBetween, ObjectWatch, onlyAdds, restlessIn, type Sight } from './state.ts'

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
  const { operation } = scene.exposure
  const known = scene.happy(operation, other)
  if (known === undefined)
    return { kind: 'unclear', because: `no request of ${other.name} works, so nothing can be compared with it` }
  const watch = new ObjectWatch(scene, owner, id.type, id.value)
  let before = await watch.look()
  if (before.seenBy.size === 0)
    return { kind: 'unclear', because: `${owner.name} has no way to read the ${id.type} back` }
  const looks = [before, await watch.look()]
  const rounds: { readonly attack: Call; readonly status: number; readonly changes: readonly Change[] }[] = []

  const style = await chooseStyle(scene, known, parties)
  if (style === undefined) return { kind: 'unclear', because: `${other.name}'s own request is not accepted any more` }
  for (let round = 0; round < repeats; round++) {
    if (round > 0) {
      const control = style(round * 2)
      if (!scene.accepted(await scene.send(control, other), control))
        return { kind: 'unclear', because: 'the control was refused the second time' }
    }
    before = await watch.look()
    looks.push(before)
    const attack = withValue(style(round * 2 + 1), reference.field, cast(reference.field, id.value))
    const answer = await scene.send(attack, other)
    const after = await watch.look()
    const changes = changesBetween(before, after, restlessIn(looks))
    if (changes.length === 0) return passedBack(scene, reference, parties, attack, answer.value, before, id, known)
    rounds.push({ attack, status: answer.status, changes })
    // The next comparison starts from what the attack has left behind.
    looks.splice(0, looks.length, after)
  }
  const changes = rounds[0]?.changes ?? []
  const attack = rounds[0]?.attack
  if (attack === undefined) return { kind: 'refuted' }
  if (onlyAdds(changes) && (isRecipient(reference) || speaksOfPeople(reference.type))) return { kind: 'refuted' }
  if (!(await isPrivate(scene, id, parties))) return { kind: 'refuted' }
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

/** Ways to send the same request with other contents each time, since the same contents twice change nothing. */
async function chooseStyle(
  scene: Scene,
  known: Happy,
  { other }: Parties,
): Promise<((turn: number) => Call) | undefined> {
  const { exposure } = scene
  const replaces = exposure.operation.method === 'PUT' || exposure.operation.method === 'PATCH'
  const marked = (where: 'sent' | 'all') => () => withMark(known.call, exposure, scene.marker(), where)
  const rebuilt = (turn: number) => {
    const call = scene.build(exposure, { inputs: 'all', examples: false, choice: turn, fresh: true }, other)
    return scene.references(exposure).reduce(
      (result, { field }) => {
        const value = inputAt(known.call, field)
        return value === undefined ? result : withValue(result, field, value)
      },
      { ...call, parameters: known.call.parameters },
    )
  }
  const plain = () => known.call
  const canMark = marked('sent')().body !== known.call.body
  const styles = [
    ...(canMark ? [marked('sent')] : []),
    ...(replaces ? [marked('all'), rebuilt, plain] : [plain, marked('all')]),
  ]
  for (const style of styles) {
    const control = style(0)
    if (scene.accepted(await scene.send(control, other), control)) return style
  }
  return undefined
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
  if (!(await isPrivate(scene, id, parties))) return { kind: 'refuted' }
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
