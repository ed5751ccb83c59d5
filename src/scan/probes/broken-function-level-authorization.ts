import type { Operation } from '../../contract/model.ts'
import { wordsOf } from '../../core/words.ts'
import type { Outcome } from '../../risk/finding.ts'
import { type Actor, rolesOf } from '../actor.ts'
import { isPrivileged } from '../ownership/parties.ts'
import { defineProbe } from '../probe.ts'
import { redact } from '../redact.ts'
import type { Scene } from '../scene.ts'

/**
 * **An attacker** with an ordinary account calls the operations of administrators, whose addresses are easy to guess.
 *
 * **This probe** looks at operations whose contract or overlay lists `roles`, and at those that plainly belong to
 * administrators by their path, tag or flow. A user without such a role sends a request that is valid there. It is
 * proven when that is accepted, twice, while anonymous is refused.
 *
 * **When it is wrong.** A user whose roles nobody stated, called by an ordinary name, may be an administrator: give the
 * roles with the actor. Findings that rest on a path alone say so.
 *
 * **To waive it**, accept the finding by its fingerprint, with a reason and a date.
 */
export const brokenFunctionLevelAuthorization = defineProbe({
  kind: 'probe',
  id: 'broken-function-level-authorization',
  summary: 'An operation for some roles must refuse a user who has none of them.',
  covers: ['broken-function-level-authorization'],
  severity: 'critical',
  effect: 'reads',
  remedy:
    'Check the caller’s role on every operation, denied unless granted. In the guard, declare `roles` on the operation.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/'],

  operation({ operation, access, effect }) {
    if (access.anonymous || effect === 'deletes') return undefined
    return operation.extension.roles !== undefined || isAdministrative(operation) ? testOperation : undefined
  },
})

function isAdministrative({ path, tags, extension }: Operation): boolean {
  const administrative = /^(?:admin|admins|administration|administrator|backoffice|superuser)$/
  if (extension.flow === 'admin') return true
  return [...path.split('/'), ...tags].some(
    part => wordsOf(part).length === 1 && administrative.test(part.toLowerCase()),
  )
}

async function* testOperation(scene: Scene): AsyncGenerator<Outcome> {
  const { operation } = scene.exposure
  const { roles } = operation.extension
  const user = scene.users.find(candidate => lacks(candidate, roles))
  const able = [...scene.users.filter(candidate => candidate !== user), ...(user === undefined ? [] : [user])].find(
    candidate => scene.happy(operation, candidate) !== undefined,
  )
  const call = able === undefined ? undefined : scene.happy(operation, able)?.call
  if (user === undefined || call === undefined) return scene.count(operation, 'not-reached')
  // Somebody who can call nothing at all is refused for another reason than the role.
  const works = scene.operations.some(
    other =>
      !other.access.anonymous && other.operation !== operation && scene.happy(other.operation, user) !== undefined,
  )
  const own = scene.happy(operation, user)?.call ?? call
  const open = await scene.send(own, scene.anonymous)
  if (scene.accepted(open, own)) return scene.count(operation, 'passed')
  const [first, second] = [await scene.send(own, user), await scene.send(own, user)]
  if (!scene.accepted(first, own) || !(scene.accepted(second, own) || [409, 422].includes(second.status))) {
    if (works) return scene.count(operation, 'passed')
    yield { notEvaluated: `Whether roles are checked: ${user.name} can call nothing, so a refusal says little.` }
    return
  }
  const declared = roles !== undefined
  yield {
    severity: declared ? 'critical' : 'high',
    message: `${operation.key} ${declared ? `is for ${roles.length === 0 ? 'nobody' : roles.join(', ')}` : 'is for administrators by its address'}, and ${user.name} was let in without such a role. Any account has this function.`,
    evidence: {
      proof: 'Accepted twice for a user without the role; anonymous was refused.',
      roles: [...(roles ?? [])],
      statuses: [first.status, second.status],
      anonymous: open.status,
      answer: redact(first.value),
    },
    curl: scene.curl(own, user),
    confidence: declared ? 'certain' : 'tentative',
  }
}

/** Where roles are declared, the user's have to be known: an unknown role might be the right one. */
function lacks(user: Actor, roles: readonly string[] | undefined): boolean {
  const own = rolesOf(user)
  if (roles !== undefined) return own !== undefined && !own.some(role => roles.includes(role))
  return !isPrivileged(user)
}
