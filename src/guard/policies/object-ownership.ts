import type { ApiExposure, OperationExposure } from '../../exposure/exposure.ts'
import type { ObjectReference } from '../../exposure/objects.ts'
import { claimsOf } from '../../identity/caller.ts'
import type { Exchange } from '../exchange.ts'
import { missing, notFound } from '../not-found.ts'
import { callerKey, canonicalId, objectKey } from '../object-id.ts'
import { Questions } from '../object-questions.ts'
import { scopedKey, scopesOf } from '../object-scope.ts'
import { readOptions } from '../options.ts'
import {
  belongingOf,
  hasSeveralOwners,
  isExempt,
  type OwnershipRule,
  ownIds,
  type Ruled,
  ruledObject,
  type TypeRule,
  typeRules,
} from '../ownership.ts'
import { ownMember } from '../places.ts'
import { definePolicy, type Hooks, type Verdict } from '../policy.ts'
import type { Ports } from '../ports.ts'
import { producersOf } from '../producers.ts'
import { ledgerOf, Proof } from '../proof.ts'
import { compileReferences, placeName } from '../references.ts'
import { compileAnswers, type SchemaTree } from '../schema-tree.ts'
import type { Ledger } from '../state/ledger.ts'
import { editMarked } from '../tree-walk.ts'

const weakness = 'broken-object-level-authorization'

export interface OwnershipOptions {
  /** Milliseconds for which an object that was seen to be the caller's own is taken to be so. */
  readonly trust: number
}

/**
 * An attacker who is signed in as himself exchanges the id of his own object for somebody else's: in the path, the
 * query, a header, deep in a body, among a hundred of his own in a batch. An API that only checks *that* somebody is
 * signed in reads, changes or spends what belongs to another.
 *
 * The contract says whose an object is: `owner: { property: ownerId, is: sub }` at its schema, or `tenant`, and `id` at
 * the places that name it. Every id that a request names is proven before the API sees the request: the guard has
 * itself handed it to this caller with a matching owner; or the id is the claim; or the API, asked with the caller's own
 * credentials through an operation of the contract, shows that the owner matches. A GET that answers with the object
 * itself is not asked twice: its answer is checked before a byte of it leaves. In every answer, lists lose the items of
 * other owners, and a single object of another owner becomes the 404 of an object that does not exist, the same but for
 * the incident id; so does the API's own 404.
 *
 * When it is wrong. What an attacker owns by the API's own word is his. Objects are as fresh as `trust` (ten minutes):
 * one that changed hands meanwhile is still open to its former owner, unless the rule says
 * `check: read-before-write`. Lists are asked for their first page alone: an object that only a later page shows, and
 * that no operation gives by itself, is refused until the caller was handed it. Aliases such as `me` in the place of an
 * id are no id of anybody. Without an issuer (callers known by an opaque credential or a key without `claims`) no owner
 * can be compared: then only what was handed to that very credential, or stands in its own list, is proven, and the rest is refused. How
 * long a refusal takes is not evened out. Operations with `security: []` that only read are public by declaration and
 * are left alone. References that rest on a guess are left to `object-ledger`, and so are derived ones that name
 * somebody else on purpose (`recipientId`, `invitedUserId`, `to`), also where the id is declared at a schema that many
 * places share: declare `id` at the place itself to have it checked.
 *
 * To open objects to others, declare it at the schema: `shared: true` (whoever was handed it) or
 * `shared: { roles: [support] }`. To waive it, set its mode for an operation.
 */
export const objectOwnership = definePolicy<OwnershipOptions>({
  kind: 'policy',
  id: 'object-ownership',
  summary: "Lets a caller use only objects that are the caller's own, by the owner rules of the contract.",
  covers: ['broken-object-level-authorization', 'missing-object-rule'],
  serves: ['API1-b', 'API1-f'],
  severity: 'critical',
  remedy:
    'Check in the API that the object which a request names belongs to the caller, for every operation and every id.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/', 'CWE-639'],
  options: configured => readOptions('object-ownership', configured, { trust: 600_000 }),
  operation(exposure, api, { trust }, ports) {
    const isPublic = exposure.access.policy === 'public' && exposure.effect === 'reads'
    if (isPublic) return undefined
    const rules = typeRules(api)
    const used = exposure.uses.filter(use => rules.has(use.type))
    const access = used.length === 0 ? undefined : compileAccess(exposure, api, used, rules, trust, ports)
    const response = compileResponse(
      exposure,
      api,
      used.some(use => isEnforced(use, rules.get(use.type))),
      ports,
    )
    if (access === undefined && response === undefined) return undefined
    return {
      ...(access === undefined ? {} : { access }),
      ...(response === undefined ? {} : { response }),
    } satisfies Hooks
  },
})

/** Roles in which a reference names somebody else on purpose, as far as a name tells. */
const counterpart =
  /(?:^|-)(?:recipient|receiver|payee|beneficiary|to|target|destination|invitee|invited|friend|follower|followee|following|assignee|assigned|reviewer|mentioned|member|participant|partner|counterpart|seller|buyer|author|referrer|referred|sponsor|contact|peer)(?:-|$)/

function isEnforced(use: ObjectReference, rule: TypeRule | undefined): boolean {
  if (use.source === 'guessed') return false
  if (use.field.place === 'path') return true
  // Declared at this very place it is meant for it, whatever the place is called.
  if (use.source === 'declared') return use.shared !== true || use.role === undefined || !counterpart.test(use.role)
  // A person's id in a body is as often somebody else's: to invite, to pay, to write to.
  if (rule?.idClaim !== undefined && use.field.place === 'body') return false
  return use.role === undefined || !counterpart.test(use.role)
}

/** What the answer of this request still has to prove. */
const open = new WeakMap<Exchange, ReadonlySet<string>>()

/** Requests that were let through in alert mode: from their answers nothing is learnt that would count as proof. */
const doubtful = new WeakSet<Exchange>()

/** Ids that the client chose and nobody has proven: that an answer repeats them proves nothing. */
const chosen = new WeakMap<Exchange, ReadonlySet<string>>()

function compileAccess(
  exposure: OperationExposure,
  api: ApiExposure,
  used: readonly ObjectReference[],
  rules: ReadonlyMap<string, TypeRule>,
  trust: number,
  ports: Ports,
): (exchange: Exchange) => Verdict | Promise<Verdict> {
  const read = compileReferences(api.contract, exposure, used)
  const proofs = new Map<string, Proof>()
  for (const { type } of used) {
    const rule = rules.get(type)
    if (rule !== undefined) proofs.set(type, new Proof(rule, producersOf(api, rule.type), ports, trust))
  }
  const answering = answeredTypes(exposure, used, rules)
  const writes = exposure.effect !== 'reads'
  const enforced = new Set(used.filter(use => isEnforced(use, rules.get(use.type))))
  const creating = new Set(used.filter(use => isCreated(use, exposure)))

  return exchange => {
    const { caller } = exchange
    const refuse = (log: string) => {
      doubtful.add(exchange)
      return notFound(weakness, log)
    }
    const { named, complete } = read(exchange)
    if (!complete)
      return refuse('The request names more objects than can be checked, or in a form that cannot be read.')
    const deferred = answering.size > 0 && claimsOf(caller) !== undefined && isPlainRead(exchange)
    const questions = new Questions()
    let later: Set<string> | undefined
    for (const { reference, id } of named) {
      const proof = proofs.get(reference.type)
      if (proof === undefined) continue
      const place = placeName(reference.field)
      if (!enforced.has(reference)) {
        if (id !== undefined) questions.choose(objectKey(reference.type, id))
        continue
      }
      if (id === undefined) return refuse(`${place} does not hold an id of type ${reference.type}.`)
      const known = proof.known(exchange, id, writes)
      if (known === true) continue
      if (known === false)
        return refuse(`The ${reference.type} in ${place} is not the caller's, by the caller's claims.`)
      if (creating.has(reference)) {
        questions.choose(objectKey(reference.type, id))
        questions.create(proof, reference, id)
      } else if (deferred && answering.has(reference.type) && reference.field.place !== 'body') {
        later ??= new Set()
        later.add(objectKey(reference.type, id))
      } else questions.prove(proof, reference, id)
    }
    if (later !== undefined) open.set(exchange, later)
    if (questions.chosen.size > 0) chosen.set(exchange, questions.chosen)
    return questions.none ? undefined : questions.ask(exchange, refuse)
  }
}

/**
 * Whether a reference is the id that the client chooses for a new object: in the body of a POST that answers with an
 * object of the type, or at the end of the path of a PUT that may answer 201.
 */
function isCreated({ type, field }: ObjectReference, { operation, hands }: OperationExposure): boolean {
  if (operation.method === 'PUT' && field.place === 'path') {
    return operation.path.endsWith(`{${field.name}}`) && operation.responses.some(response => response.status === '201')
  }
  const atTop = field.path.filter(step => step !== '[]').length === 1
  if (operation.method !== 'POST' || field.place !== 'body' || !atTop) return false
  return hands.some(hand => hand.own && hand.type === type && hand.field.name === field.name)
}

/**
 * The types whose owner the answer of a GET shows by itself, so that the request need not be asked about beforehand: a
 * single object of the type with the rule's properties declared beside its id.
 */
function answeredTypes(
  { operation, hands }: OperationExposure,
  used: readonly ObjectReference[],
  rules: ReadonlyMap<string, TypeRule>,
): ReadonlySet<string> {
  if (operation.method !== 'GET') return new Set()
  const single = hands.filter(hand => hand.own && !hand.field.path.includes('[]') && !hand.field.path.includes('*'))
  const types = single.map(hand => hand.type).filter(type => rules.get(type)?.sharing.handed === false)
  // Two ids of one type, and one object in the answer: nobody can say which of them it proves.
  return new Set(types.filter(type => used.filter(use => use.type === type).length === 1))
}

/** A conditional request can be answered without a body, and then nothing shows whose object it was. */
function isPlainRead({ method, headers }: Exchange): boolean {
  const conditional = ['if-none-match', 'if-modified-since', 'if-match', 'if-unmodified-since', 'range']
  return method === 'GET' && conditional.every(name => headers[name] === undefined)
}

function compileResponse(
  { operation }: OperationExposure,
  api: ApiExposure,
  uses: boolean,
  ports: Ports,
): ((exchange: Exchange) => Verdict) | undefined {
  const ids = ownIds(api)
  const treeOf = compileAnswers<never, Ruled>(api.contract, operation.responses, {
    object: parts => ruledObject(api.contract, parts, ids),
  })
  if (treeOf === undefined && !uses) return undefined
  const ledger = ledgerOf(ports)
  const scopes = scopesOf(api)
  const names = operation.method === 'GET' && operation.parameters.some(({ in: place }) => place !== 'cookie')

  return exchange => {
    const { answer, caller } = exchange
    if (answer === undefined) return undefined
    const pending = open.get(exchange)
    const { status, value } = answer
    const absent = status === 404 || status === 403 || status === 410
    if (uses && absent && (status === 404 || pending !== undefined)) return missing
    // What the answer alone decides, since no id of the request is known: somebody else's would be refused by it.
    if (!uses && absent && names && claimsOf(caller) !== undefined && holdsLone(treeOf?.(200))) return missing
    const tree = treeOf?.(status)
    const proven = new Set<string>()
    if (tree !== undefined && value !== undefined) {
      const verdict = checkAnswer(exchange, value, tree, ledger, scopes, proven)
      if (verdict !== undefined && ('refuse' in verdict || pending === undefined)) return verdict
      const refused = unanswered(exchange, pending, proven)
      return refused ?? verdict
    }
    if (tree?.live === true && status < 300 && answer.body.length > 0 && answer.value === undefined) {
      // The client chooses by its Accept header what the API answers in: a form that nobody here reads proves nothing.
      const why = answer.problem ?? `it is ${answer.mediaType ?? 'of no media type'}`
      return notFound(weakness, `The answer cannot be read, so nobody can say whose objects it holds: ${why}.`)
    }
    return unanswered(exchange, pending, proven)
  }
}

/** True when an answer of this shape is one object with a rule, or an envelope around one. */
function holdsLone(tree: SchemaTree<never, Ruled> | undefined, depth = 0): boolean {
  if (tree === undefined || !tree.live || depth > 2) return false
  return (
    tree.object !== undefined || [...tree.properties.values()].some(({ tree: inner }) => holdsLone(inner, depth + 1))
  )
}

/** A request that was let through on the word of its answer, and an answer that does not keep it. */
function unanswered(
  { answer }: Exchange,
  pending: ReadonlySet<string> | undefined,
  proven: ReadonlySet<string>,
): Verdict {
  if (pending === undefined || answer === undefined || answer.status >= 400) return undefined
  if ([...pending].every(key => proven.has(key))) return undefined
  return notFound(weakness, "The answer does not show that the object is the caller's own.")
}

function checkAnswer(
  exchange: Exchange,
  value: unknown,
  tree: SchemaTree<never, Ruled>,
  ledger: Ledger,
  scopes: ReadonlyMap<string, readonly string[]>,
  proven: Set<string>,
): Verdict {
  const { caller, answer } = exchange
  const key = callerKey(caller)
  const succeeded = answer !== undefined && answer.status >= 200 && answer.status <= 299 && !doubtful.has(exchange)
  const unproven = chosen.get(exchange)
  const incomparable = new Map<OwnershipRule, { readonly key: string; readonly object: object }[]>()
  const edited = editMarked(value, tree, {
    keep({ rule, ids }, object) {
      const exempt = isExempt(rule, caller)
      const belonging = belongingOf(rule, caller, object)
      const kept = exempt || rule.sharing.handed || (belonging === 'unknown' ? key !== undefined : belonging === 'own')
      for (const { type, name } of ids) {
        const id = canonicalId(ownMember(object, name))
        if (id === undefined || key === undefined) continue
        const named = objectKey(type, id)
        if (unproven?.has(named) === true && belonging !== 'foreign') continue
        if (kept && (exempt || belonging === 'own')) proven.add(named)
        const scoped = scopedKey(exchange, scopes.get(type) ?? [], type, id)
        if (scoped === undefined) continue
        if (belonging === 'own' && succeeded) ledger.hand(key, scoped, 'owned')
        else if (belonging === 'foreign' && !rule.sharing.handed) ledger.forget(key, scoped)
        else if (kept && succeeded && !exempt) {
          const same = incomparable.get(rule) ?? []
          incomparable.set(rule, same)
          same.push({ key: scoped, object })
        }
      }
      return kept
    },
  })
  for (const [rule, handed] of incomparable) {
    // A caller without claims to whom objects of several owners are shown: which of them are the caller's, nobody knows.
    if (
      !rule.sharing.handed &&
      hasSeveralOwners(
        rule,
        handed.map(({ object }) => object),
      )
    )
      continue
    const standing = claimsOf(caller) !== undefined ? 'handed' : 'owned'
    if (key !== undefined) for (const each of handed) ledger.hand(key, each.key, standing)
  }
  if (edited.lone) return notFound(weakness, 'The answer is an object of another owner.')
  if (edited.value === value) return undefined
  const log = 'Objects of other owners were taken out of the answer.'
  const because = { weakness, problem: 'not-found', detail: 'Some objects are not yours.', log } as const
  return { rewrite: { body: edited.value }, safe: false, because }
}
