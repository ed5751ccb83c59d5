import { rules } from '../audit/rules/index.ts'
import { guardControls } from '../guard/controls.ts'
import { policies } from '../guard/policies/index.ts'
import { type Card, type CardKind, type CardName, cardName } from '../risk/card.ts'
import { weaknesses } from '../risk/catalogue.ts'
import { requirements } from '../risk/requirements.ts'
import type { RiskId } from '../risk/weakness.ts'
import { probes } from '../scan/probes/index.ts'
import { detectors } from '../watch/detectors/index.ts'

/** One weakness and the cards that answer it; an empty list is an honest empty cell. */
export interface WeaknessCoverage {
  readonly id: string
  readonly risk: RiskId
  readonly warned: readonly CardName[]
  readonly proven: readonly CardName[]
  readonly stopped: readonly CardName[]
  readonly noticed: readonly CardName[]
}

export interface RequirementCoverage {
  readonly id: string
  readonly servedBy: readonly CardName[]
  readonly attestation: boolean
}

export interface Coverage {
  readonly weaknesses: readonly WeaknessCoverage[]
  readonly requirements: readonly RequirementCoverage[]
}

interface NamedCard {
  readonly kind: CardKind
  readonly card: Card
}

/** The matrix, computed from the cards that this build really has; nobody maintains it by hand. */
export function computeCoverage(cards: readonly NamedCard[] = allCards()): Coverage {
  const covering = (id: string, ...kinds: readonly CardKind[]) =>
    cards.filter(({ kind, card }) => kinds.includes(kind) && card.covers.some(covered => covered === id)).map(nameOf)
  return {
    weaknesses: weaknesses.map(({ id, risk }) => ({
      id,
      risk,
      warned: covering(id, 'rule'),
      proven: covering(id, 'probe'),
      // What the guard does whatever is configured stops attacks as its policies do.
      stopped: covering(id, 'policy', 'control'),
      noticed: covering(id, 'detector'),
    })),
    requirements: requirements.map(({ id, attestation }) => ({
      id,
      servedBy: cards.filter(({ card }) => card.serves?.some(served => served === id) === true).map(nameOf),
      attestation,
    })),
  }
}

export function allCards(): readonly NamedCard[] {
  return [
    ...[...rules, ...probes, ...policies, ...detectors].map(card => ({ kind: card.kind, card })),
    ...guardControls.map(card => ({ kind: 'control' as const, card })),
  ]
}

function nameOf({ kind, card }: NamedCard): CardName {
  return cardName(kind, card)
}
