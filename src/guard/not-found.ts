import type { WeaknessId } from '../risk/catalogue.ts'
import type { Verdict } from './policy.ts'

const problem = 'not-found'
const detail = 'There is nothing here that you may use under this id.'

/**
 * The refusal of somebody else's object. It says the same, byte for byte but for the incident id, as {@link missing}
 * makes the API say of an object that does not exist, so that nobody can find out which of the two it is. How often the
 * caller may still call counts down from one answer to the next, so neither of them says it.
 */
export function notFound(weakness: WeaknessId, log: string): NonNullable<Verdict> {
  return { refuse: 404, because: { weakness, problem, detail, log, uncounted: true } }
}

/** Puts the refusal of {@link notFound} in the place of the API's own 404. It is no incident, so there is no reason. */
export const missing: NonNullable<Verdict> = {
  rewrite: { problem: { status: 404, problem, detail, uncounted: true } },
  safe: false,
}
