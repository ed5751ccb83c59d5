import { guessSensitivity } from '../../exposure/sensitivity.ts'
import type { WeaknessId } from '../../risk/catalogue.ts'
import type { Draft, Outcome } from '../../risk/finding.ts'
import type { Severity } from '../../risk/weakness.ts'
import type { Actor } from '../actor.ts'
import type { Happy } from '../happy.ts'
import { defineProbe } from '../probe.ts'
import { redact } from '../redact.ts'
import type { Scene } from '../scene.ts'
import { dotted, visitLeaves } from '../sensitive.ts'
import { shapeOf, type Undeclared, undeclaredIn } from '../undeclared.ts'
import { classOfValue, harmOf } from '../value-class.ts'

/** What was found at one operation, by how much harm it does. */
type Group = 'secret' | 'personal' | 'harmless'

/**
 * **An attacker** reads the raw answers instead of the page that is made of them. Where whole records are sent and the
 * page picks what it shows, everything else is there as well: e-mail addresses, positions, hashes of passwords.
 *
 * **This probe** compares what really comes back with what the contract declares for that status and media type, twice.
 * What nobody declared is weighed by its name and by the form of its value (an address, a telephone number, a JWT, the
 * hash of a password, a card number whose check digit is right): secrets worst, personal data more for anonymous than
 * for a signed-in user, the rest as a note.
 *
 * **When it is wrong.** A property that was forgotten in the contract is reported like one that leaked: declare it. An
 * answer without a schema cannot be judged, and is listed as such.
 *
 * **To waive it**, accept the finding by its fingerprint, with a reason and a date.
 */
export const excessiveDataExposure = defineProbe({
  kind: 'probe',
  id: 'excessive-data-exposure',
  summary: 'An answer must hold nothing that its contract does not declare.',
  covers: ['excessive-data-exposure', 'secret-in-response', 'open-response-schema'],
  severity: 'high',
  effect: 'reads',
  remedy:
    'Answer with an explicit list of properties instead of the record as it is. In the guard, the response is cut down to what the contract declares.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/'],

  operation({ operation, effect }) {
    const answers = operation.responses.some(({ status, content }) => !/^[345]/.test(status) && content.length > 0)
    return answers && effect !== 'deletes' ? testOperation : undefined
  },
})

async function* testOperation(scene: Scene): AsyncGenerator<Outcome> {
  const { operation, effect } = scene.exposure
  const actors = [scene.anonymous, ...scene.users].filter(actor => scene.happy(operation, actor) !== undefined)
  const [actor] = actors
  const known = actor === undefined ? undefined : scene.happy(operation, actor)
  if (actor === undefined || known === undefined) return scene.count(operation, 'not-reached')
  const shape = shapeOf(scene.api, operation, known.answer)
  if (shape === undefined) {
    if (known.answer.value !== undefined) {
      yield {
        notEvaluated: `Whether more comes back than declared: the contract says nothing about the body of ${known.answer.status}.`,
      }
    }
    return
  }
  const first = undeclaredIn(shape, known.answer.value)
  if (first.length === 0) return
  const second = await scene.send(known.call, actor)
  // A write may not be accepted a second time (a name that is taken); then another actor's answer is the second one.
  const repeated = scene.accepted(second, known.call) ? second.value : secondAnswer(scene, known, actors)
  if (repeated === undefined) {
    yield {
      notEvaluated: `Whether ${effect} answers hold undeclared properties every time: the request was accepted only once.`,
    }
    return
  }
  const again = new Set(undeclaredIn(shape, repeated).map(({ path }) => dotted(path)))
  yield* draftsFor(
    scene,
    actor,
    known,
    first.filter(({ path }) => again.has(dotted(path))),
  )
}

function secondAnswer(scene: Scene, known: Happy, actors: readonly Actor[]): unknown {
  const other = actors.find(actor => actor !== known.actor)
  return other === undefined ? undefined : scene.happy(scene.exposure.operation, other)?.answer.value
}

function* draftsFor(scene: Scene, actor: Actor, known: Happy, found: readonly Undeclared[]): Generator<Draft> {
  const { operation } = scene.exposure
  const groups = new Map<Group, { readonly path: string; readonly class: string }[]>()
  let strong = false
  for (const undeclared of found) {
    const kinds = classesIn(undeclared, operation.path)
    const group = kinds.some(kind => harmOf(kind) === 'secret') ? 'secret' : kinds.length > 0 ? 'personal' : 'harmless'
    if (group === 'personal') strong ||= kinds.some(kind => harmOf(kind) === 'strong')
    groups.set(group, [...(groups.get(group) ?? []), { path: dotted(undeclared.path), class: kinds.join(', ') }])
  }
  for (const [group, members] of groups) {
    const isOpen = actor === scene.anonymous
    const told = members.slice(0, 8).map(({ path, class: kind }) => (kind === '' ? path : `${path} (${kind})`))
    const more = members.length > told.length ? ` and ${members.length - told.length} more` : ''
    yield {
      weakness: weaknesses[group],
      severity: severityOf(group, isOpen, strong),
      message: `${operation.key} answers ${isOpen ? 'anybody' : actor.name} with ${words[group]} that its contract does not declare: ${told.join(', ')}${more}.`,
      subject: group,
      evidence: { undeclared: members.slice(0, 40), status: known.answer.status, answer: redact(known.answer.value) },
      curl: scene.curl(known.call, actor),
      confidence: group === 'harmless' ? 'certain' : 'firm',
    }
  }
}

const weaknesses: Readonly<Record<Group, WeaknessId>> = {
  secret: 'secret-in-response',
  personal: 'excessive-data-exposure',
  harmless: 'open-response-schema',
}

const words: Readonly<Record<Group, string>> = {
  secret: 'secrets',
  personal: 'personal data',
  harmless: 'properties',
}

function severityOf(group: Group, isOpen: boolean, strong: boolean): Severity {
  if (group === 'harmless') return 'low'
  if (group === 'secret') return isOpen ? 'critical' : 'high'
  if (strong) return isOpen ? 'high' : 'medium'
  return isOpen ? 'medium' : 'low'
}

/** The classes of everything inside an undeclared member. */
function classesIn({ path, values }: Undeclared, operationPath: string): readonly string[] {
  const around = operationPath.split('/').filter(part => part !== '' && !part.startsWith('{'))
  const kinds = new Set<string>()
  for (const value of values.slice(0, 100)) {
    visitLeaves(value, path, (at, leaf) => {
      if (leaf === null || leaf === '' || typeof leaf === 'boolean') return
      const names = at.filter(part => part !== '[]' && part !== '*')
      const guess = guessSensitivity(names.at(-1) ?? '', [...around, ...names.slice(0, -1)])?.class
      const kind = guess ?? (typeof leaf === 'string' ? classOfValue(leaf) : undefined)
      if (kind !== undefined) kinds.add(kind)
    })
  }
  return [...kinds]
}
