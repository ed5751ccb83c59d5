import { createHmac } from 'node:crypto'
import type { Actor } from './actor.ts'
import { answers, contractOf, type Handler, type RunningFixture, ref, serve, unauthorised } from './server.fixture.ts'

const secret = 'only the fixture knows this'

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function sign(text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url')
}

/** A user with a token that is a JWT. */
export function actorWithJwt(name: string, claims: object = {}): Actor {
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: name, ...claims })}`
  return { name, credential: { kind: 'bearer', token: `${text}.${sign(text)}` } }
}

export type Verification = 'proper' | 'none-allowed' | 'signature-ignored' | 'unsigned-allowed' | 'presence'

/** A diary that asks for a JWT, and verifies it more or less. */
export function startDiary(verification: Verification): Promise<RunningFixture> {
  const exposure = contractOf(
    { 'GET /diary': { responses: answers(ref('Diary')) } },
    { Diary: { type: 'object', properties: { of: { type: 'string' }, entry: { type: 'string' } } } },
  )
  const diary: Handler = ({ headers }) => {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
    const subject = subjectOf(token, verification)
    return subject === undefined ? unauthorised : { status: 200, body: { of: subject, entry: 'Dear diary' } }
  }
  return serve(exposure, { 'GET /diary': diary })
}

function subjectOf(token: string, verification: Verification): string | undefined {
  if (verification === 'presence') return 'whoever'
  const [header = '', payload = '', signature = ''] = token.split('.')
  try {
    const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString())
    const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const genuine = signature === sign(`${header}.${payload}`)
    const waved =
      verification === 'signature-ignored' ||
      (verification === 'none-allowed' && String(alg).toLowerCase() === 'none') ||
      (verification === 'unsigned-allowed' && signature === '' && alg === 'HS256')
    return genuine || waved ? String(sub) : undefined
  } catch {
    return undefined
  }
}
