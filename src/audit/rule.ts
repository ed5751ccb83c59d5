import type { ApiExposure, OperationExposure } from '../exposure/exposure.ts'
import type { Card } from '../risk/card.ts'
import type { Outcome } from '../risk/finding.ts'

/** A predicate over the fact table that warns of what the design allows. Pure and synchronous: it sees files only. */
export interface Rule extends Card {
  readonly kind: 'rule'
  api?(api: ApiExposure): Iterable<Outcome>
  operation?(exposure: OperationExposure, api: ApiExposure): Iterable<Outcome>
}

/** Types a rule; the identity function, so that a plug-in's file reads as data. */
export function defineRule(rule: Rule): Rule {
  return rule
}
