/**
 * Where a fact comes from: the contract or overlay says it (`declared`), it follows from what they say (`derived`), or
 * a name suggests it (`guessed`). Findings that rest on a guess say so and are less severe.
 */
export type FactSource = 'declared' | 'derived' | 'guessed'

const order: readonly FactSource[] = ['guessed', 'derived', 'declared']

/** The less certain of two sources: what a conclusion from both may claim. */
export function weaker(a: FactSource, b: FactSource): FactSource {
  return order.indexOf(a) <= order.indexOf(b) ? a : b
}
