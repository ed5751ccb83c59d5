import type { WeaknessEntry } from '../weakness.ts'

/** API1:2023, broken object level authorization. */
export const api1 = [
  {
    id: 'broken-object-level-authorization',
    cwe: 639,
    severity: 'critical',
    title: "Access to somebody else's object",
    explanation:
      "The API acts on an object because its id was given, without checking that the caller may do this to this very object. Anyone with an account can read, change or delete other people's data by exchanging the id.",
  },
  {
    id: 'missing-object-rule',
    cwe: 862,
    severity: 'high',
    title: 'Object id without an access rule',
    explanation:
      'An operation takes the id of an object, yet nothing states who may use which objects. What is not stated can neither be enforced nor tested, so the check depends on every developer remembering it.',
  },
  {
    id: 'predictable-object-id',
    cwe: 340,
    severity: 'medium',
    title: 'Guessable object id',
    explanation:
      'Ids are counted upwards or follow a pattern that can be worked out. One known id then leads to all the others, which turns a single missing check into the loss of the whole collection.',
  },
] as const satisfies readonly WeaknessEntry[]
