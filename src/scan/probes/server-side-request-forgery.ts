import type { UrlInput } from '../../exposure/urls.ts'
import type { Draft, Outcome } from '../../risk/finding.ts'
import type { Actor } from '../actor.ts'
import type { Answer } from '../answer.ts'
import { type Call, inputAt, withValue } from '../call.ts'
import type { Canary, Lure } from '../canary.ts'
import { defineProbe } from '../probe.ts'
import type { Scene } from '../scene.ts'

/**
 * Milliseconds that an API which accepted may take to come. Later spellings get less: one that comes late to the plain
 * one has been seen by then. One that refused hardly comes at all.
 */
const patience = { accepted: 1_000, later: 150, refused: 75 }

/**
 * **An attacker** gives the API a URL that it will fetch: a webhook, a picture, a document to import. The request
 * comes from inside, so it reaches the cloud's metadata service, other services, and the machine itself.
 *
 * **This probe** starts a server of its own on loopback and puts an address of it, which nobody else can know, into
 * every input of query and body that holds a URL; where the plain spelling is refused, it is spelled in decimal,
 * hexadecimal, octal, as IPv6 and as a name. It is proven when the API came to that address, twice, to two different
 * ones. What the server answered carries a secret: when that comes back, the answer is passed on raw. And it redirects:
 * when the API follows, a permitted host that redirects is enough.
 *
 * **When it is wrong.** An API on another machine cannot reach our loopback; then nothing is found, and nothing is
 * shown. One that fetches minutes later is not waited for.
 *
 * **To waive it**, accept the finding by its fingerprint, with a reason and a date.
 */
export const serverSideRequestForgery = defineProbe({
  kind: 'probe',
  id: 'server-side-request-forgery',
  summary: 'A URL in a request must not lead the server to its own loopback or network.',
  covers: ['server-side-request-forgery', 'fetched-response-passed-back', 'fetcher-follows-redirects'],
  serves: ['API7-b', 'API7-g', 'API7-j'],
  severity: 'critical',
  effect: 'writes',
  remedy:
    'Fetch from a list of permitted schemes, hosts and ports alone, check the address that the name resolves to when connecting, and follow no redirect. In the guard, declare `url` on the input and send the API’s own requests through egress.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa7-server-side-request-forgery/'],

  operation({ urls }) {
    const inputs = urls.filter(({ field }) => field.place === 'query' || field.place === 'body')
    if (inputs.length === 0) return undefined
    return async function* (scene) {
      for (const input of inputs) yield* testInput(scene, input)
    }
  },
})

async function* testInput(scene: Scene, input: UrlInput): AsyncGenerator<Outcome> {
  const { exposure } = scene
  const { operation, access } = exposure
  if (exposure.effect === 'deletes') return scene.count(operation, 'not-reached')
  const canary = await scene.canary()
  const actor = access.anonymous ? scene.anonymous : (scene.users[0] ?? scene.anonymous)
  const call = scene.happy(operation, actor)?.call ?? scene.build(exposure, fallback, actor)
  const known = inputAt(call, input.field)
  let wait = patience.accepted
  // Who is refused for the URL has come as far as the check of the URL; who is refused for anything else has not.
  let judged = scene.happy(operation, actor) !== undefined
  for (const spell of spellings(canary.port, typeof known === 'string' ? known : undefined)) {
    if (scene.budget.spent !== undefined) return
    const first = await lureOnce({ scene, canary, call, input, actor, spell, wait }, canary.lure())
    if (scene.accepted(first.answer, first.call)) wait = patience.later
    judged ||= scene.accepted(first.answer, first.call) || first.answer.status === 400 || first.answer.status === 422
    if (first.visit === undefined) continue
    const attempt = { scene, canary, call, input, actor, spell, wait: patience.accepted }
    const second = await lureOnce(attempt, canary.lure())
    if (second.visit === undefined) continue
    yield* draftsFor(attempt, first, second)
    return
  }
  if (judged) return scene.count(operation, 'passed')
  yield { notEvaluated: `Whether ${input.field.name} is checked: no request of this operation gets as far as that.` }
}

const fallback = { inputs: 'required', examples: true, choice: 0, fresh: false } as const

interface Attempt {
  readonly scene: Scene
  readonly canary: Canary
  readonly call: Call
  readonly input: UrlInput
  readonly actor: Actor
  readonly spell: (path: string) => string
  /** Milliseconds that a visit is waited for after the request was accepted. */
  readonly wait: number
}

interface Result {
  readonly lure: Lure
  readonly call: Call
  readonly answer: Answer
  readonly visit: string | undefined
}

async function lureOnce({ scene, canary, call, input, actor, spell, wait }: Attempt, lure: Lure): Promise<Result> {
  const attack = withValue(call, input.field, spell(lure.path))
  const answer = await scene.send(attack, actor)
  const timeout = scene.accepted(answer, attack) ? wait : patience.refused
  const visit = await canary.waitFor(lure, Math.min(timeout, scene.budget.left))
  return { lure, call: attack, answer, visit }
}

/** Loopback in the ways that addresses are written, and one that passes for a permitted host. */
function spellings(port: number, permitted: string | undefined): readonly ((path: string) => string)[] {
  const hosts = [
    '127.0.0.1',
    'localhost',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '[::ffff:7f00:1]',
    '0.0.0.0',
  ]
  const allowed = permitted === undefined ? null : URL.parse(permitted)
  const userinfo = allowed === null || allowed.hostname === '' ? [] : [`${allowed.hostname}@127.0.0.1`]
  return [...hosts, ...userinfo].map(host => path => `http://${host}:${port}${path}`)
}

async function* draftsFor(attempt: Attempt, first: Result, second: Result): AsyncGenerator<Draft> {
  const { scene, canary, input, actor } = attempt
  const { operation } = scene.exposure
  const { field } = input
  const name = `${field.place} ${field.path.join('.')}`
  const address = String(inputAt(second.call, field) ?? '')
  const curl = scene.curl(second.call, actor)
  yield {
    message: `${operation.key} made the server fetch ${address}, because ${name} said so: it can be sent to any address inside its network, cloud metadata included.`,
    subject: `fetch ${name}`,
    evidence: {
      proof: 'A server of this scan on loopback was called at two addresses that stood nowhere but in these requests.',
      field: name,
      url: address,
      methods: [first.visit ?? '', second.visit ?? ''],
      status: second.answer.status,
    },
    curl,
    confidence: 'certain',
  }
  if ([first, second].every(({ answer, lure }) => answer.text.includes(lure.secret))) {
    yield {
      weakness: 'fetched-response-passed-back',
      severity: 'high',
      message: `${operation.key} hands back what it fetched for ${name}: the secret of a server on loopback came back to ${actor.name}. Internal pages can be read in this way.`,
      subject: `passed back ${name}`,
      evidence: {
        proof: 'A random text that only the fetched page held stood in the answer, twice, a different one each time.',
        field: name,
        status: second.answer.status,
      },
      remedy: 'Answer with what the function needs, a title say, and never with the fetched response itself.',
      curl,
      confidence: 'certain',
    }
  }
  const hops = [await lureOnce(attempt, canary.lure(true)), await lureOnce(attempt, canary.lure(true))]
  const followed: (string | undefined)[] = []
  for (const { lure } of hops)
    followed.push(lure.next === undefined ? undefined : await canary.waitFor(lure.next, patience.refused))
  if (followed.some(visit => visit === undefined)) return
  yield {
    weakness: 'fetcher-follows-redirects',
    severity: 'high',
    message: `${operation.key} follows a redirect from the address in ${name} to another one. A permitted host that redirects is enough to reach a forbidden one.`,
    subject: `redirect ${name}`,
    evidence: {
      proof: 'The server of this scan answered 302, and the address it named was called as well, twice.',
      field: name,
    },
    remedy: 'Do not follow redirects; where they are needed, check each address like the first.',
    curl: scene.curl(hops[1]?.call ?? second.call, actor),
    confidence: 'certain',
  }
}
