import type { Contract, SecurityScheme } from '../contract/model.ts'
import { isObject, isString, type JsonObject } from '../core/json.ts'

/** How an actor shows who they are. */
export type ActorCredential =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'header' | 'query' | 'cookie'; readonly name: string; readonly value: string }

/** Somebody in whose name the scan calls. */
export interface Actor {
  readonly name: string
  readonly credential: ActorCredential
  /** The roles that this actor is known to have; absent when nobody said. */
  readonly roles?: readonly string[]
}

/** Nobody in particular. Always there. */
export const anonymous: Actor = { name: 'anonymous', credential: { kind: 'none' } }

/** An actor from a name and a secret alone: sent the way the contract's first usable security scheme asks for it. */
export function actorFromToken(contract: Contract, name: string, token: string): Actor {
  const schemes = [...contract.securitySchemes.values()]
  const bearer = schemes.some(takesBearer)
  const basic = schemes.find(scheme => scheme.type === 'http' && scheme.scheme.toLowerCase() === 'basic')
  const key = schemes.find(scheme => scheme.type === 'apiKey')
  if (!bearer && basic !== undefined && token.includes(':')) {
    const [user = '', ...rest] = token.split(':')
    return { name, credential: { kind: 'basic', user, password: rest.join(':') } }
  }
  if (!bearer && key?.type === 'apiKey') return { name, credential: { kind: key.in, name: key.name, value: token } }
  return { name, credential: { kind: 'bearer', token } }
}

function takesBearer(scheme: SecurityScheme): boolean {
  if (scheme.type === 'oauth2' || scheme.type === 'openIdConnect') return true
  return scheme.type === 'http' && scheme.scheme.toLowerCase() === 'bearer'
}

/** What must never be printed, and the shell variable that stands for it. */
export interface Secret {
  readonly value: string
  readonly variable: string
}

/** The secret of an actor: `userA` gives `TOKEN_USERA`. Undefined for anonymous. */
export function secretOf({ name, credential }: Actor): Secret | undefined {
  const variable = `TOKEN_${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`
  switch (credential.kind) {
    case 'none':
      return undefined
    case 'bearer':
      return { value: credential.token, variable }
    case 'basic':
      return { value: basicValue(credential), variable }
    default:
      return { value: credential.value, variable }
  }
}

/** RFC 7617 section 2. */
export function basicValue({ user, password }: { readonly user: string; readonly password: string }): string {
  return Buffer.from(`${user}:${password}`).toString('base64')
}

/** The claims of a token that looks like a JWT (RFC 7519); not verified, and used for nothing but guesses. */
export function claimsOf(actor: Actor): JsonObject {
  if (actor.credential.kind !== 'bearer') return {}
  const parts = actor.credential.token.split('.')
  if (parts.length !== 3) return {}
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'))
    return isObject(claims) ? claims : {}
  } catch {
    return {}
  }
}

/** The roles an actor is known to have: as stated, else as their token says. Undefined when neither tells. */
export function rolesOf(actor: Actor): readonly string[] | undefined {
  if (actor.roles !== undefined) return actor.roles
  const claims = claimsOf(actor)
  for (const name of ['roles', 'role', 'groups', 'scope', 'scp']) {
    const value = claims[name]
    if (isString(value)) return value.split(/[ ,]+/).filter(part => part !== '')
    if (Array.isArray(value)) return value.filter(isString)
  }
  return undefined
}
