const indexBits = 12
const registerCount = 2 ** indexBits
const hashBits = 48
const longestRun = hashBits - indexBits

/**
 * How many different hashes went in, from 4,096 small registers (Flajolet et al. 2007). The standard error is
 * 1.04 / √4096 = 1.6 %; the estimator is the one of Ertl (2017, "New cardinality estimation algorithms for
 * HyperLogLog sketches", section 4), which needs no correction for small numbers.
 *
 * Memory: 4 KiB, whatever is fed. A client that may choose the texts that are hashed could lower the estimate by
 * searching for texts that share registers; ids come in as keyed hashes, so it cannot there.
 */
export class HyperLogLog {
  readonly #registers: Uint8Array

  constructor(registers: Uint8Array = new Uint8Array(registerCount)) {
    this.#registers = registers
  }

  /**
   * Tells whether the estimate may have changed.
   *
   * @param digest a uniformly distributed whole number of 48 bits
   */
  add(digest: number): boolean {
    const index = Math.floor(digest / 2 ** longestRun)
    const rest = digest - index * 2 ** longestRun
    const run = rest === 0 ? longestRun + 1 : longestRun - Math.floor(Math.log2(rest))
    if (run <= (this.#registers[index] ?? 0)) return false
    this.#registers[index] = run
    return true
  }

  estimate(): number {
    const histogram = new Float64Array(longestRun + 2)
    for (const run of this.#registers) histogram[run] = (histogram[run] ?? 0) + 1
    const share = (run: number) => (histogram[run] ?? 0) / registerCount
    let sum = registerCount * tau(1 - share(longestRun + 1))
    for (let run = longestRun; run >= 1; run--) sum = 0.5 * (sum + (histogram[run] ?? 0))
    sum += registerCount * sigma(share(0))
    return Math.round(registerCount ** 2 / (2 * Math.LN2 * sum))
  }

  save(): string {
    return Buffer.from(this.#registers).toString('base64')
  }

  static restore(saved: string): HyperLogLog | undefined {
    const registers = Uint8Array.from(Buffer.from(saved, 'base64'))
    const sound = registers.length === registerCount && registers.every(run => run <= longestRun + 1)
    return sound ? new HyperLogLog(registers) : undefined
  }
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY
  let power = share
  let weight = 1
  let sum = share
  for (let last = -1; sum !== last; ) {
    power *= power
    last = sum
    sum += power * weight
    weight += weight
  }
  return sum
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0
  let root = share
  let weight = 1
  let sum = 1 - share
  for (let last = -1; sum !== last; ) {
    root = Math.sqrt(root)
    last = sum
    weight *= 0.5
    sum -= (1 - root) ** 2 * weight
  }
  return sum / 3
}
