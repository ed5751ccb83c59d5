import { isObject } from '../../core/json.ts'
import type { WeaknessId } from '../../risk/catalogue.ts'
import type { Outcome } from '../../risk/finding.ts'
import type { Actor } from '../actor.ts'
import { leavesOf } from '../oracle.ts'
import { defineProbe } from '../probe.ts'
import type { Scene } from '../scene.ts'

/**
 * **An attacker** takes a token apart: changes the signature, throws it away, or writes `none` where the algorithm
 * stands. An API that only reads what is inside believes whatever was written there.
 *
 * **This probe** sends a request that works for a user with forged copies of the user's own token. It is proven when a
 * forged one is accepted, twice, while anonymous and a token that is nonsense are refused: then the API looks at the
 * token, but not at what makes it genuine.
 *
 * **When it is wrong.** A server that keeps tokens as opaque texts and compares a part of them only is meant as well.
 * Tokens that are no JWTs are not tested.
 *
 * **To waive it**, accept the finding by its fingerprint, with a reason and a date.
 */
export const brokenTokenVerification = defineProbe({
  kind: 'probe',
  id: 'broken-token-verification',
  summary: 'A token whose signature is wrong, stripped or declared needless must be refused.',
  covers: ['broken-token-verification', 'weak-token-signature'],
  serves: ['API2-h'],
  severity: 'critical',
  effect: 'reads',
  remedy:
    'Verify the signature with the issuer’s keys and a fixed list of algorithms, before anything in the token is believed. In the guard, configure `issuers`.',
  references: [
    'https://www.rfc-editor.org/rfc/rfc8725',
    'https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/',
  ],

  operation({ effect, access }) {
    return effect === 'reads' && access.policy === 'required' ? testOperation : undefined
  },
})

interface Forgery {
  readonly name: string
  readonly weakness: WeaknessId
  readonly token: string
  /** How a shell makes it of the user's own token. */
  readonly shell: (variable: string) => string
}

async function* testOperation(scene: Scene): AsyncGenerator<Outcome> {
  const { operation } = scene.exposure
  const user = scene.users.find(candidate => scene.happy(operation, candidate) !== undefined)
  const known = user === undefined ? undefined : scene.happy(operation, user)
  const forgeries = user?.credential.kind === 'bearer' ? forgeriesOf(user.credential.token) : []
  if (user === undefined || known === undefined || forgeries.length === 0) return scene.count(operation, 'not-reached')
  const accepts = async (actor: Actor) => {
    const answer = await scene.send(known.call, actor)
    if (!scene.accepted(answer, known.call)) return false
    // The authorised answer is an object or a list: so must this one be, and of about the same size.
    return leavesOf(answer.value).size >= leavesOf(known.answer.value).size * 0.5
  }
  const bearer = (token: string): Actor => ({ name: 'forged', credential: { kind: 'bearer', token } })
  for (const control of [scene.anonymous, bearer('rugged-no-token')]) {
    // Whoever lets these in has no verification that could be broken: that is missing authentication.
    if (await accepts(control)) return scene.count(operation, 'passed')
  }
  let proven = false
  for (const { name, weakness, token, shell } of forgeries) {
    const actor = bearer(token)
    if (!(await accepts(actor)) || !(await accepts(actor)) || !(await accepts(user))) continue
    proven = true
    yield {
      weakness,
      message: `${operation.key} accepts a token ${name}, and refuses nonsense: it reads the token without verifying it, so anybody can write one for anyone.`,
      subject: name,
      evidence: {
        proof:
          'The forged copy of a user’s token was accepted twice; anonymous and a token that is nonsense were refused.',
        forgery: name,
      },
      curl: scene.curl(known.call, user).replaceAll(/"\$(\w+)"/g, (_, variable: string) => `"${shell(variable)}"`),
      confidence: 'certain',
    }
  }
  if (!proven) scene.count(operation, 'passed')
}

/** Copies of a JWT in compact form (RFC 7515 section 7.1) that no verifier may take; none for other tokens. */
export function forgeriesOf(token: string): readonly Forgery[] {
  const [header = '', payload = '', signature = '', ...more] = token.split('.')
  const read = headerOf(header)
  if (read === undefined || signature === '' || more.length > 0) return []
  // As long as the genuine one, and nothing of it: what is printed must not help to put it together again.
  const wrong = Buffer.alloc(Buffer.from(signature, 'base64url').length).toString('base64url')
  const resigned = (end: string) => ({
    token: `${header}.${payload}.${end}`,
    shell: (variable: string) => `\${${variable}%.*}.${end}`,
  })
  const unsigned = (algorithm: string) => {
    const start = Buffer.from(JSON.stringify({ ...read, alg: algorithm })).toString('base64url')
    const shell = (variable: string) => `${start}.$(printf %s "$${variable}" | cut -d. -f2).`
    return { token: `${start}.${payload}.`, shell }
  }
  return [
    { name: 'with a wrong signature', weakness: 'broken-token-verification', ...resigned(wrong) },
    { name: 'without its signature', weakness: 'weak-token-signature', ...resigned('') },
    { name: 'that says alg none', weakness: 'weak-token-signature', ...unsigned('none') },
    { name: 'that says alg nOnE', weakness: 'weak-token-signature', ...unsigned('nOnE') },
  ]
}

function headerOf(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isObject(header) && typeof header['alg'] === 'string' ? header : undefined
  } catch {
    return undefined
  }
}
