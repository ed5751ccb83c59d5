import type { Operation } from '../../contract/model.ts'
import type { Field } from '../../exposure/fields.ts'
import { isSecretClass } from '../../exposure/sensitivity.ts'
import type { Draft } from '../../risk/finding.ts'
import { defineRule } from '../rule.ts'
import { count, nameField, nameOperation } from '../wording.ts'

/**
 * What stands in a URL ends up in logs, histories, referrers and screenshots. An attacker who reads one access log has
 * every key and token that was sent that way.
 *
 * Two flaws, one finding for each place in the contract: a security scheme that puts its key into the query, and a query
 * or path parameter that holds a password, token or secret by declaration or by its name.
 *
 * When it is wrong: a link sent by e-mail has to carry its one-time token somewhere; such path parameters are `low`.
 * Names are a guess, and a guess is at most `medium`.
 *
 * To waive it: move the credential to a header or the body.
 */
export const credentialInUrl = defineRule({
  kind: 'rule',
  id: 'credential-in-url',
  summary: 'A credential travels in the URL.',
  covers: ['credential-in-url'],
  serves: ['API2-e'],
  severity: 'high',
  remedy: 'Send it in the Authorization header, another header or the body.',
  references: [
    'https://www.rfc-editor.org/rfc/rfc9110#section-17.9',
    'https://www.rfc-editor.org/rfc/rfc6750#section-5.3',
  ],
  *api({ contract, operations }) {
    for (const [name, scheme] of contract.securitySchemes) {
      if (scheme.type !== 'apiKey' || scheme.in !== 'query') continue
      const users = operations.filter(row =>
        row.access.alternatives.some(({ requirements }) => requirements.some(other => other.scheme === name)),
      )
      if (users.length === 0) continue
      yield {
        subject: name,
        where: contract.place(scheme.pointer),
        message: `The scheme "${name}" sends its key in the query as ${scheme.name}, where logs and histories keep it; ${count(users.length, 'operation')} take it.`,
        confidence: 'certain',
      }
    }
    const seen = new Set<string>()
    for (const { operation, fields } of operations) {
      for (const field of fields.in) {
        if (!isCredential(field) || seen.has(field.pointer)) continue
        seen.add(field.pointer)
        yield { ...draft(operation, field), where: contract.place(field.pointer) }
      }
    }
  },
})

function isCredential(field: Field): boolean {
  const { place, sensitive, path } = field
  return (
    (place === 'query' || place === 'path') &&
    path.length === 1 &&
    sensitive !== undefined &&
    isSecretClass(sensitive.class)
  )
}

function draft(operation: Operation, field: Field): Draft {
  const guessed = field.sensitive?.source === 'guessed'
  const declared = field.sensitive?.source === 'declared'
  return {
    operation: nameOperation(operation),
    subject: nameField(field),
    severity: declared ? 'high' : field.place === 'path' ? 'low' : 'medium',
    message: `The ${nameField(field)} holds a ${field.sensitive?.class}, and URLs are kept in logs and histories.${guessed ? ' That is guessed from its name.' : ''}`,
    confidence: declared ? 'certain' : guessed ? 'tentative' : 'firm',
  }
}
