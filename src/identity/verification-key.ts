import { type CryptoKey, importJWK, type JWK } from 'jose'
import { isObject } from '../core/json.ts'

/** One public (or shared) key of an issuer, fit for the algorithms it is listed with. */
export interface VerificationKey {
  readonly kid: string | undefined
  readonly algorithms: readonly string[]
  /** Imported at first use. */
  key(algorithm: string): Promise<CryptoKey | Uint8Array>
}

const curves: Readonly<Record<string, readonly string[]>> = {
  'P-256': ['ES256'],
  'P-384': ['ES384'],
  'P-521': ['ES512'],
  Ed25519: ['EdDSA', 'Ed25519'],
}

const rsa = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']

/** RFC 7518 section 3.2: a key for HS256 has at least as many bits as its hash. */
const sharedKeyBytes: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 }

export const knownAlgorithms: readonly string[] = [
  ...Object.values(curves).flat(),
  ...rsa,
  ...Object.keys(sharedKeyBytes),
]

/**
 * The keys of a JWK set that may verify signatures by the allowed algorithms. The key's own type decides which those
 * are: a public key never becomes an HMAC secret (RFC 8725 section 3.1). Keys of other use are left out.
 */
export function readKeySet(document: unknown, allowed: readonly string[]): readonly VerificationKey[] | undefined {
  const list = isObject(document) ? document['keys'] : undefined
  if (!Array.isArray(list)) return undefined
  return list.slice(0, 100).flatMap((entry: unknown) => {
    if (!isObject(entry)) return []
    // The members that matter are checked one by one below; jose checks the rest when it imports the key.
    const jwk = entry as JWK
    const algorithms = algorithmsOf(jwk).filter(name => allowed.includes(name))
    return algorithms.length === 0 ? [] : [verificationKey(jwk, algorithms)]
  })
}

function algorithmsOf(jwk: JWK): readonly string[] {
  if (jwk.use !== undefined && jwk.use !== 'sig') return []
  if (jwk.key_ops !== undefined && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify'))) return []
  const fitting = fittingAlgorithms(jwk)
  return jwk.alg === undefined ? fitting : fitting.filter(name => name === jwk.alg)
}

function fittingAlgorithms(jwk: JWK): readonly string[] {
  if (jwk.kty === 'EC' || jwk.kty === 'OKP') return curves[jwk.crv ?? ''] ?? []
  if (jwk.kty === 'RSA') return byteLength(jwk.n) * 8 >= 2048 ? rsa : []
  if (jwk.kty !== 'oct') return []
  const bytes = byteLength(jwk.k)
  return Object.keys(sharedKeyBytes).filter(name => bytes >= (sharedKeyBytes[name] ?? Number.POSITIVE_INFINITY))
}

function byteLength(text: unknown): number {
  return typeof text === 'string' ? Buffer.from(text, 'base64url').length : 0
}

function verificationKey(jwk: JWK, algorithms: readonly string[]): VerificationKey {
  // Public members alone: a set that carries a private key by mistake must not lead to one that signs.
  const { kty, crv, x, y, n, e, k } = jwk
  const publicJwk = Object.fromEntries(
    Object.entries({ kty, crv, x, y, n, e, k }).filter(([, value]) => value !== undefined),
    // `kty` stands first in the list and was checked to be one that jose knows.
  ) as unknown as JWK
  const imported = new Map<string, Promise<CryptoKey | Uint8Array>>()
  return {
    kid: typeof jwk.kid === 'string' ? jwk.kid : undefined,
    algorithms,
    key(algorithm) {
      let key = imported.get(algorithm)
      if (key === undefined) {
        key = importJWK(publicJwk, algorithm)
        imported.set(algorithm, key)
      }
      return key
    },
  }
}
