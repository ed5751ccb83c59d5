import type { Draft, Outcome } from '../../risk/finding.ts'
import type { Severity } from '../../risk/weakness.ts'
import type { Actor } from '../actor.ts'
import type { Answer } from '../answer.ts'
import type { Call } from '../call.ts'
import type { Happy } from '../happy.ts'
import { arrivedIn, leavesOf, listIn, markersOf, textsIn } from '../oracle.ts'
import { textsSent } from '../ownership/read.ts'
import { defineProbe } from '../probe.ts'
import { redact } from '../redact.ts'
import type { Scene } from '../scene.ts'
import { type Sensitive, sensitiveIn } from '../sensitive.ts'

/** Fewer different values are what somebody shows of themselves: one address of a help desk, one's own profile. */
const leastPeople = 2

/**
 * **An attacker** leaves the credential out, or sends nonsense in its place. An API that never looks answers all the
 * same.
 *
 * **This probe** repeats requests that work for a user without any credential and with one that is nonsense, twice
 * each. It is proven when a real answer of the same form came back, seen through error pages that say 200. Operations
 * that the contract leaves open are looked at for what they hand out: personal data of several people, or secrets.
 *
 * **When it is wrong.** An operation that is open on purpose while the contract asks for a credential is reported as
 * low when its answer is the same for everybody and holds nothing personal: say `security: []` there. A name and a
 * picture on a public page are a note, never more.
 *
 * **To waive it**, accept the finding by its fingerprint, with a reason and a date.
 */
export const missingAuthentication = defineProbe({
  kind: 'probe',
  id: 'missing-authentication',
  summary: 'What asks for a credential must refuse to answer without one, and what is open must not hand out people.',
  covers: ['missing-authentication'],
  severity: 'critical',
  effect: 'reads',
  remedy:
    'Check the credential before anything else, on every operation but those that are meant for everybody, and declare those with `security: []`.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/'],

  operation(exposure) {
    if (exposure.effect === 'deletes') return undefined
    return exposure.access.policy === 'required' ? testClosed : testOpen
  },
})

async function* testClosed(scene: Scene): AsyncGenerator<Outcome> {
  const { exposure, users, anonymous } = scene
  const { operation } = exposure
  // Whoever signs in has no credential yet: where a password goes in, it is the credential.
  if (exposure.fields.in.some(({ sensitive }) => sensitive?.class === 'credential'))
    return scene.count(operation, 'not-reached')
  const user = users.find(candidate => scene.happy(operation, candidate) !== undefined)
  const known = scene.happy(operation, user ?? anonymous)
  if (known === undefined) return scene.count(operation, 'not-reached')
  for (const stranger of strangersTo(user ?? anonymous, scene)) {
    const first = await scene.send(known.call, stranger)
    if (!isRealAnswer(scene, first, known)) continue
    const second = await scene.send(known.call, stranger)
    // A second write may be refused for what the first one did; that it was not refused for its caller is what counts.
    const repeated =
      isRealAnswer(scene, second, known) || (exposure.effect === 'writes' && ![401, 403].includes(second.status))
    if (!repeated || second.status === 0) continue
    yield closedDraft(scene, stranger, known, first, user)
    return
  }
  scene.count(operation, 'passed')
}

function strangersTo(user: Actor, { anonymous }: Scene): readonly Actor[] {
  const { credential } = user
  const nonsense = 'rugged-no-credential'
  if (credential.kind === 'none') return [anonymous]
  if (credential.kind === 'bearer')
    return [anonymous, { name: 'nonsense', credential: { kind: 'bearer', token: nonsense } }]
  if (credential.kind === 'basic') {
    return [anonymous, { name: 'nonsense', credential: { kind: 'basic', user: nonsense, password: nonsense } }]
  }
  return [anonymous, { name: 'nonsense', credential: { ...credential, value: nonsense } }]
}

/** Of the same form as what the user got, and not empty where the user's was not. */
function isRealAnswer(scene: Scene, answer: Answer, known: Happy): boolean {
  if (!scene.accepted(answer, known.call)) return false
  if (known.answer.value === undefined) return answer.text.length > 0 || known.answer.text === ''
  const listed = listIn(known.answer.value)
  if (listed !== undefined && listed.length > 0 && (listIn(answer.value)?.length ?? 0) === 0) return false
  const [wanted, got] = [formOf(known.answer.value), formOf(answer.value)]
  const shared = [...wanted].filter(pointer => got.has(pointer)).length
  return wanted.size === 0 ? got.size === 0 : shared >= wanted.size * 0.6
}

function formOf(value: unknown): ReadonlySet<string> {
  return new Set([...leavesOf(value).keys()].map(pointer => pointer.replace(/\/\d+(?=\/|$)/g, '/[]')))
}

function closedDraft(scene: Scene, stranger: Actor, known: Happy, answer: Answer, user: Actor | undefined): Draft {
  const { exposure } = scene
  const { operation } = exposure
  const personal = sensitiveIn(answer.value, exposure).filter(({ harm }) => harm !== 'weak')
  const markers = markersOf([known.answer.value], new Set(), textsSent(known.call))
  const others = scene.users.filter(other => other !== user).flatMap(other => scene.happy(operation, other) ?? [])
  const sameForAll =
    others.length > 0 &&
    arrivedIn(answer.value, markers).length === markers.length &&
    others.every(other => textsEqual(other.answer.value, known.answer.value))
  const writes = exposure.effect === 'writes'
  const severity: Severity =
    !writes && personal.length === 0 && sameForAll ? 'low' : writes || personal.length > 0 ? 'critical' : 'high'
  const how = stranger === scene.anonymous ? 'without any credential' : 'with a credential that is nonsense'
  return {
    severity,
    message: `${operation.key} asks for a credential in its contract, and ${writes ? 'does its work' : 'answers'} ${how}. ${severity === 'low' ? 'The answer is the same for everybody and holds nothing personal; if it is meant to be open, say so in the contract.' : 'Whoever finds the address has what is behind it.'}`,
    subject: stranger === scene.anonymous ? 'anonymous' : 'nonsense',
    evidence: {
      proof: 'The same form of answer as for a user, twice.',
      status: answer.status,
      personal: pathsOf(personal),
      answer: redact(answer.value),
    },
    curl: scene.curl(known.call, stranger),
    confidence: 'certain',
  }
}

function textsEqual(a: unknown, b: unknown): boolean {
  const [left, right] = [textsIn(a), textsIn(b)]
  return left.size === right.size && [...left].every(text => right.has(text))
}

async function* testOpen(scene: Scene): AsyncGenerator<Outcome> {
  const { exposure, anonymous } = scene
  const { operation, access } = exposure
  const known = scene.happy(operation, anonymous)
  if (known === undefined) return scene.count(operation, 'not-reached')
  const isList = listIn(known.answer.value) !== undefined
  // What somebody has just typed in, or the token they came for, is theirs.
  if (exposure.effect !== 'reads' && !isList) return scene.count(operation, 'passed')
  const again = await scene.send(known.call, anonymous)
  if (!scene.accepted(again, known.call)) return scene.count(operation, 'passed')
  const answers = [known.answer.value, again.value, ...(await otherObjects(scene, known))]
  const found = mergedSensitive(answers, scene, known.call)
  const secrets = exposure.effect === 'reads' ? found.filter(({ harm }) => harm === 'secret') : []
  const people = found.filter(
    ({ harm, personal, values }) => harm === 'strong' && personal && values.size >= leastPeople,
  )
  const weak = found.filter(({ harm, personal, values }) => harm === 'weak' && personal && values.size >= leastPeople)
  const worst = secrets.length > 0 ? secrets : people.length > 0 ? people : weak
  if (worst.length === 0) return scene.count(operation, 'passed')
  const severity: Severity = secrets.length > 0 ? 'critical' : people.length > 0 ? 'high' : 'low'
  const said = access.policy === 'silent' ? 'says nothing about who may call it' : 'lets anybody call it'
  yield {
    severity,
    message: `${operation.key} hands ${secrets.length > 0 ? 'secrets' : 'data of people'} to anybody (${pathsOf(worst).join(', ')}); the contract ${said}.${severity === 'low' ? ' A name and a picture may be meant for everybody; make sure that they are.' : ''}`,
    subject: 'open',
    evidence: {
      proof: 'Answered to anonymous, twice.',
      properties: worst
        .slice(0, 20)
        .map(({ path, class: kind, values }) => ({ path, class: kind, values: values.size })),
      answer: redact(known.answer.value),
    },
    curl: scene.curl(known.call, anonymous),
    confidence: 'firm',
  }
}

/** The same operation for other ids that were learnt: one person shown says little, everybody shown says it all. */
async function otherObjects(scene: Scene, known: Happy): Promise<readonly unknown[]> {
  const values: unknown[] = []
  const reference = scene.references(scene.exposure).findLast(({ field }) => field.place === 'path')
  if (reference === undefined) return values
  const ids = [scene.anonymous, ...scene.users].flatMap(actor => scene.candidates(reference, actor))
  for (const id of [...new Set(ids)].slice(0, 4)) {
    const parameters = new Map(known.call.parameters).set(`path.${reference.field.name}`, id)
    const answer = await scene.send({ ...known.call, parameters }, scene.anonymous)
    if (scene.accepted(answer, known.call)) values.push(answer.value)
  }
  return values
}

/** Declared properties alone: what nobody declared is what another probe reports. */
function mergedSensitive(answers: readonly unknown[], scene: Scene, call: Call): readonly Sensitive[] {
  const sent = textsSent(call)
  const merged = new Map<string, Sensitive>()
  for (const answer of answers) {
    for (const entry of sensitiveIn(answer, scene.exposure)) {
      if (!entry.declared) continue
      const values = new Set([
        ...(merged.get(entry.path)?.values ?? []),
        ...[...entry.values].filter(value => !sent.includes(value)),
      ])
      if (values.size > 0) merged.set(entry.path, { ...entry, values })
    }
  }
  return [...merged.values()]
}

function pathsOf(found: readonly Sensitive[]): readonly string[] {
  return found.slice(0, 8).map(({ path }) => path)
}
