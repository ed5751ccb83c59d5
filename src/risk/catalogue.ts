import { api1 } from './catalogue/api1.ts'
import { api2 } from './catalogue/api2.ts'
import { api3 } from './catalogue/api3.ts'
import { api4 } from './catalogue/api4.ts'
import { api5 } from './catalogue/api5.ts'
import { api6 } from './catalogue/api6.ts'
import { api7 } from './catalogue/api7.ts'
import { api8 } from './catalogue/api8.ts'
import { api9 } from './catalogue/api9.ts'
import { api10 } from './catalogue/api10.ts'
import type { RiskId, Weakness, WeaknessEntry } from './weakness.ts'

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
} as const satisfies Readonly<Record<RiskId, readonly WeaknessEntry[]>>

/** Every id of the catalogue; derived from the data, so that a typo in a card does not compile. */
export type WeaknessId = (typeof entries)[RiskId][number]['id']

function within(risk: RiskId): readonly Weakness<WeaknessId>[] {
  return entries[risk].map(entry => ({ ...entry, risk }))
}

/** The whole catalogue, in the order of the risks. */
export const weaknesses: readonly Weakness<WeaknessId>[] = [
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

// `Object.fromEntries` forgets the keys; that each id is present follows from WeaknessId being derived from the data.
const byId = Object.fromEntries(weaknesses.map(weakness => [weakness.id, weakness])) as Readonly<
  Record<WeaknessId, Weakness<WeaknessId>>
>

/** Gives the catalogue's entry for an id. */
export function weakness(id: WeaknessId): Weakness<WeaknessId> {
  return byId[id]
}
