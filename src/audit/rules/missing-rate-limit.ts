import type { ApiExposure, OperationExposure } from '../../exposure/exposure.ts'
import { purposeOf, signInPurposes } from '../../exposure/purpose.ts'
import type { Draft } from '../../risk/finding.ts'
import { isOpen } from '../object-access.ts'
import { personalDataOf } from '../personal-data.ts'
import { defineRule } from '../rule.ts'
import { count, listOf } from '../wording.ts'

/**
 * An attacker calls an operation a million times: to guess a password or a code, or to carry off a public list record by
 * record. Without a limit nothing but bandwidth stops him.
 *
 * The rule is loud where that hurts: sign-in, recovery and one-time codes (`high`), and operations that tell about
 * people without asking who is calling (`medium`). A sign-in or recovery that has limits but none per target is
 * `medium`: thousands of addresses can guess at one account. For all other operations there is one `info` for the API.
 * A declared 429 or a `RateLimit` header counts as a limit that is documented.
 *
 * When it is wrong: limits are often set in a gateway that the contract does not show.
 *
 * To waive it: `x-rugged: { limits: [{ per: address, rate: 300/1m }] }` at the operation, which the guard enforces.
 */
export const missingRateLimit = defineRule({
  kind: 'rule',
  id: 'missing-rate-limit',
  summary: 'An operation that attackers repeat has no limit on the rate of calls.',
  covers: ['missing-rate-limit', 'missing-target-limit'],
  serves: ['API4-l'],
  severity: 'medium',
  remedy:
    'Declare limits at the operation (x-rugged: limits), per target too where somebody can guess, and document 429.',
  references: ['https://www.rfc-editor.org/rfc/rfc6585#section-4'],
  *operation(row, api) {
    const draft = judge(row, api)
    if (draft !== undefined) yield draft
  },
  *api({ contract, operations }) {
    const without = operations.filter(isUnlimited)
    if (without.length === 0) return
    yield {
      severity: 'info',
      message: `Of ${count(operations.length, 'operation')} ${without.length} say nothing about a limit on the rate of calls: no limits, no 429, no RateLimit header.`,
      where: contract.place(''),
      confidence: 'certain',
    }
  },
})

function isUnlimited({ limits }: OperationExposure): boolean {
  return limits.rates.length === 0 && !limits.documented
}

function judge(row: OperationExposure, api: ApiExposure): Draft | undefined {
  const { limits, operation, fields } = row
  const found = purposeOf(operation, fields)
  const guessable = found !== undefined && signInPurposes.has(found.purpose) && row.effect !== 'reads'
  // Who refreshes or registers guesses nothing of anybody else's; who logs in, recovers or confirms does.
  const guesses = guessable && ['login', 'password-reset', 'otp'].includes(found.purpose)
  if (limits.rates.length > 0) {
    if (!guesses || limits.rates.some(limit => limit.per === 'target')) return undefined
    return {
      weakness: 'missing-target-limit',
      severity: 'medium',
      subject: 'target',
      message: `This looks like ${found.purpose}, and its limits are all per caller: guesses at one account can come from thousands of addresses.`,
      remedy: 'Add a limit { per: target, target: … } that counts guesses at one account, whoever makes them.',
      confidence: found.source === 'declared' ? 'firm' : 'tentative',
    }
  }
  if (limits.documented) return undefined
  if (guesses) {
    return {
      severity: found.source === 'declared' ? 'high' : 'medium',
      message: `This looks like ${found.purpose}, and nothing limits how often it may be tried: passwords and codes can be guessed.`,
      confidence: found.source === 'declared' ? 'firm' : 'tentative',
    }
  }
  // Who writes gets his own data back.
  if (row.effect !== 'reads' && found?.purpose !== 'lookup') return undefined
  const personal = personalDataOf(row)
  if (!isOpen(row, api) || personal === undefined || personal.strength === 'weak') return undefined
  return {
    severity: 'medium',
    message: `Anybody may call, personal data comes back (${listOf(personal.classes)}), and nothing limits how often: it can be carried off record by record.`,
    confidence: personal.confidence,
  }
}
