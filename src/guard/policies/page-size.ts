import { member } from '../../core/json.ts'
import type { OperationExposure } from '../../exposure/exposure.ts'
import type { PageParameter } from '../../exposure/limits.ts'
import type { Exchange, Input } from '../exchange.ts'
import { readOptions } from '../options.ts'
import { compileInputReader, parameterKey } from '../places.ts'
import { type Because, definePolicy, type Verdict } from '../policy.ts'
import { bodySchemas, byPointer, compileTree } from '../schema-tree.ts'
import { editMarked } from '../tree-walk.ts'

export interface PageOptions {
  /** Records per page where the contract sets no maximum. */
  readonly maximum: number
  /** Puts the maximum in the place of a larger number instead of refusing it. */
  readonly clamp: boolean
  /** Cuts lists in answers that are longer than the maximum all the same. */
  readonly cut: boolean
}

const defaults: PageOptions = { maximum: 100, clamp: false, cut: false }

/**
 * An attacker asks for a page of a hundred thousand records, or of -1, which many databases read as *all*: one request
 * takes the collection away and the memory of the API with it.
 *
 * A parameter that steers how many records come back, and for which the contract sets no maximum, is held to one here:
 * 100, or the option `maximum`. A larger number is refused with a 400 that names the maximum, because an answer that is
 * shorter than what was asked for would look like the end of the list to an honest client; with `clamp: true` it is
 * replaced. Numbers below 1 are refused unless the contract's `minimum` lets them in. With `cut: true` lists in answers
 * that are longer are cut as well, whatever the API made of the request.
 *
 * When it is wrong. Such a parameter is known by its name (`limit`, `pageSize`, `per_page`, `first` …) in the query of a
 * read that answers a list, or at the top of the body of a search; other names are not found, and a number so called
 * that means something else is held to the maximum. Names that say less (`n`, `length`; `count` in a body) are reported
 * and let through. A `maximum` in the contract is checked by `request-contract`, and nothing is done here.
 *
 * To waive it, declare a `maximum` for the parameter.
 */
export const pageSize = definePolicy<PageOptions>({
  kind: 'policy',
  id: 'page-size',
  summary: 'Holds page sizes to a maximum where the contract sets none.',
  covers: ['unbounded-page'],
  serves: ['API4-g', 'API4-n'],
  severity: 'medium',
  remedy: 'Declare a maximum for the parameter in the contract, and enforce it in the API.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/', 'CWE-770'],
  options: configured => readOptions('page-size', configured, defaults),
  operation(exposure, api, options) {
    const open = exposure.limits.pages.filter(page => page.maximum === undefined)
    if (open.length === 0) return undefined
    // Those that are only reported stand behind those that are refused, so that they never hide one.
    const sorted = [...open].sort((left, right) => Number(right.wellKnown) - Number(left.wellKnown))
    const readers = sorted.map(page => ({ page, least: leastOf(page), read: compileInputReader(page.field) }))
    const known = readers.filter(({ page }) => page.wellKnown)
    const inBody = open.filter(page => page.wellKnown && page.field.place === 'body')
    const tree = compileTree<PageParameter, never>(api.contract, bodySchemas(exposure.operation.body?.content ?? []), {
      property: byPointer(inBody, page => page.field.pointer),
    })
    return {
      request(exchange) {
        const found = readers.find(({ read, least }) => {
          const { values, complete } = read(exchange.input)
          return !complete || values.some(value => !isWithin(value, least, options.maximum))
        })
        if (found === undefined) return undefined
        const because = explain(found.page, found.least, options.maximum)
        if (!found.page.wellKnown) return { rewrite: {}, safe: true, because }
        if (!options.clamp) return { refuse: 400, because }
        const clamp = (least: number) => (value: unknown) => clampTo(value, least, options.maximum)
        const parameters = clampParameters(exchange.input, known, clamp)
        const body =
          tree === undefined
            ? undefined
            : editMarked(exchange.input.body, tree, { property: (page, value) => clamp(leastOf(page))(value) }).value
        const changedBody = body === undefined || body === exchange.input.body ? {} : { body }
        return { rewrite: { parameters, ...changedBody }, safe: false, because }
      },
      ...(options.cut ? { response: (exchange: Exchange) => cutLists(exchange, exposure, options.maximum) } : {}),
    }
  },
})

/** The least number that the contract lets in; 1 where it says nothing, since 0 and -1 often mean *all*. */
function leastOf({ field }: PageParameter): number {
  const minimum = member(field.schema?.value, 'minimum')
  return typeof minimum === 'number' ? minimum : 1
}

function isWithin(value: unknown, least: number, maximum: number): boolean {
  const number = typeof value === 'string' ? Number(value) : value
  return typeof number === 'number' && number >= least && number <= maximum
}

function clampTo(value: unknown, least: number, maximum: number): unknown {
  if (Array.isArray(value)) return value.map(item => clampTo(item, least, maximum))
  return value === null || value === undefined || isWithin(value, least, maximum) ? value : maximum
}

function clampParameters(
  { parameters }: Input,
  readers: readonly { readonly page: PageParameter; readonly least: number }[],
  clamp: (least: number) => (value: unknown) => unknown,
): ReadonlyMap<string, unknown> {
  const clamped = new Map(parameters)
  for (const { page, least } of readers) {
    const key = parameterKey(page.field)
    const value = clamped.get(key)
    if (page.field.place !== 'body' && value !== undefined) clamped.set(key, clamp(least)(value))
  }
  return clamped
}

function explain({ field }: PageParameter, least: number, maximum: number): Because {
  return {
    weakness: 'unbounded-page',
    problem: 'page-too-large',
    detail: `"${field.name}" must be a number from ${least} to ${maximum}.`,
    log: `The ${field.place} parameter ${field.name} asks for another page size than ${least} to ${maximum}.`,
    extra: { maximum },
  }
}

/** Cuts the list that the answer is, or that stands at its top. */
function cutLists({ answer }: Exchange, { limits }: OperationExposure, maximum: number): Verdict {
  if (answer === undefined || !limits.list || answer.status < 200 || answer.status > 299) return undefined
  const { value } = answer
  const tooLong = (entry: unknown): entry is readonly unknown[] => Array.isArray(entry) && entry.length > maximum
  let body: unknown
  if (tooLong(value)) body = value.slice(0, maximum)
  else if (typeof value === 'object' && value !== null && Object.values(value).some(tooLong)) {
    body = Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [name, tooLong(entry) ? entry.slice(0, maximum) : entry]),
    )
  } else return undefined
  const detail = `A page holds at most ${maximum} records.`
  const log = `The API answered a list of more than ${maximum} records.`
  return {
    rewrite: { body },
    safe: false,
    because: { weakness: 'unbounded-page', problem: 'page-too-large', detail, log },
  }
}
