import type { WeaknessId } from './catalogue.ts'
import type { RequirementId } from './requirements.ts'
import type { Severity } from './weakness.ts'

/** The four families of plug-ins, and what identity and inventory provide by themselves. */
export type CardKind = 'rule' | 'probe' | 'policy' | 'detector' | 'control'

/** What every rule, probe, policy, detector and control says of itself; coverage and the reference are made of it. */
export interface Card {
  /** Equal to the name of the file it stands in. */
  readonly id: string
  /** One plain sentence. */
  readonly summary: string
  readonly covers: readonly [WeaknessId, ...WeaknessId[]]
  /** Lines of the OWASP matrix; each has a named test that fails with this card disabled. */
  readonly serves?: readonly RequirementId[]
  /** The default; a finding may differ with the facts. */
  readonly severity: Severity
  /** What to do about it. */
  readonly remedy: string
  readonly references?: readonly string[]
  /** New and unsure cards are off until there is evidence for them. */
  readonly stability?: 'new'
}

/** How a card is named in findings, configuration and documentation: `rule/missing-authentication`. */
export type CardName = `${CardKind}/${string}`

export function cardName(kind: CardKind, card: Pick<Card, 'id'>): CardName {
  return `${kind}/${card.id}`
}
