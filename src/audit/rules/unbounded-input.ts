import { defineRule } from '../rule.ts'
import { count, listOf, nameField } from '../wording.ts'

/**
 * An attacker sends a name of ten megabytes or a list of a million entries, and memory, indexes and everything behind
 * them pays for it.
 *
 * One `low` finding per operation with a body, naming the strings without `maxLength` and the lists without `maxItems`.
 * Enumerations, formats of fixed form and patterns with an end are bounded.
 *
 * When it is wrong: the server may refuse large bodies as a whole; that bounds the sum, not the parts.
 *
 * To waive it: add `maxLength` and `maxItems`; an overlay can.
 */
export const unboundedInput = defineRule({
  kind: 'rule',
  id: 'unbounded-input',
  summary: 'A request body has strings or lists of any size.',
  covers: ['unbounded-input'],
  serves: ['API4-j'],
  severity: 'low',
  remedy: 'Give strings a maxLength and lists a maxItems.',
  references: ['https://json-schema.org/draft/2020-12/json-schema-validation#section-6.3.1'],
  *operation({ limits, operation }) {
    const open = limits.unbounded.filter(field => field.place === 'body')
    if (open.length === 0 || operation.body === undefined) return
    const names = [...new Set(open.map(nameField))]
    yield {
      message: `The request body has ${count(names.length, 'property', 'properties')} of any size: ${listOf(names)}.`,
      evidence: { properties: names.slice(0, 50) },
    }
  },
})
