/** What is usual among the others: the middle, and how far the middle half of them strays from it. */
export interface Usual {
  readonly peers: number
  readonly median: number
  /** Median absolute deviation. Unlike a standard deviation, the attackers among the peers hardly move it. */
  readonly deviation: number
}

export function usualOf(counts: readonly number[]): Usual {
  const median = medianOf(counts)
  return { peers: counts.length, median, deviation: medianOf(counts.map(count => Math.abs(count - median))) }
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
