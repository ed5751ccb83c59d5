import type { PageParameter } from '../../exposure/limits.ts'
import type { Outcome } from '../../risk/finding.ts'
import type { Actor } from '../actor.ts'
import { type Call, withoutParameter, withValue } from '../call.ts'
import { leavesOf, listIn } from '../oracle.ts'
import { defineProbe } from '../probe.ts'
import type { Scene } from '../scene.ts'

/** A list of more than this is beyond what page limits in use allow. */
const beyondAnyPage = 200
/** More than this, and all that there is: few limits are so high. */
const beyondMostPages = 100
const asked = 100_000

/**
 * **An attacker** asks a list for a hundred thousand records at once. An API that obeys gives the whole collection
 * away in one answer, and spends memory and time on it for whoever asks.
 *
 * **This probe** reads the list as it comes, then asks each parameter that steers the size of a page for 100,000. It
 * is proven when, twice, more came back than on an ordinary page and than the contract's maximum allows; where the
 * contract names none, more than 200, or more than 100 and all there is. A smaller collection that came back whole is
 * reported as low: an upper limit beyond its size cannot be told from none.
 *
 * **When it is wrong.** A limit above the size of the test data looks like no limit: declare it as `maximum`.
 *
 * **To waive it**, accept the finding by its fingerprint, with a reason and a date.
 */
export const unboundedPage = defineProbe({
  kind: 'probe',
  id: 'unbounded-page',
  summary: 'A page must not grow to whatever size the caller asks for.',
  covers: ['unbounded-page'],
  severity: 'medium',
  effect: 'reads',
  remedy: 'Declare a `maximum` for the parameter in the contract, and refuse or cap what goes beyond it.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/'],

  operation({ limits, effect }) {
    // What changes something is never sent a hundred thousand of anything.
    if (effect !== 'reads' || limits.pages.length === 0) return undefined
    return async function* (scene) {
      for (const page of limits.pages) yield* testParameter(scene, page)
    }
  },
})

async function* testParameter(scene: Scene, page: PageParameter): AsyncGenerator<Outcome> {
  const { operation } = scene.exposure
  const actor = [scene.anonymous, ...scene.users].find(candidate => scene.happy(operation, candidate) !== undefined)
  const known = actor === undefined ? undefined : scene.happy(operation, actor)
  if (actor === undefined || known === undefined) return scene.count(operation, 'not-reached')
  const { field, maximum } = page
  const ordinary = withoutParameter(known.call, field)
  const usual = await countOf(scene, ordinary, actor)
  if (usual === undefined || usual === 0) {
    yield { notEvaluated: `Whether ${field.name} has a limit: there is nothing in the list to count.` }
    return
  }
  for (const size of sizesFor(page)) {
    const call = withValue(known.call, field, size)
    const [first, second] = [await countOf(scene, call, actor), await countOf(scene, call, actor)]
    if (first === undefined || second === undefined) continue
    const count = Math.min(first, second)
    if (count <= usual || count <= (maximum ?? 0)) continue
    const certain = maximum !== undefined || count > beyondAnyPage
    if (!certain && !(await isAll(scene, call, actor))) continue
    yield {
      severity: certain || count > beyondMostPages ? 'medium' : 'low',
      confidence: certain ? 'certain' : count > beyondMostPages ? 'firm' : 'tentative',
      message: `${operation.key} hands out ${count} records when ${field.name} is ${size}; an ordinary page has ${usual}${maximum === undefined ? ' and the contract names no maximum' : `, and the contract allows ${maximum}`}. One request takes the whole collection.`,
      subject: `${field.place} ${field.path.join('.')}`,
      evidence: {
        parameter: field.name,
        ordinaryPage: usual,
        asked: size,
        received: [first, second],
        maximum: maximum ?? null,
      },
      curl: scene.curl(call, actor),
    }
    return
  }
  scene.count(operation, 'passed')
}

/** Beyond the declared maximum in steps: an API may check that a number is sensible without checking the page. */
function sizesFor({ maximum }: PageParameter): readonly number[] {
  return maximum === undefined ? [asked, 10_000, 1_000] : [asked, maximum * 10, maximum + 1]
}

async function countOf(scene: Scene, call: Call, actor: Actor): Promise<number | undefined> {
  const answer = await scene.send(call, actor)
  // What was too large to be read to its end is a page without a limit, too; its records are counted roughly.
  if (answer.truncated && answer.status >= 200 && answer.status < 300) return answer.text.split('},{').length
  return scene.accepted(answer, call) ? listIn(answer.value)?.length : undefined
}

/** True when the answer does not speak of a next page. */
async function isAll(scene: Scene, call: Call, actor: Actor): Promise<boolean> {
  const answer = await scene.send(call, actor)
  const next = /\/(?:[\w-]*(?:next|cursor|before|after|continuation)[\w-]*|has_?more)(?:\/(?:href|url))?$/i
  for (const [pointer, value] of leavesOf(answer.value)) {
    if (next.test(pointer) && !/\/\d+\//.test(pointer) && value !== null && value !== false && value !== '')
      return false
  }
  return !/rel="?next/i.test(answer.headers['link'] ?? '')
}
