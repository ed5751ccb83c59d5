import { isObject } from '../../core/json.ts'
import { defineRule } from '../rule.ts'

/**
 * Old versions keep old flaws, and nobody looks at them any more: attackers do. An operation that is deprecated without
 * a date stays for ever.
 *
 * One `low` finding per deprecated operation without a date of its end (`sunset`, or a declared `Sunset` header) and
 * without a successor.
 *
 * When it is wrong: the plan may stand somewhere else.
 *
 * To waive it: `x-rugged: { sunset: 2027-01-31, successor: /v2/accounts }` at the operation; the guard then sends the
 * headers, and 410 after the date.
 */
export const unretiredVersion = defineRule({
  kind: 'rule',
  id: 'unretired-version',
  summary: 'A deprecated operation has no date on which it ends.',
  covers: ['unretired-version'],
  serves: ['API9-e'],
  severity: 'low',
  remedy: 'Set a sunset and name the successor (x-rugged: sunset, successor).',
  references: ['https://www.rfc-editor.org/rfc/rfc8594', 'https://www.rfc-editor.org/rfc/rfc9745'],
  *operation({ operation }, { contract }) {
    if (!operation.deprecated) return
    const { sunset, successor } = operation.extension
    const header = operation.responses.some(({ headers }) =>
      [...headers.keys()].some(name => name.toLowerCase() === 'sunset'),
    )
    const node = contract.at(operation.pointer)?.value
    // Other tools have keys of their own for the date.
    const elsewhere =
      isObject(node) &&
      ['x-sunset', 'x-sunset-date', 'x-removal-date', 'x-end-of-life'].some(key => node[key] !== undefined)
    if (sunset !== undefined || header || elsewhere) return
    yield {
      message: `The operation is deprecated, and nothing says when it ends${successor === undefined ? ' or what replaces it' : ''}: it will be there, unattended, for ever.`,
      confidence: 'certain',
    }
  },
})
