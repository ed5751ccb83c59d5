import type { WeaknessId } from './catalogue.ts'
import type { RiskId } from './weakness.ts'

/** The parts of the product that can serve a requirement. */
export type Part = 'audit' | 'scan' | 'guard' | 'watch' | 'identity' | 'inventory'

/** One testable line of the OWASP API Security Top 10 of 2023, in our own words. */
export interface Requirement<Id extends string = string> {
  readonly id: Id
  readonly risk: RiskId
  /** The section it comes from: "Is the API vulnerable?" or "How to prevent". */
  readonly asks: 'vulnerable' | 'prevent'
  readonly text: string
  /** The primary owner first. */
  readonly parts: readonly [Part, ...Part[]]
  /** What a part's share is limited to, where it needs saying. */
  readonly notes?: Readonly<Partial<Record<Part, string>>>
  /** True where neither contract nor traffic can show it alone, so a dated statement with an owner is recorded. */
  readonly attestation: boolean
  /** What is wrong when the requirement is not met; a weakness of its own risk first. */
  readonly weaknesses: readonly [WeaknessId, ...WeaknessId[]]
}

/** What a requirements file writes down; the risk is given by the file, attestation only where it is needed. */
export type RequirementEntry = Omit<Requirement, 'risk' | 'attestation'> & { readonly attestation?: true }
