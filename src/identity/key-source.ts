import { readFileSync } from 'node:fs'
import type { Clock, Instant } from '../core/clock.ts'
import { Fault } from '../core/fault.ts'
import { stableStringify } from '../core/json.ts'
import { readKeySet, type VerificationKey } from './verification-key.ts'

/** Where an issuer's keys come from. */
export interface KeySource {
  /** Changes whenever the keys do: what was verified under another generation is verified again. */
  readonly generation: number
  /**
   * The one key that a token's header points at. `kid` is looked up in the set and nowhere else; without it the set
   * must leave no choice. A promise only when keys have to be fetched.
   */
  find(algorithm: string, kid: string | undefined): VerificationKey | undefined | Promise<VerificationKey | undefined>
}

export interface KeySourceOptions {
  /** A file, an `https:` URL (or `http:` on loopback), or the JWK set itself. */
  readonly jwks: unknown
  readonly algorithms: readonly string[]
  readonly clock: Clock
}

/** @throws Fault `configuration`, `file-unreadable` */
export function openKeySource({ jwks, algorithms, clock }: KeySourceOptions): KeySource {
  if (typeof jwks !== 'string') return fixedKeys(jwks, algorithms, 'The JWK set in the configuration')
  if (!/^[a-z][a-z0-9+.-]+:/i.test(jwks)) return fixedKeys(readJson(jwks), algorithms, `The JWK set ${jwks}`)
  const url = new URL(jwks)
  if (url.protocol === 'file:') return fixedKeys(readJson(url), algorithms, `The JWK set ${jwks}`)
  const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    const hint = 'Fetch it over https, or name a file.'
    throw new Fault('configuration', `Keys from ${url.origin} could be replaced on their way.`, { hint })
  }
  return new RemoteKeys(url, algorithms, clock)
}

function readJson(file: string | URL): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const hint = 'It must be a JSON document like {"keys": [...]}.'
    throw new Fault('file-unreadable', `The JWK set ${String(file)} cannot be read.`, { hint, cause: error })
  }
}

function fixedKeys(document: unknown, algorithms: readonly string[], name: string): KeySource {
  const keys = readKeySet(document, algorithms)
  if (keys === undefined || keys.length === 0) {
    const hint = 'RSA keys need 2048 bits, HS256 keys 256; "use" and "alg" must fit.'
    throw new Fault('configuration', `${name} has no key for ${algorithms.join(', ')}.`, { hint })
  }
  return { generation: 0, find: (algorithm, kid) => choose(keys, algorithm, kid) }
}

function choose(
  keys: readonly VerificationKey[],
  algorithm: string,
  kid: string | undefined,
): VerificationKey | undefined {
  const fitting = keys.filter(key => key.algorithms.includes(algorithm) && (kid === undefined || key.kid === kid))
  return fitting.length === 1 ? fitting[0] : undefined
}

const minute = 60_000
const timeout = 5_000
const largest = 512 * 1024
const freshFor = 10 * minute
/** While the issuer is away its last keys still count, but not for ever: they may have been withdrawn. */
const usableFor = 24 * 60 * minute
const shortestPause = 5_000
const longestPause = 5 * minute

/**
 * Keys behind a URL. One request at a time whatever the traffic; a token with an unknown `kid` leads to at most one
 * fetch per pause, so that an attacker who makes up ids does not turn the guard against the issuer.
 */
class RemoteKeys implements KeySource {
  generation = 0
  readonly #url: URL
  readonly #algorithms: readonly string[]
  readonly #clock: Clock
  #keys: readonly VerificationKey[] = []
  #fingerprint = ''
  #fetchedAt: Instant = Number.NEGATIVE_INFINITY
  #nextTry: Instant = Number.NEGATIVE_INFINITY
  #pause = shortestPause
  #pending: Promise<void> | undefined

  constructor(url: URL, algorithms: readonly string[], clock: Clock) {
    this.#url = url
    this.#algorithms = algorithms
    this.#clock = clock
  }

  find(algorithm: string, kid: string | undefined): VerificationKey | undefined | Promise<VerificationKey | undefined> {
    const age = this.#clock.now() - this.#fetchedAt
    if (age > freshFor) this.#refresh()
    const known = age > usableFor ? undefined : choose(this.#keys, algorithm, kid)
    if (known !== undefined) return known
    this.#refresh()
    return this.#pending?.then(() => {
      const usable = this.#clock.now() - this.#fetchedAt <= usableFor
      return usable ? choose(this.#keys, algorithm, kid) : undefined
    })
  }

  #refresh(): void {
    const now = this.#clock.now()
    if (this.#pending !== undefined || now < this.#nextTry) return
    this.#nextTry = now + this.#pause
    this.#pending = this.#fetch()
      .then(document => this.#take(document))
      .catch(() => {
        this.#pause = Math.min(longestPause, this.#pause * 2)
        this.#nextTry = this.#clock.now() + this.#pause
      })
      .finally(() => {
        this.#pending = undefined
      })
  }

  #take(document: unknown): void {
    const keys = readKeySet(document, this.#algorithms)
    // A set without a usable key is more probably a mistake of the issuer than a withdrawal of all its keys.
    if (keys === undefined || keys.length === 0) throw new Error('no usable key')
    this.#fetchedAt = this.#clock.now()
    this.#pause = shortestPause
    const fingerprint = stableStringify(document)
    if (fingerprint === this.#fingerprint) return
    this.#fingerprint = fingerprint
    this.#keys = keys
    this.generation++
  }

  async #fetch(): Promise<unknown> {
    const response = await fetch(this.#url, {
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
      headers: { accept: 'application/jwk-set+json, application/json' },
    })
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`)
    const chunks: Uint8Array[] = []
    let length = 0
    for await (const chunk of response.body) {
      length += chunk.length
      if (length > largest) throw new Error('too large')
      chunks.push(chunk)
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  }
}
