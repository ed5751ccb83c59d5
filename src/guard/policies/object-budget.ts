import { hash } from 'node:crypto'
import type { Budget } from '../../contract/extension.ts'
import type { Contract, Located } from '../../contract/model.ts'
import { isObject, type JsonObject, stableStringify } from '../../core/json.ts'
import type { ApiExposure, OperationExposure } from '../../exposure/exposure.ts'
import { canonicalId, objectKey, shareholder } from '../object-id.ts'
import { ownMember } from '../places.ts'
import { definePolicy, type Verdict } from '../policy.ts'
import type { Ports } from '../ports.ts'
import { compileAnswers } from '../schema-tree.ts'
import { DistinctCounter } from '../state/distinct.ts'
import { editMarked } from '../tree-walk.ts'

/** Milliseconds; a month is thirty days. */
const windows: Readonly<Record<Budget['per'], number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  month: 30 * 86_400_000,
}

/**
 * An attacker reads out a whole collection, object by object and page by page, slowly enough for every limit on
 * requests. What counts is how many *different* objects one caller has had.
 *
 * `budget: { objects: 500, per: day }` at an object's schema holds for that type wherever it is answered; at an
 * operation, for what that operation answers. What lies beyond the budget is cut out of lists; when nothing is left
 * to give, or the answer is one object, it is 429 with `Retry-After`. Objects that the caller had already in this window
 * are free. Objects are known by their id, those without one by their content. Anonymous callers share the budget of
 * their network (the address, or the /64 of IPv6), and so do made-up credentials where none is demanded.
 *
 * When it is wrong. Many people behind one address share one budget where nobody signs in; an attacker with many
 * addresses or accounts has one for each. A window begins with the first object, so around its end twice the budget can
 * be had. The counts are in memory: 500,000 ids exactly (then those who were idle for longest keep their count and lose
 * their ids, so that re-reading costs them again), 200,000 callers in all (then the one who was idle for longest is
 * forgotten). A restart forgives everybody.
 *
 * To waive it, remove the budget or set the mode for an operation.
 */
export const objectBudget = definePolicy({
  kind: 'policy',
  id: 'object-budget',
  summary: 'Bounds how many different objects one caller is given in a time, however many requests that takes.',
  covers: ['object-harvesting'],
  severity: 'high',
  remedy: 'Bound in the API how many different objects one caller can read, not only how many requests it can make.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/', 'CWE-799'],
  operation(exposure, api, _options, ports) {
    const marks = new Marks(exposure, api, ports)
    const treeOf = compileAnswers<never, Budgeted>(api.contract, exposure.operation.responses, {
      object: parts => marks.of(api.contract, parts),
    })
    if (treeOf === undefined) return undefined
    return {
      response(exchange) {
        const { answer } = exchange
        if (answer === undefined || answer.status < 200 || answer.status > 299 || answer.value === undefined)
          return undefined
        const tree = treeOf(answer.status)
        if (tree === undefined) return undefined
        const caller = shareholder(exchange)
        let given = 0
        let beyond: Budgeted | undefined
        const edited = editMarked(answer.value, tree, {
          keep(budgeted, object) {
            const within = budgeted.counter.take(caller, budgeted.nameOf(object), budgeted.budget.objects)
            if (within) given++
            else beyond = budgeted
            return within
          },
        })
        return beyond === undefined ? undefined : cut(caller, beyond, edited.lone || given === 0, edited.value)
      },
    }
  },
})

/** An object that counts, and against what. */
interface Budgeted {
  readonly budget: Budget
  readonly counter: DistinctCounter
  nameOf(object: object): string
}

function cut(caller: string, { budget, counter }: Budgeted, nothingLeft: boolean, value: unknown): Verdict {
  const seconds = Math.max(1, Math.ceil(counter.remaining(caller) / 1_000))
  const log = `More than ${budget.objects} different objects per ${budget.per}.`
  const detail = `You have had as many different objects as this API gives per ${budget.per}. Come back later.`
  const because = { weakness: 'object-harvesting', problem: 'object-budget-exhausted', detail, log } as const
  if (nothingLeft) return { refuse: 429, because: { ...because, headers: { 'retry-after': String(seconds) } } }
  return { rewrite: { body: value }, safe: false, because }
}

/** Finds the object schemas of an operation's answers that count. */
class Marks {
  readonly #exposure: OperationExposure
  readonly #api: ApiExposure
  readonly #ports: Ports

  constructor(exposure: OperationExposure, api: ApiExposure, ports: Ports) {
    this.#exposure = exposure
    this.#api = api
    this.#ports = ports
  }

  of(contract: Contract, parts: readonly Located<JsonObject>[]): Budgeted | undefined {
    const pointers = new Set(parts.map(part => part.pointer))
    const own = this.#exposure.hands.filter(hand => hand.own && pointers.has(hand.field.parent?.pointer ?? ''))
    const type = own.map(hand => hand.type).find(name => this.#api.objects.types.get(name)?.budget !== undefined)
    const declared = parts.map(part => contract.objectExtension(part).budget).find(budget => budget !== undefined)
    const ofType = declared ?? (type === undefined ? undefined : this.#api.objects.types.get(type)?.budget)
    const ofOperation = this.#exposure.operation.extension.budget
    const ids = own.map(hand => ({ type: hand.type, name: hand.field.name }))
    if (ofType !== undefined) return this.#budgeted(ofType, type ?? own[0]?.type ?? parts[0]?.pointer ?? '', ids)
    // What an operation's budget counts is what it answers for its own sake: objects with an id of their own.
    if (ofOperation === undefined || !this.#counts(parts, own.length > 0)) return undefined
    return this.#budgeted(ofOperation, this.#exposure.operation.key, ids)
  }

  /** Where no object of the answers has an id, the items of its lists count by their content. */
  #counts(parts: readonly Located<JsonObject>[], hasId: boolean): boolean {
    if (this.#exposure.hands.some(hand => hand.own)) return hasId
    const holders = this.#exposure.fields.out
      .filter(field => field.path.at(-2) === '[]')
      .map(field => field.parent?.pointer)
    return parts.some(part => holders.includes(part.pointer))
  }

  #budgeted(budget: Budget, name: string, ids: readonly { readonly type: string; readonly name: string }[]): Budgeted {
    const window = windows[budget.per]
    const counter = this.#ports.keep(
      `object-budget/${name}/${budget.per}`,
      () => new DistinctCounter(this.#ports.clock, window),
    )
    return { budget, counter, nameOf: object => nameOf(object, ids) }
  }
}

function nameOf(object: object, ids: readonly { readonly type: string; readonly name: string }[]): string {
  for (const { type, name } of ids) {
    const id = canonicalId(ownMember(object, name))
    if (id !== undefined) return objectKey(type, id)
  }
  return `\n${hash('sha256', stableStringify(isObject(object) ? object : null), 'base64url')}`
}
