import type { ContractProblem } from '../../contract/model.ts'
import type { ApiExposure } from '../../exposure/exposure.ts'
import { defineRule } from '../rule.ts'

/**
 * What is wrong in the contract itself and was worked round: a reference that leads nowhere, a parameter without a
 * name, an operation that is left out. Whatever is left out is not audited, not tested and not guarded.
 *
 * One `low` finding per place. A security scheme that is not defined has a rule of its own.
 *
 * When it is wrong: never as a fact; other tools may read the same text differently.
 *
 * To waive it: correct the contract, or an overlay for it.
 */
export const contractProblem = defineRule({
  kind: 'rule',
  id: 'contract-problem',
  summary: 'Part of the contract cannot be understood, so it was left out.',
  covers: ['incomplete-documentation'],
  severity: 'low',
  remedy: 'Correct the contract at this place.',
  references: ['https://spec.openapis.org/oas/v3.1.1.html'],
  *api(api) {
    const undefinedSchemes = new Set(
      api.operations.flatMap(({ access }) =>
        access.alternatives.flatMap(({ requirements }) =>
          requirements.filter(({ credential }) => credential === 'undefined-scheme').map(({ scheme }) => scheme),
        ),
      ),
    )
    for (const problem of api.contract.problems) {
      if (isSaidElsewhere(problem, undefinedSchemes)) continue
      const operation = operationAt(problem.where.pointer, api)
      yield {
        message: problem.message,
        where: problem.where,
        // The sentence names what it is about, and stays when lines move.
        subject: problem.message,
        confidence: 'certain',
        ...(operation === undefined ? {} : { operation }),
      }
    }
  },
})

function isSaidElsewhere({ message, where }: ContractProblem, undefinedSchemes: ReadonlySet<string>): boolean {
  return /\/security(?:\/|$)/.test(where.pointer) && [...undefinedSchemes].some(name => message.includes(`"${name}"`))
}

function operationAt(pointer: string, { operations }: ApiExposure) {
  const found = operations.find(
    ({ operation }) => pointer === operation.pointer || pointer.startsWith(`${operation.pointer}/`),
  )?.operation
  if (found === undefined) return undefined
  const { id, method, path } = found
  return id === undefined ? { method, path } : { id, method, path }
}
