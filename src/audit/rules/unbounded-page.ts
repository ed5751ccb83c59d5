import { isObject } from '../../core/json.ts'
import { wordsOf } from '../../core/words.ts'
import type { ApiExposure, OperationExposure } from '../../exposure/exposure.ts'
import { type Field, successFields } from '../../exposure/fields.ts'
import { purposeOf } from '../../exposure/purpose.ts'
import type { Draft } from '../../risk/finding.ts'
import { defineRule } from '../rule.ts'
import { count, nameField, nameOperation } from '../wording.ts'

/**
 * An attacker asks for `limit=1000000`. Either the API falls over, or it answers, and one request takes what was meant
 * to be read page by page: a whole customer base in an afternoon.
 *
 * The rule looks at operations that answer a list: a parameter for the size of a page without a `maximum` (or with one
 * that bounds nothing) is `medium`, `low` where the description alone names a maximum. A list with no parameter for
 * pages at all is `low`, unless `maxItems` bounds it. One finding per parameter in the contract, however many operations
 * share it.
 *
 * When it is wrong: the API may have a maximum that the contract does not tell. What steers the page is guessed from its
 * name.
 *
 * To waive it: give the parameter a `maximum`, or the list `maxItems`; an overlay can do either.
 */
export const unboundedPage = defineRule({
  kind: 'rule',
  id: 'unbounded-page',
  summary: 'A list can be asked for in pages of any size.',
  covers: ['unbounded-page'],
  serves: ['API4-g', 'API4-n'],
  severity: 'medium',
  remedy: 'Give the page parameter a maximum that is checked on the server, and the list a maxItems.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/'],
  *api(api) {
    yield* unboundedParameters(api)
    for (const row of api.operations) {
      const draft = withoutPages(row, api)
      if (draft !== undefined) yield draft
    }
  },
})

/** Above this a maximum is that of a number type, not of a page. */
const mostPerPage = 10_000

function* unboundedParameters(api: ApiExposure): Iterable<Draft> {
  const users = new Map<string, { readonly field: Field; readonly rows: OperationExposure[] }>()
  for (const row of api.operations) {
    for (const { field, maximum } of row.limits.pages) {
      if (maximum !== undefined && maximum <= mostPerPage) continue
      const known = users.get(field.pointer)
      if (known === undefined) users.set(field.pointer, { field, rows: [row] })
      else if (known.rows.at(-1) !== row) known.rows.push(row)
    }
  }
  for (const { field, rows } of users.values()) {
    const first = rows[0]
    if (first === undefined) continue
    const told = saysMaximum(api, field)
    yield {
      severity: told ? 'low' : 'medium',
      subject: nameField(field),
      operation: nameOperation(first.operation),
      where: api.contract.place(field.pointer),
      message: `The ${nameField(field)} asks for a page of any size${rows.length > 1 ? ` in ${count(rows.length, 'operation')}` : ''}: it has no maximum${told ? ' but in its description, which nothing can enforce' : ''}.`,
      evidence: { operations: rows.slice(0, 20).map(row => row.operation.key) },
    }
  }
}

function saysMaximum(api: ApiExposure, field: Field): boolean {
  const texts = [api.contract.at(field.pointer)?.value, field.schema?.value].map(value =>
    isObject(value) ? value['description'] : undefined,
  )
  return texts.some(
    text => typeof text === 'string' && /\b(?:max(?:imum)?|at most|up to|no more than|between)\b.{0,40}\d/i.test(text),
  )
}

const pageWord =
  /\b(?:page|offset|cursor|skip|start|before|after|since|until|from|continuation|next|marker|limit|per|size|count|token|position|anchor|index|range)\b/

function withoutPages(row: OperationExposure, { contract }: ApiExposure): Draft | undefined {
  const { operation, limits, fields, effect } = row
  const reads = effect === 'reads' || purposeOf(operation, fields)?.purpose === 'lookup'
  if (!limits.list || limits.pages.length > 0 || !reads) return undefined
  const steers = fields.in.some(
    field => field.place !== 'path' && field.path.length === 1 && pageWord.test(wordsOf(field.name).join(' ')),
  )
  if (steers || isBounded(row)) return undefined
  return {
    severity: 'low',
    subject: 'no page parameter',
    operation: nameOperation(operation),
    where: contract.place(operation.pointer),
    message:
      'The answer is a list, and nothing bounds it: no parameter for pages, no maxItems. It grows with the data until it is too much.',
    confidence: 'tentative',
  }
}

/** True when every list at the top of the answer has `maxItems`, or comes in pages by an envelope with a link or cursor. */
function isBounded({ operation, fields }: OperationExposure): boolean {
  const out = successFields(operation, fields)
  const roots = operation.responses.flatMap(({ content }) => content).map(({ schema }) => schema?.value)
  if (roots.some(root => isObject(root) && root['maxItems'] !== undefined)) return true
  const top = out.filter(field => field.path.length === 1)
  if (
    top.some(field =>
      /\b(?:next|cursor|continuation|has more|paging|pagination|page)\b/.test(wordsOf(field.name).join(' ')),
    )
  )
    return true
  const lists = top.filter(field => field.types.includes('array'))
  return (
    lists.length > 0 &&
    lists.every(field => isObject(field.schema?.value) && field.schema.value['maxItems'] !== undefined)
  )
}
