/** Signs and verifies the lab's access tokens (RFC 9068, ES256). Authentication is real here: it is not the flaw. */

import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import type { LabIssuer } from './breach.ts'
import { type ApiReply, type ApiRequest, type Handler, refusal } from './http-api.ts'

export interface IssuerOptions {
  readonly issuer: string
  readonly audience: string
  /** Actor name to subject. */
  readonly subjects: Readonly<Record<string, string>>
  /** More claims by actor name: roles, scope … */
  readonly claims?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export interface Issuer {
  readonly published: LabIssuer
  /** Bearer tokens by actor name, good for an hour. */
  readonly tokens: Readonly<Record<string, string>>
  /** The subject of a request's verified token; undefined without a valid one. */
  subjectOf(request: ApiRequest): Promise<string | undefined>
}

/** A new subject for every named actor. */
export function newSubjects<Name extends string>(...names: readonly Name[]): Readonly<Record<Name, string>> {
  // fromEntries forgets the key type; the keys are exactly the names.
  return Object.fromEntries(names.map(name => [name, randomUUID()])) as Record<Name, string>
}

/** Makes a fresh key and one token for each actor. */
export async function openIssuer({ issuer, audience, subjects, claims }: IssuerOptions): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const kid = randomUUID()
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }
  const sign = (name: string, subject: string) =>
    new SignJWT({ client_id: 'mobile-app', ...claims?.[name] })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey)
  const tokens: Record<string, string> = {}
  for (const [name, subject] of Object.entries(subjects)) tokens[name] = await sign(name, subject)

  return {
    published: { issuer, audience, algorithms: ['ES256'], jwks: { keys: [jwk] } },
    tokens,
    async subjectOf(request) {
      const token = /^Bearer ([\w.-]+)$/i.exec(request.headers.authorization ?? '')?.[1]
      if (token === undefined) return undefined
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          issuer,
          audience,
          algorithms: ['ES256'],
          typ: 'at+jwt',
          requiredClaims: ['sub', 'exp', 'iat'],
        })
        return payload.sub
      } catch {
        return undefined
      }
    },
  }
}

/** A handler for callers with a valid token alone; the others get 401 with the challenge of RFC 6750 section 3. */
export function signedIn(
  issuer: Issuer,
  handler: (request: ApiRequest, subject: string) => ApiReply | Promise<ApiReply>,
): Handler {
  return async request => {
    const subject = await issuer.subjectOf(request)
    if (subject !== undefined) return handler(request, subject)
    const challenge = request.headers.authorization === undefined ? 'Bearer' : 'Bearer error="invalid_token"'
    return {
      ...refusal(401, 'unauthorized', 'Send a valid access token.'),
      headers: { 'www-authenticate': challenge },
    }
  }
}
