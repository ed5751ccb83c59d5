/** What a contestant tells the bench, and what it is asked: over the channel that `fork` opens, nothing else. */
export type SeatMessage =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'usage'; readonly microseconds: number; readonly residentBytes: number }

export interface SeatQuestion {
  readonly kind: 'usage?'
}

/**
 * Takes a seat in the bench: tells the port, then answers how much processor time the whole process has used, its
 * collector's threads included. Ends with the bench, however that ends.
 */
export function takeSeat(port: number): void {
  if (process.send === undefined) throw new Error('Contestants are started by the bench: node bench/guard.ts')
  const tell = (message: SeatMessage) => void process.send?.(message)
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    tell({ kind: 'usage', microseconds: user + system, residentBytes: process.memoryUsage.rss() })
  })
  process.on('disconnect', () => process.exit(0))
  // Ctrl-C reaches every process of the terminal; the bench decides the order in which they end.
  process.on('SIGINT', () => undefined)
  tell({ kind: 'ready', port })
}

/** The API behind the contestant, as the bench names it. */
export function upstreamUrl(): string {
  const url = process.argv[2]
  if (url === undefined) throw new Error('Contestants are started by the bench: node bench/guard.ts')
  return url
}

/** The contract that every contestant enforces. */
export const contractFile = new URL('../contract.yaml', import.meta.url)
