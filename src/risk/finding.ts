import { hash } from 'node:crypto'
import type { JsonObject } from '../core/json.ts'
import { type Card, type CardKind, type CardName, cardName } from './card.ts'
import { type WeaknessId, weakness } from './catalogue.ts'
import type { RiskId, Severity } from './weakness.ts'

/** How sure a finding is: shown by effect or stated in the contract; derived from it; guessed from names. */
export type Confidence = 'certain' | 'firm' | 'tentative'

/** An operation as a person and a script know it; `path` is the template of the contract. */
export interface OperationName {
  readonly id?: string
  readonly method: string
  readonly path: string
}

/** A place in a file; line and column count from 1, `pointer` is a JSON Pointer. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly pointer: string
}

/** What a plug-in yields: only what it alone knows. `toFinding` adds what follows from the card and the catalogue. */
export interface Draft {
  /** One of the card's; its first when absent. */
  readonly weakness?: WeaknessId
  readonly severity?: Severity
  /** What is wrong and why it matters, one or two sentences. */
  readonly message: string
  /** What to do, when it can be said more exactly than the card does. */
  readonly remedy?: string
  readonly operation?: OperationName
  readonly where?: Place
  /** What tells two findings of one card at one operation apart: a parameter, a property. Never a position or a value. */
  readonly subject?: string
  readonly evidence?: JsonObject
  /** One shell line that repeats it. A finding of a running API always has one. */
  readonly curl?: string
  readonly confidence?: Confidence
}

/** What could not be judged, and why: silence would look like a clean bill. */
export interface NotEvaluated {
  readonly notEvaluated: string
  readonly operation?: OperationName
}

export type Outcome = Draft | NotEvaluated

/** The stable form that scripts read; see the reference of the JSON output. */
export interface Finding {
  readonly id: string
  readonly card: CardName
  readonly weakness: WeaknessId
  readonly risk: RiskId
  readonly severity: Severity
  readonly operation?: OperationName
  readonly where?: Place
  readonly message: string
  readonly evidence?: JsonObject
  readonly curl?: string
  readonly remedy: string
  /** Equal for the same flaw of the same operation, whatever moved in the file. */
  readonly fingerprint: string
  readonly confidence: Confidence
}

export interface NotEvaluatedEntry extends NotEvaluated {
  readonly card: CardName
}

export function isNotEvaluated(outcome: Outcome): outcome is NotEvaluated {
  return 'notEvaluated' in outcome
}

/** Completes a draft. The fingerprint is taken over what names the flaw, never over positions, values or wording. */
export function toFinding(kind: CardKind, card: Card, draft: Draft): Finding {
  const { weakness: named, severity, remedy, subject, confidence, message, operation, where, evidence, curl } = draft
  const flaw = weakness(named ?? card.covers[0])
  const name = cardName(kind, card)
  const at = operation === undefined ? '' : `${operation.method} ${operation.path}`
  const fingerprint = hash('sha256', [name, flaw.id, at, subject ?? ''].join('\n')).slice(0, 32)
  return {
    id: `${card.id}-${fingerprint.slice(0, 8)}`,
    card: name,
    weakness: flaw.id,
    risk: flaw.risk,
    severity: severity ?? card.severity,
    ...(operation === undefined ? {} : { operation }),
    ...(where === undefined ? {} : { where }),
    message,
    ...(evidence === undefined ? {} : { evidence }),
    ...(curl === undefined ? {} : { curl }),
    remedy: remedy ?? card.remedy,
    fingerprint,
    confidence: confidence ?? 'firm',
  }
}
