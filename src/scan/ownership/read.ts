import type { JsonValue } from '../../core/json.ts'
import type { Draft } from '../../risk/finding.ts'
import type { Answer } from '../answer.ts'
import { type Call, inputAt, withValue } from '../call.ts'
import { arrivedIn, differences, isVarying, leavesOf, type Marker, markersOf, textsIn, varyingIn } from '../oracle.ts'
import type { KnownId } from '../pool.ts'
import { redact } from '../redact.ts'
import { cast, type Reference } from '../reference.ts'
import type { Scene } from '../scene.ts'
import { harmOf } from '../value-class.ts'
import { type Parties, privacyOf } from './parties.ts'

export type Verdict =
  | { readonly kind: 'proven'; readonly draft: Draft }
  | { readonly kind: 'refuted' }
  | { readonly kind: 'unclear'; readonly because: string }

const refuted: Verdict = { kind: 'refuted' }

/** Two users of one organisation may well share what is in it. */
export function sameParent(type: string): Verdict {
  return { kind: 'unclear', because: `both users work under the same parent, and no list tells whose the ${type} is` }
}

/**
 * Whether the other user gets to read the owner's object: something that only the owner's reads show reaches the
 * other, and stands in no control (the other's own object, one that does not exist, anonymous, the request itself).
 */
export async function proveRead(scene: Scene, reference: Reference, id: KnownId, parties: Parties): Promise<Verdict> {
  const { owner, other } = parties
  const { operation } = scene.exposure
  const { field } = reference
  const value = cast(field, id.value)
  const own = scene.happy(operation, other)
  const base = scene.happy(operation, owner)?.call ?? own?.call
  if (base === undefined) return { kind: 'unclear', because: 'no request of this operation works for anybody' }
  const ownersCall = withValue(base, field, value)

  const reads: unknown[] = []
  for (let turn = 0; turn < 3; turn++) {
    const answer = await scene.send(ownersCall, owner)
    if (!scene.accepted(answer, ownersCall)) return refuted
    reads.push(contentOf(answer))
  }
  const open = await scene.send(ownersCall, scene.anonymous)
  const missing = await scene.send(withValue(ownersCall, field, missingId(value)), other)
  const ownRead = own === undefined ? undefined : contentOf(await scene.send(own.call, other))
  if (reads.includes(undefined))
    return {
      kind: 'unclear',
      because: 'its answers are empty or neither JSON nor text, so nothing in them can be recognised',
    }
  const controls = textsIn(contentOf(open), contentOf(missing), ownRead)

  // Exactly one reference is exchanged; and, where ids are nested, the owner's whole request sent by the other.
  const attacks = own === undefined ? [ownersCall] : [withValue(own.call, field, value), ownersCall]
  for (const attack of attacks) {
    const markers = markersOf(reads, controls, textsSent(attack))
    const first = await scene.send(attack, other)
    if (!scene.accepted(first, attack)) continue
    const second = await scene.send(attack, other)
    const [shown, again] = [contentOf(first), contentOf(second)]
    const arrived = arrivedIn(shown, arrivedIn(again, markers).length > 0 ? markers : [])
    const same = arrived.length === 0 && isTheSame(reads, [shown, again], ownRead, scene.accepted(missing, attack))
    if (arrived.length === 0 && !same) continue
    if (
      scene.accepted(open, attack) &&
      arrivedIn(contentOf(open), markersOf(reads, new Set(), textsSent(attack))).length > 0
    )
      return refuted
    if (leavesOf(shown).size < leavesOf(reads[0]).size * 0.7) {
      return {
        kind: 'unclear',
        because: `${other.name} sees less of the object than ${owner.name}: it may be a public view`,
      }
    }
    const privacy = await privacyOf(scene, id, parties, attack)
    if (privacy === 'shared') return refuted
    if (privacy === 'unknown') return sameParent(reference.type)
    return {
      kind: 'proven',
      draft: draftOf(scene, reference, parties, attack, first.value ?? '(a text)', arrived, second.status),
    }
  }
  return refuted
}

const mostLines = 500
/** Bytes that are no text become this when they are read as UTF-8 (WHATWG Encoding section 6.1). */
const replacement = '\uFFFD'

/** What was answered: JSON, or the lines and words of a text, so that a mark in it is found as in any other. */
function contentOf({ value, text, mediaType }: Answer): unknown {
  if (value !== undefined || text === '') return value
  const binary = /^(?:image|audio|video|font)\/|octet-stream|pdf|zip/.test(mediaType) || text.includes(replacement)
  if (binary) return undefined
  const lines = text.split(/\r?\n/).slice(0, mostLines)
  return {
    lines,
    words: lines.map(line =>
      line
        .split(/[\s,;:<>"'=()]+/)
        .filter(word => word !== '')
        .slice(0, 50),
    ),
  }
}

/**
 * For objects without anything distinctive: the other's answers equal the owner's in all that stays, differ from the
 * other's own object, and an id that does not exist is refused.
 */
function isTheSame(
  reads: readonly unknown[],
  attacks: readonly unknown[],
  own: unknown,
  missingAccepted: boolean,
): boolean {
  if (own === undefined || missingAccepted) return false
  const varying = varyingIn([...reads, ...attacks])
  const stable = [...leavesOf(reads[0]).keys()].filter(pointer => !isVarying(pointer, varying))
  const different = [...differences(reads[0], own)].filter(pointer => stable.includes(pointer))
  return stable.length >= 3 && different.length >= 2
}

/** The texts of a request that an answer may echo. */
export function textsSent(call: Call): readonly string[] {
  return [...textsIn(call.body), ...[...call.parameters.values()].flatMap(value => [...textsIn(value)])]
}

/** An id of the same form that no object has. */
export function missingId(value: JsonValue): JsonValue {
  if (typeof value === 'number') return 2_147_483_000 - (value % 1_000)
  const text = String(value)
  if (/^\d+$/.test(text)) return text.length > 9 ? text.replace(/./g, '9') : '2147480000'
  let turned = 0
  return text.replace(/[0-9a-f](?=[^-]*$)|[a-z]$/gi, letter => {
    turned += 1
    const next = /\d/.test(letter) ? String((Number(letter) + turned) % 10) : letter
    return /[a-f]/i.test(letter) ? String((letter.charCodeAt(0) + turned) % 10) : next
  })
}

function draftOf(
  scene: Scene,
  reference: Reference,
  { owner, other }: Parties,
  attack: Call,
  answer: unknown,
  markers: readonly Marker[],
  status: number,
): Draft {
  const { operation, fields } = scene.exposure
  const name = fieldName(reference)
  const harmful = fields.out.some(({ sensitive }) => sensitive !== undefined && harmOf(sensitive.class) !== 'weak')
  const seen = markers.slice(0, 5).map(({ pointer, value }) => ({ at: pointer, value: redactAt(pointer, value) }))
  return {
    severity: harmful ? 'critical' : 'high',
    message: `${operation.key} gives ${owner.name}'s ${reference.type} to ${other.name}, who only put its id into ${name}. Anybody with an account can read other people's data in this way.`,
    subject: `read ${reference.field.place} ${reference.field.path.join('.')}`,
    evidence: {
      proof: `Values that only ${owner.name}'s own reads show came back to ${other.name}, twice; they were in none of the controls.`,
      field: name,
      objectType: reference.type,
      id: String(inputAt(attack, reference.field) ?? ''),
      status,
      markers: seen,
      answer: redact(answer),
    },
    curl: scene.curl(attack, other),
    confidence: 'certain',
  }
}

function redactAt(pointer: string, value: string | number): JsonValue {
  const name = pointer.slice(pointer.lastIndexOf('/') + 1)
  const shown = redact({ [name]: value })
  return (
    (typeof shown === 'object' && shown !== null && !Array.isArray(shown) ? Object.values(shown)[0] : shown) ?? null
  )
}

/** A field as a person finds it in the contract: `body source.accountId`. */
export function fieldName({ field }: Reference): string {
  return `${field.place} ${field.path.join('.').replaceAll('.[]', '[]')}`
}
