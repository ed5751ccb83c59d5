import type { OperationExposure } from '../../exposure/exposure.ts'
import { defineRule } from '../rule.ts'
import { listOf } from '../wording.ts'

/**
 * What a contract does not define nothing can check: an answer without a schema may carry anything, an error without a
 * definition is often a stack trace.
 *
 * One `low` finding per operation that names all that is missing: a success at all, a schema for its JSON, a 401 or 403
 * where a credential is asked for, and any answer for requests that are wrong.
 *
 * When it is wrong: `default` is taken for every error. Answers without a body need no schema.
 *
 * To waive it: define the responses; one component can serve all operations.
 */
export const undefinedResponse = defineRule({
  kind: 'rule',
  id: 'undefined-response',
  summary: 'Answers that the operation gives are not defined.',
  covers: ['undefined-response'],
  serves: ['API8-r'],
  severity: 'low',
  remedy: 'Define a schema for every success, and problem+json for the errors.',
  references: ['https://www.rfc-editor.org/rfc/rfc9457'],
  *operation(row) {
    const missing = missingIn(row)
    if (missing.length > 0)
      yield { message: `Not defined: ${listOf(missing)}.`, confidence: 'certain', evidence: { missing } }
  },
})

function missingIn({ operation, access, fields }: OperationExposure): string[] {
  const { responses } = operation
  const has = (pattern: RegExp) => responses.some(({ status }) => pattern.test(status))
  const any = has(/^default$/)
  const missing: string[] = []
  if (!has(/^[123]/) && !any) missing.push('any success')
  const bare = responses.filter(
    ({ status, content }) =>
      status.startsWith('2') && content.some(media => media.type.includes('json') && media.schema === undefined),
  )
  if (bare.length > 0) missing.push(`a schema for ${listOf(bare.map(({ status }) => status))}`)
  if (!access.anonymous && !any && !has(/^(?:401|403|4XX)$/i)) missing.push('401 or 403')
  const takes = fields.in.length > 0
  if (takes && !any && !has(/^4/)) missing.push('an answer to wrong requests (4XX)')
  return missing
}
