import type { Operation } from '../contract/model.ts'
import type { CardName } from '../risk/card.ts'
import type { OperationName } from '../risk/finding.ts'

const testResults = ['passed', 'failed', 'inconclusive', 'not-reached'] as const
/** `failed` is the API's failure: a finding. `not-reached` was never tried, and is never counted as clean. */
export type TestResult = (typeof testResults)[number]

/** What the scan did at one operation. */
export interface LedgerEntry {
  readonly operation: OperationName
  /** True when some request of the scan was accepted. */
  readonly happyPath: boolean
  /** In whose name. */
  readonly actors: readonly string[]
  /** Why there is none, and what would help. */
  readonly reason?: string
  readonly tests: Readonly<Record<TestResult, number>>
  /** The same by card. */
  readonly cards: Readonly<Partial<Record<CardName, Readonly<Record<TestResult, number>>>>>
}

type Counts = Record<TestResult, number>

const none = (): Counts => ({ passed: 0, failed: 0, inconclusive: 0, 'not-reached': 0 })

/** Counts tests by operation and card. */
export class Ledger {
  readonly #cards = new Map<string, Map<CardName, Counts>>()

  count(operation: Operation, card: CardName, result: TestResult, times = 1): void {
    const cards = this.#cards.get(operation.key) ?? new Map<CardName, Counts>()
    const counts = cards.get(card) ?? none()
    counts[result] += times
    this.#cards.set(operation.key, cards.set(card, counts))
  }

  entry(operation: Operation, actors: readonly string[], reason?: string): LedgerEntry {
    const cards = this.#cards.get(operation.key) ?? new Map<CardName, Counts>()
    const tests = none()
    for (const counts of cards.values()) for (const result of testResults) tests[result] += counts[result]
    return {
      operation: nameOf(operation),
      happyPath: actors.length > 0,
      actors,
      ...(reason === undefined || actors.length > 0 ? {} : { reason }),
      tests,
      cards: Object.fromEntries(cards),
    }
  }
}

export function nameOf(operation: Operation): OperationName {
  const { id, method, path } = operation
  return id === undefined ? { method, path } : { id, method, path }
}
