import type { ApiExposure, OperationExposure } from '../../exposure/exposure.ts'
import { type Purpose, purposeOf, takesCredential } from '../../exposure/purpose.ts'
import type { Confidence } from '../../risk/finding.ts'
import type { Severity } from '../../risk/weakness.ts'
import { hasAccessRule, isPublicCatalogue, isReferenceData, isSilentThroughout } from '../object-access.ts'
import { type PersonalData, personalDataIn, personalDataOf } from '../personal-data.ts'
import { defineRule } from '../rule.ts'
import { count, listOf } from '../wording.ts'

/**
 * An attacker does not break a login when there is none: he calls the operation behind the page and reads what the page
 * did not show, or writes what only staff should.
 *
 * The rule looks at operations that let anybody in, and tells three cases apart: the contract says nothing (`silent`:
 * mostly forgotten, writes are `high`), it says that a credential is optional, or it says that anybody may call
 * (`security: []`: a decision, so a public list without personal data is fine, one with e-mail addresses is `high`).
 * Sign-in, registration, recovery, health, documentation, and webhooks that others deliver are exempt, by `flow` or by
 * their words; a login that demands no credential is not. A contract that says nothing anywhere gets one `high` finding
 * for all, and less severe ones where it matters.
 *
 * When it is wrong: what is personal is mostly guessed from names, and the message says so. A gateway in front may ask
 * for credentials although the contract does not.
 *
 * To waive it: write `security` at the operation; `visible` or `view` at what only some may read.
 */
export const missingAuthentication = defineRule({
  kind: 'rule',
  id: 'missing-authentication',
  summary: 'An operation that writes, or tells about people, can be called by anybody.',
  covers: ['missing-authentication'],
  severity: 'high',
  remedy: 'Require a security scheme at the operation, or declare what only some may read (x-rugged: visible, view).',
  references: ['https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object'],
  *api(api) {
    if (api.operations.length === 0 || !isSilentThroughout(api)) return
    const writes = api.operations.filter(row => row.effect !== 'reads').length
    const personal = api.operations.filter(row => personalDataOf(row)?.strength === 'strong').length
    if (writes + personal === 0) return
    yield {
      severity: 'high',
      message: `The contract never says who may call: of ${count(api.operations.length, 'operation')} ${writes} write and ${personal} answer personal data, and no security is declared anywhere, so nothing can demand or test it.`,
      where: api.contract.place(''),
      remedy: 'Define components.securitySchemes and a security requirement for the whole document.',
    }
  },
  *operation(row, api) {
    if (!row.access.anonymous || row.operation.method === 'OPTIONS') return
    const doubt = judge(row, api)
    if (doubt === undefined) return
    const { severity, because, confidence } = doubt
    const silentAll = isSilentThroughout(api)
    yield {
      // One finding for the whole contract has said the worst already.
      severity: silentAll && severity === 'high' ? 'medium' : severity,
      message: `${letsIn(row)} ${because}`,
      confidence: silentAll ? 'tentative' : confidence,
      evidence: { policy: row.access.policy, personal: personalDataOf(row)?.classes ?? [] },
    }
  },
})

interface Doubt {
  readonly severity: Severity
  readonly because: string
  readonly confidence: Confidence
}

const exempt: ReadonlySet<Purpose> = new Set<Purpose>([
  'login',
  'registration',
  'password-reset',
  'otp',
  'token',
  'health',
  'documentation',
])

/** What anybody may send on purpose; less so when the contract did not decide it. */
const deliveries: ReadonlySet<Purpose> = new Set<Purpose>(['inbound-webhook', 'contact', 'telemetry'])

function judge(row: OperationExposure, api: ApiExposure): Doubt | undefined {
  const { operation, fields, effect, access } = row
  const purpose = purposeOf(operation, fields)?.purpose
  const personal = withoutEcho(personalDataOf(row), row)
  if (purpose !== undefined && exempt.has(purpose)) return undefined
  if (personal?.strength === 'strong') return tellsAboutPeople(personal, personal.confidence)
  const session = opensSession(row)
  if (session !== undefined) return session
  if (purpose !== undefined && deliveries.has(purpose)) return undefined
  const decided = access.policy !== 'silent'
  if (effect !== 'reads' && purpose !== 'lookup') return writes(row, decided)
  if (personal?.strength === 'profile')
    return { ...tellsAboutPeople(personal, personal.confidence), severity: 'medium' }
  return (
    handsOutOwned(row, api) ??
    belowPerson(row, api) ??
    (personal === undefined || decided ? undefined : { ...tellsAboutPeople(personal, 'tentative'), severity: 'low' })
  )
}

/** What a body brought and the answer repeats is the caller's own. */
function withoutEcho(personal: PersonalData | undefined, row: OperationExposure): PersonalData | undefined {
  if (personal === undefined || row.effect === 'reads') return personal
  const brought = new Set(row.fields.in.filter(field => field.place === 'body').map(field => field.name))
  return personalDataIn(personal.fields.filter(field => !brought.has(field.name)))
}

function tellsAboutPeople({ classes, fields, confidence: known }: PersonalData, confidence: Confidence): Doubt {
  const names = listOf(fields.map(field => field.path.filter(part => part !== '[]').join('.')))
  return {
    severity: 'high',
    confidence,
    because: `and it answers personal data (${listOf(classes)}: ${names}).${known === 'tentative' ? ' The classes are guessed from names.' : ''}`,
  }
}

/** A token or session for a name alone: whoever knows the name is the person. */
function opensSession({ operation, fields }: OperationExposure): Doubt | undefined {
  if (operation.method !== 'POST' || takesCredential(fields)) return undefined
  const handed = fields.out.find(field => field.status?.startsWith('2') === true && field.sensitive?.class === 'secret')
  if (handed === undefined) return undefined
  return {
    severity: 'high',
    confidence: handed.sensitive?.source === 'guessed' ? 'tentative' : 'firm',
    because: `and it hands out ${handed.name} to whoever names somebody: no password, code or key is asked for.`,
  }
}

function writes(row: OperationExposure, decided: boolean): Doubt {
  const changes = row.operation.method !== 'POST' || row.operation.path.includes('{')
  const what = row.effect === 'deletes' ? 'deletes' : changes ? 'changes what is there' : 'writes'
  // Whoever wrote `security: []` at a POST may have meant it, as for an order without an account.
  const severity = decided && !changes ? 'medium' : 'high'
  return { severity, confidence: decided ? 'firm' : 'tentative', because: `and it ${what}.` }
}

/** Objects that somebody owns, or that other operations show to known callers only. */
function handsOutOwned(row: OperationExposure, api: ApiExposure): Doubt | undefined {
  for (const hand of row.hands) {
    const type = api.objects.types.get(hand.type)
    if (!hand.own || type === undefined || type.shared || isReferenceData(type.name) || isPublicCatalogue(type, api))
      continue
    if (hasAccessRule(type)) {
      return {
        severity: 'high',
        confidence: 'firm',
        because: `and it hands out ${type.name}, which belongs to somebody by its own rule.`,
      }
    }
    const guarded = type.producers.filter(producer => {
      const other = api.of(producer)
      return other.effect === 'reads' && !other.access.anonymous
    })
    if (guarded[0] !== undefined && row.access.policy === 'silent') {
      return {
        severity: 'medium',
        confidence: 'tentative',
        because: `and it hands out ${type.name}, for which ${guarded[0].key} asks who is calling.`,
      }
    }
  }
  return undefined
}

const personType =
  /(?:^|-)(?:user|customer|account|member|patient|student|employee|client|person|profile|subscriber|guest|driver|rider|passenger|citizen|resident)$/

/** `/students/{studentId}/transactions`: what hangs below a person is that person's. */
function belowPerson({ operation, uses }: OperationExposure, api: ApiExposure): Doubt | undefined {
  const holder = uses.find(({ type, field }) => {
    const further = operation.path.split(`{${field.name}}`)[1]
    return field.place === 'path' && personType.test(type) && further !== undefined && /\/[^{/]/.test(further)
  })
  if (holder === undefined || isSilentThroughout(api)) return undefined
  return { severity: 'medium', confidence: 'tentative', because: `and it answers what belongs to one ${holder.type}.` }
}

function letsIn({ access }: OperationExposure): string {
  if (access.policy === 'silent') return 'The contract does not say who may call, so nobody is asked,'
  return access.policy === 'optional' ? 'A credential is optional,' : 'Anybody may call by declaration,'
}
