import type { Requirement, RequirementEntry } from './requirement.ts'
import { api1 } from './requirements/api1.ts'
import { api2 } from './requirements/api2.ts'
import { api3 } from './requirements/api3.ts'
import { api4 } from './requirements/api4.ts'
import { api5 } from './requirements/api5.ts'
import { api6 } from './requirements/api6.ts'
import { api7 } from './requirements/api7.ts'
import { api8 } from './requirements/api8.ts'
import { api9 } from './requirements/api9.ts'
import { api10 } from './requirements/api10.ts'
import type { RiskId } from './weakness.ts'

const entries = {
  API1: api1,
  API2: api2,
  API3: api3,
  API4: api4,
  API5: api5,
  API6: api6,
  API7: api7,
  API8: api8,
  API9: api9,
  API10: api10,
} as const satisfies Readonly<Record<RiskId, readonly RequirementEntry[]>>

/** `API1-a` and so on; derived from the data, so that a typo in a card does not compile. */
export type RequirementId = (typeof entries)[RiskId][number]['id']

function within(risk: RiskId): readonly Requirement<RequirementId>[] {
  // The spread comes last so that an entry's own `attestation: true` wins.
  return entries[risk].map(entry => ({ risk, attestation: false, ...entry }))
}

/** All 129 requirements, in the order of the risks. */
export const requirements: readonly Requirement<RequirementId>[] = [
  ...within('API1'),
  ...within('API2'),
  ...within('API3'),
  ...within('API4'),
  ...within('API5'),
  ...within('API6'),
  ...within('API7'),
  ...within('API8'),
  ...within('API9'),
  ...within('API10'),
]

// `Object.fromEntries` forgets the keys; that each id is present follows from RequirementId being made of the data.
const byId = Object.fromEntries(requirements.map(requirement => [requirement.id, requirement])) as Readonly<
  Record<RequirementId, Requirement<RequirementId>>
>

/** Gives the requirement for an id. */
export function requirement(id: RequirementId): Requirement<RequirementId> {
  return byId[id]
}
