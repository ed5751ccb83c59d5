import type { Contract } from '../../contract/model.ts'
import { schemaTypeName, walkSchema } from '../../contract/walk.ts'
import { isObject, member } from '../../core/json.ts'
import { wordsOf } from '../../core/words.ts'
import type { ApiExposure, OperationExposure } from '../../exposure/exposure.ts'
import type { Field } from '../../exposure/fields.ts'
import { follow } from '../../exposure/properties.ts'
import { purposeOf } from '../../exposure/purpose.ts'
import type { ServerSetKind } from '../../exposure/server-set.ts'
import type { Draft } from '../../risk/finding.ts'
import { compareSeverity, type Severity } from '../../risk/weakness.ts'
import { defineRule } from '../rule.ts'
import { count, listOf, nameField, nameOperation } from '../wording.ts'

/**
 * An attacker adds `"role": "admin"` or `"balance": 1000` to a request that was meant to change a name, and the server
 * copies it into the record with everything else.
 *
 * Two flaws. Properties that a server should set are writable in a request body: one finding per operation, `high` for
 * rights, balances and verification where users write their own records, `medium` for owner and tenant and for prices in
 * orders, `low` for status and timestamps. And request schemas that take properties they do not declare
 * (`additionalProperties` is not false): one `low` finding per schema, by which no such property can be refused.
 *
 * When it is wrong: a name is a guess. Administrators do set roles; operations about roles, members, invitations or
 * settings, and those for declared roles only, are `low`. A product's price is set by whoever sells it, so only orders count.
 *
 * To waive it: `readOnly: true` at the property, or a request schema of its own without it.
 */
export const massAssignment = defineRule({
  kind: 'rule',
  id: 'mass-assignment',
  summary: 'A client can write what only the server should set.',
  covers: ['mass-assignment', 'open-request-schema'],
  serves: ['API3-b', 'API3-e', 'API3-f'],
  severity: 'high',
  remedy:
    'Mark the property readOnly or leave it out of the request schema, and close the schema (additionalProperties: false).',
  references: ['https://cwe.mitre.org/data/definitions/915.html'],
  *api(api) {
    const seen = new Set<string>()
    for (const row of api.operations) {
      if (row.effect === 'reads') continue
      const draft = writable(row, api, seen)
      if (draft !== undefined) yield draft
    }
    yield* openSchemas(api)
  },
})

interface Doubt {
  readonly field: Field
  readonly kind: ServerSetKind
  readonly severity: Severity
}

const grave: Readonly<Record<ServerSetKind, Severity>> = {
  role: 'high',
  balance: 'high',
  verified: 'high',
  owner: 'medium',
  tenant: 'medium',
  price: 'medium',
  location: 'low',
  status: 'low',
  timestamp: 'low',
}

/** Setting this is what these operations are for. */
const managing =
  /\b(?:admin|roles?|permissions?|invit(?:e|es|ation|ations)|members?|memberships?|grants?|polic(?:y|ies)|access|collaborators?|teams?|groups?|staff|settings?|keys?|tokens?|rules?|moderat(?:e|ion|ors?)|verif(?:y|ication)|approve|approval|status|state|assign(?:ments?|ees?)?|transfer)\b/
const selling = /\b(?:orders?|carts?|checkouts?|purchases?|bookings?|reservations?|payments?|baskets?|trades?)\b/
const catalogue =
  /\b(?:products?|items?|plans?|prices?|catalogs?|catalogues?|listings?|rates?|tariffs?|fees?|tax(?:es)?|coupons?|discounts?)\b/

function writable(row: OperationExposure, { contract }: ApiExposure, seen: Set<string>): Draft | undefined {
  const doubts = row.fields.in
    .map(field => judge(field, row))
    .filter(doubt => doubt !== undefined && !seen.has(doubt.field.pointer))
  const found = doubts
    .filter(doubt => doubt !== undefined)
    .sort((left, right) => compareSeverity(left.severity, right.severity))
  const [worst] = found
  if (worst === undefined) return undefined
  for (const { field } of found) seen.add(field.pointer)
  const kinds = listOf(found.map(({ kind }) => kind))
  return {
    severity: worst.severity,
    subject: 'writable properties',
    operation: nameOperation(row.operation),
    where: contract.place(worst.field.pointer),
    message: `The request body may set ${listOf(found.map(({ field }) => nameField(field)))}, which the server usually decides (${kinds}; guessed from names).`,
    confidence: 'tentative',
    evidence: { properties: found.map(({ field, kind, severity }) => ({ at: nameField(field), kind, severity })) },
  }
}

function judge(field: Field, row: OperationExposure): Doubt | undefined {
  const { serverSet: kind } = field
  if (kind === undefined || field.place !== 'body' || field.readOnly || field.types.includes('object')) return undefined
  const { operation } = row
  const about = [operation.path, operation.id ?? ''].flatMap(wordsOf).join(' ')
  if (kind === 'price') {
    // Deep in an order stand its lines; a product that is created has a price of its own.
    return selling.test(about) && !catalogue.test(about) ? { field, kind, severity: 'medium' } : undefined
  }
  // The id of an owner is the id of an object: whose it may be is for missing-object-rule to ask.
  if ((kind === 'owner' || kind === 'tenant') && row.uses.some(use => use.field === field)) return undefined
  if (kind === 'location' && !/\b(?:open|unlock|check ?in|clock ?in|attend|arrive|start|deliver)\b/.test(about))
    return undefined
  const purpose = purposeOf(operation, row.fields)?.purpose
  // The user's own record: whoever registers, or edits a profile, is no administrator yet.
  const own =
    purpose === 'registration' ||
    row.access.policy === 'public' ||
    /\b(?:me|self|my|profile|users?|customers?|accounts?)\b/.test(about)
  const managed = operation.extension.roles !== undefined || (managing.test(about) && purpose !== 'registration')
  if (managed) return { field, kind, severity: 'low' }
  const severity = grave[kind]
  return { field, kind, severity: severity === 'high' && (!own || field.path.length > 2) ? 'medium' : severity }
}

function* openSchemas({ contract, operations }: ApiExposure): Iterable<Draft> {
  const open = new Map<string, OperationExposure[]>()
  for (const row of operations) {
    if (row.effect === 'reads') continue
    for (const media of row.operation.body?.content ?? []) {
      if (media.schema === undefined || !/json|form-urlencoded/.test(media.type)) continue
      const root = follow(contract, media.schema)
      if (!isOpen(contract, root)) continue
      const known = open.get(root.pointer)
      if (known === undefined) open.set(root.pointer, [row])
      else if (known.at(-1) !== row) known.push(row)
    }
  }
  for (const [pointer, rows] of open) {
    const first = rows[0]
    if (first === undefined) continue
    const name = schemaTypeName(pointer)
    yield {
      weakness: 'open-request-schema',
      severity: 'low',
      subject: name ?? 'body',
      operation: nameOperation(first.operation),
      where: contract.place(pointer),
      message: `The request schema${name === undefined ? '' : ` ${name}`} takes properties that it does not declare${rows.length > 1 ? ` (${count(rows.length, 'operation')})` : ''}, so a client can send what nobody expects.`,
      remedy: 'Add additionalProperties: false (with allOf: unevaluatedProperties: false).',
      confidence: 'certain',
    }
  }
}

/** An object with properties that nothing closes. What has none is a map on purpose, or undescribed altogether. */
function isOpen(contract: Contract, root: Parameters<typeof follow>[1]): boolean {
  const parts = [...walkSchema(contract, root)].map(part => part.schema.value)
  if (!parts.some(part => isObject(member(part, 'properties')))) return false
  return !parts.some(part => part['additionalProperties'] === false || part['unevaluatedProperties'] === false)
}
