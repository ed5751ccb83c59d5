/** Exact decimal amounts: a bigint counts hundred-millionths, so that no cent is lost to floating point. */

const scale = 100_000_000n

/** Parses a positive decimal with up to nine digits before and eight after the point; undefined for anything else. */
export function parseAmount(text: unknown): bigint | undefined {
  if (typeof text !== 'string') return undefined
  const [, whole, fraction = ''] = /^(\d{1,9})(?:\.(\d{1,8}))?$/.exec(text) ?? []
  if (whole === undefined) return undefined
  const amount = BigInt(whole) * scale + BigInt(fraction.padEnd(8, '0'))
  return amount > 0n ? amount : undefined
}

/** Writes an amount with at least two decimals: `1280.50`, `0.0002`. */
export function formatAmount(amount: bigint): string {
  const sign = amount < 0n ? '-' : ''
  const digits = (amount < 0n ? -amount : amount).toString().padStart(9, '0')
  return `${sign}${digits.slice(0, -8)}.${digits.slice(-8).replace(/0{1,6}$/, '')}`
}

/** Size times price, both in hundred-millionths. */
export function multiply(size: bigint, price: bigint): bigint {
  return (size * price) / scale
}
