import type { ApiExposure } from '../../exposure/exposure.ts'
import type { ObjectReference, ObjectType } from '../../exposure/objects.ts'
import type { Draft } from '../../risk/finding.ts'
import type { Severity } from '../../risk/weakness.ts'
import { hasAccessRule, isCountable, isOpen, isPublicCatalogue, isReferenceData } from '../object-access.ts'
import { personalDataOf } from '../personal-data.ts'
import { defineRule } from '../rule.ts'
import { count, nameOperation } from '../wording.ts'

/**
 * An attacker who has one id of `10421` tries 10420 and 10422. Numbers, short codes and ids that begin with a clock let
 * him walk a whole collection, and tell a competitor how much business is done.
 *
 * One finding per type of object, not one per use. It is silent for what everybody may see anyway, and for ids that are
 * sealed. The flaw behind is usually a missing owner rule, and then `missing-object-rule` says so with its own, higher
 * severity; this finding stays `low`. It is `medium` where ids that can be guessed are answered without
 * authentication.
 *
 * When it is wrong: a format is not proof. A `string` without any bound is not judged, a `uuid` is taken as random
 * unless its example shows a version with a clock in it.
 *
 * To waive it: `x-rugged: { seal: caller }` at the id makes the guard hand it out in a form that cannot be counted.
 */
export const predictableObjectId = defineRule({
  kind: 'rule',
  id: 'predictable-object-id',
  summary: 'Ids of objects that belong to somebody can be guessed.',
  covers: ['predictable-object-id'],
  serves: ['API1-g'],
  severity: 'medium',
  remedy: 'Use random ids (UUID version 4), or seal these (x-rugged: seal) so that clients never see the numbers.',
  references: ['https://www.rfc-editor.org/rfc/rfc9562#section-8'],
  *api(api) {
    for (const type of api.objects.types.values()) {
      const finding = judge(type, api)
      if (finding !== undefined) yield finding
    }
  },
})

function judge(type: ObjectType, api: ApiExposure): Draft | undefined {
  if (type.shared || isReferenceData(type.name) || isPublicCatalogue(type, api)) return undefined
  // Only a guess, and nothing hands such an object out.
  if (type.source !== 'declared' && type.producers.length === 0) return undefined
  const uses = type.consumers.flatMap(operation => {
    const row = api.of(operation)
    return row.uses
      .filter(use => use.type === type.name && use.seal === undefined && isCountable(use))
      .map(use => ({ row, use }))
  })
  const first = uses[0]
  if (first === undefined) return undefined
  const open = uses.some(({ row }) => isOpen(row, api) && personalDataOf(row) !== undefined)
  const severity: Severity = open ? 'medium' : 'low'
  const elsewhere = hasAccessRule(type)
    ? 'Its owner rule is all that keeps callers apart.'
    : 'See also missing-object-rule: nothing says whose they are.'
  return {
    severity,
    subject: type.name,
    operation: nameOperation(first.row.operation),
    where: api.contract.place(first.use.field.pointer),
    message: `Ids of ${type.name} ${describe(first.use)}, and ${count(new Set(uses.map(({ row }) => row)).size, 'operation takes', 'operations take')} them: whoever has one can find others. ${open ? 'Some answer without authentication. ' : ''}${elsewhere}`,
    evidence: {
      type: type.name,
      guessability: first.use.guessability,
      operations: uses.slice(0, 20).map(({ row }) => row.operation.key),
    },
    confidence: first.use.source === 'guessed' ? 'tentative' : 'firm',
  }
}

function describe(use: ObjectReference): string {
  if (use.guessability === 'integer') return 'are numbers that can be counted up'
  return use.guessability === 'short'
    ? 'are short enough to try out'
    : 'begin with a clock, so neighbours in time are near'
}
