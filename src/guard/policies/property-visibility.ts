import type { ValueExtension, View } from '../../contract/extension.ts'
import { wordsOf } from '../../core/words.ts'
import type { OperationExposure } from '../../exposure/exposure.ts'
import type { Field } from '../../exposure/fields.ts'
import type { Caller } from '../../identity/caller.ts'
import { definePolicy, type Verdict } from '../policy.ts'
import { byPointer, compileAnswers } from '../schema-tree.ts'
import { editMarked, removed } from '../tree-walk.ts'

/**
 * An attacker reads the raw answer instead of the page: names, e-mail addresses, exact positions, internal remarks that
 * the API sends to everybody and leaves to the client to hide.
 *
 * `visible: [member, profile.read]` at a property of the contract names the roles and scopes that may read it; an empty
 * list is nobody. Others get what `view` says: `masked` (`***`, and the last four characters of what has at least
 * eight), `rounded: 2` (numbers to so many decimals, in nested objects and lists too; what is no number goes),
 * `aggregate: 20` (the value only beside a count of at least 20 in the same object, such as `count` or `sample_size`), or
 * nothing at all without a `view`. A `view` without `visible` holds for everybody. It applies wherever the schema is
 * used, in lists, in nested objects, as deep as a recursive schema goes, and in error answers alike.
 *
 * When it is wrong. A required property that the caller may not see is missing, and a masked number is a text: the
 * public view is what counts, so declare it in the contract if strict clients need it. Roles and scopes come from
 * verified tokens and known keys; without issuers everybody gets the view of others. Answers that are not JSON are not
 * looked into. Whether a count is honest is the API's word.
 *
 * To waive it, change `visible` in the overlay, or set the mode for an operation.
 */
export const propertyVisibility = definePolicy({
  kind: 'policy',
  id: 'property-visibility',
  summary: 'Removes, masks or rounds the properties of an answer that the caller may not see.',
  covers: ['excessive-data-exposure'],
  serves: ['API3-a', 'API3-c'],
  severity: 'high',
  remedy: 'Let the API answer with the properties alone that this caller may see.',
  references: [
    'https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/',
    'CWE-213',
  ],
  operation(exposure, api) {
    const restricted = restrictedFields(exposure)
    if (restricted.length === 0) return undefined
    const treeOf = compileAnswers<Restriction, never>(api.contract, exposure.operation.responses, {
      property: byPointer(restricted, restriction => restriction.pointer),
    })
    if (treeOf === undefined) return undefined
    return {
      response({ answer, caller }) {
        const tree = answer === undefined ? undefined : treeOf(answer.status)
        if (answer === undefined || tree === undefined) return undefined
        if (answer.value === undefined) {
          const hides = answer.body.length > 0 && restricted.some(restriction => !restriction.isOpenTo(caller))
          return hides ? unreadable : undefined
        }
        const names = new Set<string>()
        const { value } = editMarked(answer.value, tree, {
          property(restriction, found, holder) {
            if (restriction.isOpenTo(caller)) return found
            const shown = restriction.view === undefined ? removed : applyView(restriction.view, found, holder)
            if (shown !== found) names.add(restriction.name)
            return shown
          },
        })
        if (value === answer.value) return undefined
        const because = {
          weakness: 'excessive-data-exposure',
          problem: 'property-not-visible',
          detail: 'Some properties are not for you.',
          log: `The caller may not see ${[...names].sort().join(', ')}.`,
        } as const
        return { rewrite: { body: value }, safe: false, because }
      },
    }
  },
})

/** The client chooses by its Accept header what the API answers in; what nobody here reads may hold what it may not see. */
const unreadable: Verdict = {
  refuse: 502,
  because: {
    weakness: 'excessive-data-exposure',
    problem: 'invalid-response',
    detail: 'The answer came in a form that cannot be checked. Ask for application/json.',
    log: 'the answer is not JSON, and holds properties that this caller may not see',
  },
}

interface Restriction {
  readonly name: string
  readonly pointer: string
  readonly view: View | undefined
  isOpenTo(caller: Caller): boolean
}

function restrictedFields({ fields }: OperationExposure): readonly Restriction[] {
  const restricted = fields.out.filter(
    ({ extension }) => extension.visible !== undefined || extension.view !== undefined,
  )
  return restricted.map(restrictionOf)
}

function restrictionOf({
  name,
  pointer,
  extension,
}: Pick<Field, 'name' | 'pointer'> & { readonly extension: ValueExtension }): Restriction {
  const { visible, view } = extension
  const audience = new Set(visible)
  return {
    name,
    pointer,
    view,
    isOpenTo(caller) {
      if (caller.kind !== 'subject' && caller.kind !== 'key') return false
      const roles = caller.kind === 'subject' ? caller.roles : []
      return roles.some(role => audience.has(role)) || caller.scopes.some(scope => audience.has(scope))
    },
  }
}

function applyView(view: View, value: unknown, holder: object): unknown {
  switch (view.kind) {
    case 'masked':
      return mask(value)
    case 'rounded':
      return round(value, view.decimals)
    case 'aggregate':
      return groupSize(holder) >= view.least ? value : removed
  }
}

function mask(value: unknown): unknown {
  if (value === null) return null
  if (Array.isArray(value)) return value.map(mask)
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, mask(entry)]))
  const text = String(value)
  // Of a short value the last four characters would be half of it, and half is enough to guess the rest.
  return text.length < 8 ? '***' : `***${text.slice(-4)}`
}

/** Numbers, also those in texts, to so many decimals; everything else goes: nobody said how to make it less exact. */
function round(value: unknown, decimals: number): unknown {
  if (value === null) return null
  if (typeof value === 'number') return roundNumber(value, decimals)
  if (typeof value === 'string') {
    const number = Number(value)
    return value.trim() !== '' && Number.isFinite(number) ? String(roundNumber(number, decimals)) : removed
  }
  if (typeof value !== 'object') return removed
  if (Array.isArray(value)) return value.map(item => round(item, decimals)).filter(item => item !== removed)
  const rounded = Object.entries(value).map(([name, entry]) => [name, round(entry, decimals)] as const)
  return Object.fromEntries(rounded.filter(([, entry]) => entry !== removed))
}

function roundNumber(value: number, decimals: number): number {
  const factor = 10 ** Math.min(decimals, 15)
  const rounded = Math.round(value * factor) / factor
  return Number.isFinite(rounded) ? rounded : value
}

const countNames =
  /^(?:count|total|size|n|(?:group|sample|cohort|population) (?:size|count)|(?:number|num|count) of \w+|(?:people|person|user|member|respondent|participant)s? count)$/

/** The size of the group that an object sums up, by a sibling whose name says so; 0 where none does. */
function groupSize(holder: object): number {
  for (const [name, value] of Object.entries(holder)) {
    if (typeof value === 'number' && countNames.test(wordsOf(name).join(' '))) return value
  }
  return 0
}
