import { isObject, isString, type JsonObject, member } from '../core/json.ts'

/** The scopes of a verified token: `scope` as text (RFC 9068 section 2.2.3), `scp` as many issuers write it. */
export function readScopes(claims: JsonObject, claim?: string): readonly string[] {
  if (claim !== undefined) return wordsOf(claimAt(claims, claim))
  return wordsOf(claims['scope'] ?? claims['scp'])
}

/** The roles of a verified token. */
export function readRoles(claims: JsonObject, claim = 'roles'): readonly string[] {
  return wordsOf(claimAt(claims, claim))
}

/** A claim by its name, or by a path with dots where no claim has the whole text for its name. */
function claimAt(claims: JsonObject, path: string): unknown {
  const whole = member(claims, path)
  if (whole !== undefined) return whole
  let current: unknown = claims
  for (const name of path.split('.')) current = isObject(current) ? member(current, name) : undefined
  return current
}

function wordsOf(value: unknown): readonly string[] {
  if (isString(value)) return value.split(' ').filter(word => word !== '')
  return Array.isArray(value) ? value.filter(isString) : []
}
