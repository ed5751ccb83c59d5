import { schemaTypeName, typesOf, walkSchema } from '../../contract/walk.ts'
import { isObject, type JsonObject } from '../../core/json.ts'
import { wordsOf } from '../../core/words.ts'
import type { ApiExposure, OperationExposure } from '../../exposure/exposure.ts'
import { type Field, successFields } from '../../exposure/fields.ts'
import { follow } from '../../exposure/properties.ts'
import { purposeOf, signInPurposes } from '../../exposure/purpose.ts'
import { isSecretClass } from '../../exposure/sensitivity.ts'
import type { Draft } from '../../risk/finding.ts'
import { personalDataOf } from '../personal-data.ts'
import { defineRule } from '../rule.ts'
import { count, listOf, nameField, nameOperation } from '../wording.ts'

/**
 * An attacker does not look at the page but at the response: the password's hash, the token of a device, the birth dates
 * of everybody in the list, because the server sends the whole record and leaves the filtering to the client.
 *
 * Three flaws. Passwords and codes in a response are `high` wherever they stand; tokens and keys are `medium`, and
 * silent in operations whose purpose it is to hand them out (sign-in, token, creating a key). Lists that tell grave things
 * of people (birth date, health, payment, papers) are `medium`, those with their addresses `low`. And response schemas that
 * declare nothing, or say that anything more may come, are `low`, once per schema. Where nobody has to sign in,
 * `missing-authentication` speaks of personal data instead.
 *
 * When it is wrong: classes are guessed from names unless somebody declared them. In a customer database, people are
 * what the list is for.
 *
 * To waive it: `x-rugged: { visible: [support] }` or a `view` at the property, which the guard enforces.
 */
export const excessiveDataExposure = defineRule({
  kind: 'rule',
  id: 'excessive-data-exposure',
  summary: 'A response holds secrets, or more about people than most callers need.',
  covers: ['excessive-data-exposure', 'secret-in-response', 'open-response-schema'],
  serves: ['API3-a', 'API3-d'],
  severity: 'high',
  remedy: 'Leave it out of the response schema, or say who may read it (x-rugged: visible, view).',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/'],
  *operation(row, api) {
    const people = othersIn(row)
    if (people !== undefined) yield { ...people, where: api.contract.place(row.operation.pointer) }
  },
  *api(api) {
    yield* secretsIn(api)
    yield* openResponses(api)
  },
})

/** Handing out a secret is what these are for, once, when it comes to be. */
const issuing =
  /\b(?:tokens?|keys?|secrets?|credentials?|passwords?|sessions?|log ?in|sign ?in|oauth2?|auth|otp|pin|invit(?:e|es|ation|ations)|web ?hooks?|hooks?|apps?|applications?|clients?|service accounts?|access|connect|issue|rotate|regenerate|certificates?|totp|mfa|2fa|register|registration)\b/

/** One finding per place in the contract: a schema that thirty operations answer holds its secret once. */
function* secretsIn({ contract, operations }: ApiExposure): Iterable<Draft> {
  const places = new Map<string, { readonly field: Field; readonly rows: OperationExposure[] }>()
  for (const row of operations) {
    const about = wordsAbout(row)
    const purpose = purposeOf(row.operation, row.fields)?.purpose
    const issues =
      (purpose !== undefined && signInPurposes.has(purpose)) || (row.effect === 'writes' && issuing.test(about))
    // What was sent to the owner's telephone is no proof when the answer holds it as well.
    const proves = purpose === 'password-reset' || purpose === 'otp'
    for (const field of successFields(row.operation, row.fields)) {
      const meant = isPassword(field) ? !proves && /password|pin|otp|code|secret|credential/.test(about) : true
      if (!isOpenSecret(field) || (issues && meant)) continue
      const known = places.get(field.pointer)
      if (known === undefined) places.set(field.pointer, { field, rows: [row] })
      else if (known.rows.at(-1) !== row) known.rows.push(row)
    }
  }
  for (const { field, rows } of places.values()) {
    const first = rows[0]
    if (first !== undefined) yield { ...secretDraft(field, rows, first), where: contract.place(field.pointer) }
  }
}

function secretDraft(field: Field, rows: readonly OperationExposure[], first: OperationExposure): Draft {
  const declared = field.sensitive?.source !== 'guessed'
  // A key behind a path about keys may be masked, or a name for it.
  const expected = rows.every(row => issuing.test(wordsAbout(row)))
  return {
    weakness: 'secret-in-response',
    subject: field.parentType === undefined ? nameField(field) : `${field.parentType} ${field.name}`,
    operation: nameOperation(first.operation),
    severity: isPassword(field) || declared ? 'high' : expected ? 'low' : 'medium',
    message: `The response${rows.length > 1 ? ` of ${count(rows.length, 'operation')}` : ''} holds a secret (${nameField(field)}): whoever reads it can use it.${declared ? '' : ' That is guessed from its name.'}`,
    confidence: declared ? 'firm' : 'tentative',
    evidence: { operations: rows.slice(0, 20).map(row => row.operation.key) },
  }
}

function wordsAbout({ operation }: OperationExposure): string {
  return [operation.path, operation.id ?? ''].flatMap(wordsOf).join(' ')
}

function isOpenSecret({ sensitive, writeOnly, extension }: Field): boolean {
  const secret = sensitive !== undefined && isSecretClass(sensitive.class)
  return secret && !writeOnly && extension.visible === undefined && extension.view === undefined
}

/** What people choose or type, and what is derived from it; keys and tokens are machines' secrets. */
function isPassword(field: Field): boolean {
  return /\b(?:pass ?word|passwd|pwd|pass ?phrase|pin|otp|totp|recovery|reset|answer)\b/.test(
    wordsOf(field.name).join(' '),
  )
}

const graveClasses = new Set(['government-id', 'payment', 'health', 'financial', 'birth-date'])

function othersIn(row: OperationExposure): Draft | undefined {
  if (row.access.anonymous || !row.limits.list || row.operation.extension.roles !== undefined) return undefined
  // The caller's own list is his to read.
  if (/\b(?:me|self|my|mine)\b/.test(wordsOf(row.operation.path).join(' '))) return undefined
  const personal = personalDataOf(row)
  const fields = personal?.fields.filter(field => field.path.includes('[]')) ?? []
  if (personal?.strength !== 'strong' || fields.length === 0) return undefined
  const grave = fields.filter(field => graveClasses.has(field.sensitive?.class ?? ''))
  const named = grave.length > 0 ? grave : fields
  return {
    subject: 'people in a list',
    severity: grave.length > 0 ? 'medium' : 'low',
    message: `The list tells every caller ${listOf(named.map(field => field.sensitive?.class ?? ''))} of many people (${listOf(named.map(nameField))}), and nothing says who may read that.${personal.confidence === 'tentative' ? ' The classes are guessed from names.' : ''}`,
    confidence: personal.confidence,
  }
}

function* openResponses({ contract, operations }: ApiExposure): Iterable<Draft> {
  const open = new Map<string, OperationExposure[]>()
  for (const row of operations) {
    for (const { status, content } of row.operation.responses) {
      if (!status.startsWith('2')) continue
      for (const media of content) {
        if (media.schema === undefined || !media.type.includes('json')) continue
        const root = follow(contract, media.schema)
        const parts = [...walkSchema(contract, root)].map(part => part.schema.value)
        const more = parts.some(part => part['additionalProperties'] === true && part['properties'] !== undefined)
        const undescribed = !parts.some(saysSomething)
        if (!undescribed && !more) continue
        const known = open.get(root.pointer)
        if (known === undefined) open.set(root.pointer, [row])
        else if (known.at(-1) !== row) known.push(row)
      }
    }
  }
  for (const [pointer, rows] of open) {
    const first = rows[0]
    if (first === undefined) continue
    const name = schemaTypeName(pointer)
    yield {
      weakness: 'open-response-schema',
      severity: 'low',
      subject: name ?? 'response',
      operation: nameOperation(first.operation),
      where: contract.place(pointer),
      message: `The response schema${name === undefined ? '' : ` ${name}`} lets anything through that the server happens to send${rows.length > 1 ? ` (${count(rows.length, 'operation')})` : ''}.`,
      remedy: 'Name the properties and close the schema (additionalProperties: false).',
      confidence: 'certain',
    }
  }
}

/** False for `{}`, and for an object or a list of anything. */
function saysSomething(part: JsonObject): boolean {
  const keywords = ['properties', 'items', 'prefixItems', 'enum', 'const', 'patternProperties', 'format']
  if (keywords.some(keyword => part[keyword] !== undefined) || isObject(part['additionalProperties'])) return true
  return typesOf(part).some(type => type !== 'object' && type !== 'array' && type !== 'null')
}
