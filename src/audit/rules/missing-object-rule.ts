import type { ApiExposure, OperationExposure } from '../../exposure/exposure.ts'
import { isOwnId } from '../../exposure/object-names.ts'
import type { ObjectReference } from '../../exposure/objects.ts'
import type { Confidence, Draft, NotEvaluated } from '../../risk/finding.ts'
import { compareSeverity, type Severity } from '../../risk/weakness.ts'
import {
  hasAccessRule,
  isCountable,
  isOpen,
  isPublicCatalogue,
  isReferenceData,
  namesItsOwnCreation,
} from '../object-access.ts'
import { isStrong, personalDataOf } from '../personal-data.ts'
import { defineRule } from '../rule.ts'
import { listOf, nameField } from '../wording.ts'

/**
 * An attacker takes an operation that works on his own object and puts somebody else's id in the place of his: in the
 * path, the query, a header, or deep in a body, where checks are forgotten most often.
 *
 * The rule looks at every id of an object that a request names, in batches too, and asks whether anything says whose
 * object it may be: `owner`, `tenant`, `relation` or `shared` at the object's schema, or a `seal` at the id. It is
 * silent where the objects are shown to everybody anyway. One finding per operation; what is only guessed (a type that
 * no operation hands out, or one that looks like shared reference data) is `low`. It is `critical` only where a number
 * that can be counted up leads to personal data without any authentication.
 *
 * A schema with an `owner` or `tenant` that no object type ends up with, because nothing in it is an id, is `medium`:
 * whoever declared it believes that it holds.
 *
 * When it is wrong: the API may well check ownership in its code; the contract does not show it, so nobody outside the
 * code can rely on it, test it or enforce it. It cannot see ids in bodies without a schema, and says so.
 *
 * To waive it, say what holds: `x-rugged: { owner: … }`, or `{ shared: … }` where everybody may have the object.
 */
export const missingObjectRule = defineRule({
  kind: 'rule',
  id: 'missing-object-rule',
  summary: 'An operation takes the id of an object, and nothing says whose object it may be.',
  covers: ['missing-object-rule'],
  serves: ['API1-a', 'API1-c'],
  severity: 'high',
  remedy:
    'Declare the owner at the schema of the object (x-rugged: owner, tenant, relation or shared), or seal its id.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/'],
  *api(api) {
    for (const { schema, why, pointer } of api.objects.unapplied)
      yield unapplied(schema, why, api.contract.place(pointer))
  },
  *operation(row, api) {
    const doubts = distinct(row.uses)
      .map(use => judge(use, row, api))
      .filter(doubt => doubt !== undefined)
    if (doubts.length > 0) yield draft(doubts, row, api)
    yield* unseen(row)
  },
})

/** A rule that holds nothing looks like one that does. */
function unapplied(schema: string, why: 'unused' | 'no-id', where: Draft['where']): Draft {
  const message =
    why === 'unused'
      ? `The owner or tenant that ${schema} declares applies to nothing: no successful answer holds such an object.`
      : `The owner or tenant that ${schema} declares is tied to no id: requests that name such an object are not held to it.`
  return {
    severity: why === 'unused' ? 'low' : 'medium',
    confidence: 'firm',
    subject: `rule of ${schema}`,
    message,
    remedy: `Say at the property of ${schema} that is its id, and where requests name it: x-rugged: { id: … }.`,
    ...(where === undefined ? {} : { where }),
  }
}

interface Doubt {
  readonly use: ObjectReference
  readonly severity: Severity
  readonly confidence: Confidence
}

/** A schema that is met twice in one body is one place; what is buried in it is no choice of the caller's. */
function distinct(uses: readonly ObjectReference[]): readonly ObjectReference[] {
  const places = new Map<string, ObjectReference>()
  for (const use of uses) {
    const depth = use.field.path.filter(part => part !== '[]').length
    // `account.id` names an account; `order.account.owner.id` comes with a resource that is sent back whole.
    const deepest = isOwnId(use.field.name) && use.source !== 'declared' ? 2 : 4
    if (depth <= deepest && !places.has(use.field.pointer)) places.set(use.field.pointer, use)
  }
  return [...places.values()]
}

function judge(use: ObjectReference, row: OperationExposure, api: ApiExposure): Doubt | undefined {
  const type = api.objects.types.get(use.type)
  if (hasAccessRule(type) || use.seal === 'caller' || namesItsOwnCreation(row, use)) return undefined
  const { roles } = row.operation.extension
  const writes = row.effect !== 'reads'
  if (isPublicCatalogue(type, api)) {
    // Everybody may read it; who may change it is another question, and roles are an answer to that.
    const changes = writes && use.field.place === 'path' && row.operation.path.endsWith(`{${use.field.name}}`)
    if (!changes || row.access.anonymous || roles !== undefined) return undefined
    return { use, severity: 'medium', confidence: 'tentative' }
  }
  const produced = type !== undefined && type.producers.length > 0
  if (!produced && use.source !== 'declared') return { use, severity: 'low', confidence: 'tentative' }
  if (use.source !== 'declared' && isReferenceData(use.type)) return { use, severity: 'low', confidence: 'tentative' }
  if (use.seal === 'everyone') return { use, severity: 'low', confidence: 'firm' }
  const open = isOpen(row, api)
  if (open && use.guessability === 'integer' && tellsOfPeople(use, row)) {
    return { use, severity: 'critical', confidence: personalDataOf(row)?.confidence ?? 'tentative' }
  }
  // Without a caller there is no owner to compare with: missing-authentication is the flaw.
  if (open && !writes && (row.access.policy === 'public' || !isCountable(use))) return undefined
  const severity: Severity = writes || use.field.place === 'body' || isCountable(use) ? 'high' : 'medium'
  // A role narrows down who gets here, not whose object he names.
  const lowered = roles !== undefined && roles.length > 0 ? lower(severity) : severity
  return { use, severity: lowered, confidence: use.source === 'guessed' ? 'tentative' : 'firm' }
}

/** True when the object itself is personal: an address of its own, or several facts; not a map with its author's. */
function tellsOfPeople(use: ObjectReference, row: OperationExposure): boolean {
  const personal = personalDataOf(row)
  if (personal?.strength !== 'strong') return false
  const own = row.hands.find(hand => hand.own && hand.type === use.type)?.field.parent?.pointer
  const strong = personal.fields.filter(isStrong)
  const direct = own !== undefined && strong.some(field => field.parent?.pointer === own)
  return direct || new Set(strong.map(field => field.sensitive?.class)).size > 1
}

function lower(severity: Severity): Severity {
  return severity === 'high' ? 'medium' : 'low'
}

function draft(doubts: readonly Doubt[], row: OperationExposure, api: ApiExposure): Draft {
  const worst = [...doubts].sort((left, right) => compareSeverity(left.severity, right.severity))[0]
  const { severity, confidence, use } = worst ?? { severity: 'low', confidence: 'tentative', use: undefined }
  // The rest stands in the evidence.
  const named = doubts.filter(doubt => doubt.severity === severity)
  const counted = listOf(named.filter(doubt => isCountable(doubt.use)).map(doubt => nameField(doubt.use.field)))
  const types = listOf(named.map(doubt => doubt.use.type))
  const personal = personalDataOf(row)
  const anybody = isOpen(row, api) ? 'anybody' : 'any caller'
  const names = listOf(named.map(doubt => nameField(doubt.use.field)))
  const sentences = [
    `Nothing says whose ${types} may be named in ${names}, so ${anybody} can put in somebody else's.`,
    ...(counted === '' ? [] : [`The ids can be guessed by counting or trying (${counted}).`]),
    ...(severity === 'critical'
      ? [`Nobody has to sign in, and personal data comes back (${listOf(personal?.classes ?? [])}).`]
      : []),
    ...(confidence === 'tentative' ? ['Part of this is guessed from names.'] : []),
  ]
  const hint = use === undefined ? undefined : ownerProperty(use.type, api)
  return {
    severity,
    confidence,
    message: sentences.join(' '),
    ...(use === undefined ? {} : { where: api.contract.place(use.field.pointer) }),
    ...(hint === undefined
      ? {}
      : {
          remedy: `Say at the schema of ${use?.type}: x-rugged: { owner: { property: ${hint}, is: sub } }, or shared, or seal the id.`,
        }),
    evidence: {
      ids: doubts.map(({ use: { field, type, guessability, source } }) => ({
        at: nameField(field),
        type,
        guessability,
        source,
      })),
    },
  }
}

/** The property of the object that looks as if it held the owner. */
function ownerProperty(type: string, api: ApiExposure): string | undefined {
  const known = owners.get(api) ?? new Map<string, string | undefined>()
  owners.set(api, known)
  if (!known.has(type)) known.set(type, findOwnerProperty(type, api))
  return known.get(type)
}
const owners = new WeakMap<ApiExposure, Map<string, string | undefined>>()

function findOwnerProperty(type: string, api: ApiExposure): string | undefined {
  for (const producer of api.objects.types.get(type)?.producers ?? []) {
    const row = api.of(producer)
    const own = row.hands.find(hand => hand.own && hand.type === type)
    const beside = row.fields.out.find(
      field => field.serverSet === 'owner' && own !== undefined && field.parent?.pointer === own.field.parent?.pointer,
    )
    if (beside !== undefined) return beside.name
  }
  return undefined
}

function* unseen(row: OperationExposure): Iterable<NotEvaluated> {
  const blind = row.operation.body?.content.find(media => media.schema === undefined && /\bjson\b/.test(media.type))
  if (blind !== undefined)
    yield { notEvaluated: 'The request body has no schema, so the object ids in it cannot be seen.' }
}
