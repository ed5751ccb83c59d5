/** Choices that a seed repeats. Not for anything that must not be guessed: canary names and markers use `node:crypto`. */
export interface Random {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number
  /** A stream of its own, equal for equal names, so that adding a draw in one place moves no other. */
  fork(name: string): Random
}

/** The mulberry32 generator (Tommy Ettinger, public domain), seeded by a number and a name. */
export function seededRandom(seed: number, name = ''): Random {
  let state = mix(seed, name)
  return {
    below(limit) {
      state = (state + 0x6d2b79f5) | 0
      let value = Math.imul(state ^ (state >>> 15), state | 1)
      value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
      return ((value ^ (value >>> 14)) >>> 0) % Math.max(1, limit)
    },
    fork: part => seededRandom(seed, `${name}/${part}`),
  }
}

/** FNV-1a over the name, begun with the seed. */
function mix(seed: number, name: string): number {
  let hash = (2_166_136_261 ^ seed) | 0
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 16_777_619)
  return hash
}
