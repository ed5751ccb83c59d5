import type { ObjectExtension } from '../contract/extension.ts'
import type { Contract, Located } from '../contract/model.ts'
import { isObject, isString, type JsonObject, member } from '../core/json.ts'
import type { ApiExposure } from '../exposure/exposure.ts'
import type { ObjectHandout, ObjectType } from '../exposure/objects.ts'
import { type Caller, claimsOf } from '../identity/caller.ts'
import { canonicalId } from './object-id.ts'
import { ownMember } from './places.ts'
import { compileAnswers } from './schema-tree.ts'

/** A property of an object that has to agree with a claim of its owner. */
export interface Match {
  readonly property: string
  readonly claim: string
}

/** How objects are legitimately handed to others, as `shared` declares it. */
export interface Sharing {
  /** Whoever was handed such an object by the API may use it. */
  readonly handed: boolean
  /** Callers with one of these roles may use any. */
  readonly roles: readonly string[]
}

/** Whose an object is. Where owner and tenant are both declared, both have to agree. */
export interface OwnershipRule {
  readonly matches: readonly [Match, ...Match[]]
  readonly sharing: Sharing
}

/** The rule in the extension of an object schema; undefined where none is declared. */
export function ownershipRule({ owner, tenant, shared }: ObjectExtension): OwnershipRule | undefined {
  const matches = [owner, tenant].flatMap(rule =>
    rule === undefined ? [] : [{ property: rule.property, claim: rule.is }],
  )
  const [first, ...rest] = matches
  return first === undefined ? undefined : { matches: [first, ...rest], sharing: sharingOf(shared) }
}

/** `shared: true` (or anything that names no roles): to whom it was handed; `shared: { roles: [support] }`: to them. */
function sharingOf(shared: unknown): Sharing {
  if (shared === undefined || shared === false) return { handed: false, roles: [] }
  const roles = member(shared, 'roles')
  const named = Array.isArray(roles) ? roles.filter(isString) : []
  return { handed: named.length === 0 || member(shared, 'handed') === true, roles: named }
}

export interface TypeRule extends OwnershipRule {
  readonly type: ObjectType
  /** The claim that the id itself has to equal, where the owner rule is about the object's own id: `user.id is sub`. */
  readonly idClaim: string | undefined
  /** The overlay wants a look at the object before each write. */
  readonly readBeforeWrite: boolean
}

const rulesOf = new WeakMap<ApiExposure, ReadonlyMap<string, TypeRule>>()

/** The rules of all types that have one; found once for a contract. */
export function typeRules(api: ApiExposure): ReadonlyMap<string, TypeRule> {
  const known = rulesOf.get(api)
  if (known !== undefined) return known
  const rules = findRules(api)
  rulesOf.set(api, rules)
  return rules
}

function findRules(api: ApiExposure): ReadonlyMap<string, TypeRule> {
  const ids = ownIds(api)
  const found = new Map<string, { rule: OwnershipRule; readBeforeWrite: boolean; idNames: Set<string> }>()
  const visit = (parts: readonly Located<JsonObject>[]) => {
    const ruled = ruledObject(api.contract, parts, ids)
    if (ruled === undefined) return undefined
    const checks = parts.map(part => api.contract.objectExtension(part).owner?.check)
    for (const { type, name, rule } of ruled.ids) {
      const entry = found.get(type) ?? { rule, readBeforeWrite: false, idNames: new Set<string>() }
      entry.readBeforeWrite ||= checks.includes('read-before-write')
      entry.idNames.add(name)
      found.set(type, entry)
    }
    return ruled
  }
  // Answers are where ids and owners stand beside each other, however the schema is composed.
  for (const { operation } of api.operations) compileAnswers(api.contract, operation.responses, { object: visit })
  const rules = new Map<string, TypeRule>()
  for (const [name, { rule, readBeforeWrite, idNames }] of found) {
    const type = api.objects.types.get(name)
    if (type === undefined) continue
    const idMatch = rule.matches.find(match => idNames.has(match.property))
    rules.set(name, { ...rule, type, idClaim: idMatch?.claim, readBeforeWrite })
  }
  return rules
}

/** An object schema with a rule, and the properties that hold its own id. */
export interface Ruled {
  readonly rule: OwnershipRule
  readonly ids: readonly { readonly type: string; readonly name: string; readonly rule: OwnershipRule }[]
}

/** What the parts of a schema say together about whose its objects are. */
export function ruledObject(
  contract: Contract,
  parts: readonly Located<JsonObject>[],
  ids: ReadonlyMap<string, readonly ObjectHandout[]>,
): Ruled | undefined {
  const rule = parts.map(part => ownershipRule(contract.objectExtension(part))).find(found => found !== undefined)
  if (rule === undefined) return undefined
  const own = parts
    .flatMap(part => ids.get(part.pointer) ?? [])
    .map(hand => ({ type: hand.type, name: hand.field.name, rule: carriedRule(hand, rule) }))
  return { rule, ids: [...new Map(own.map(entry => [`${entry.type}\n${entry.name}`, entry])).values()] }
}

/** The rule of an id that is itself what the rule compares: whom the object is shared with changes nothing for it. */
function carriedRule({ carries, field }: ObjectHandout, rule: OwnershipRule): OwnershipRule {
  const match = rule.matches.find(each => each.property === field.name)
  if (carries === undefined || carries === 'whole' || match === undefined) return rule
  return { matches: [match], sharing: sharingOf(undefined) }
}

const idsOf = new WeakMap<ApiExposure, ReadonlyMap<string, readonly ObjectHandout[]>>()

/** The properties that hold an object's own id, by the pointer of its schema; found once for a contract. */
export function ownIds(api: ApiExposure): ReadonlyMap<string, readonly ObjectHandout[]> {
  const known = idsOf.get(api)
  if (known !== undefined) return known
  const own = api.operations.flatMap(({ hands }) => hands.filter(hand => hand.own && hand.source !== 'guessed'))
  const found = Map.groupBy(own, hand => hand.field.parent?.pointer ?? '')
  idsOf.set(api, found)
  return found
}

/** `unknown`: the object does not say, or the caller has no claims that could be compared. */
export type Belonging = 'own' | 'foreign' | 'unknown'

/** Whether an object is the caller's own, by the rule and the caller's verified claims. */
export function belongingOf(rule: OwnershipRule, caller: Caller, object: unknown): Belonging {
  if (claimsOf(caller) === undefined) return 'unknown'
  let all: Belonging = 'own'
  for (const { property, claim } of rule.matches) {
    const value = valueAt(object, property)
    if (value === undefined) all = 'unknown'
    else if (!agrees(value, claimOf(caller, claim))) return 'foreign'
  }
  return all
}

/** Whether objects name different owners, by the first property of the rule. */
export function hasSeveralOwners(rule: OwnershipRule, objects: Iterable<unknown>): boolean {
  let first: string | undefined
  for (const object of objects) {
    const value = valueAt(object, rule.matches[0].property)
    if (value === undefined) continue
    const owner = canonicalId(value) ?? JSON.stringify(value)
    first ??= owner
    if (owner !== first) return true
  }
  return false
}

/** Whether an id is itself what a claim of the caller says. */
export function isClaimed(caller: Caller, claim: string, id: string): boolean {
  return claimsOf(caller) !== undefined && agrees(id, claimOf(caller, claim))
}

/** True when a declared role opens all objects of the type to this caller. */
export function isExempt(rule: OwnershipRule, caller: Caller): boolean {
  return caller.kind === 'subject' && rule.sharing.roles.some(role => caller.roles.includes(role))
}

function claimOf(caller: Caller, claim: string): unknown {
  const value = valueAt(claimsOf(caller), claim)
  return value === undefined && claim === 'sub' && caller.kind === 'subject' ? caller.subject : value
}

/** A list on either side (members of a group, groups of a caller) agrees when one entry does. */
function agrees(value: unknown, claim: unknown): boolean {
  if (Array.isArray(value)) return value.some(entry => agrees(entry, claim))
  if (Array.isArray(claim)) return claim.some(entry => agrees(value, entry))
  const id = canonicalId(value)
  return id !== undefined && id === canonicalId(claim)
}

/** A property by its name, else by a path of names: `owner.id`, `/owner/id`. */
function valueAt(object: unknown, name: string): unknown {
  const own = ownMember(object, name)
  if (own !== undefined || !/[./]/.test(name)) return own
  let value = object
  for (const step of name.split(/[./]/)) {
    if (step === '') continue
    if (!isObject(value)) return undefined
    value = ownMember(value, step)
  }
  return value
}
