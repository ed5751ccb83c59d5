import type { Contract, Located, Operation } from '../contract/model.ts'
import { schemaTypeName, walkSchema } from '../contract/walk.ts'
import { isObject, type JsonObject, toPointer } from '../core/json.ts'
import { type OperationFields, successFields } from './fields.ts'
import type { ObjectHandout, UnappliedRule } from './objects.ts'

/** Schemas with `owner` or `tenant` of which no object type has the rule, in the order of the contract. */
export function unappliedRules(
  contract: Contract,
  fields: ReadonlyMap<Operation, OperationFields>,
  handsOf: (operation: Operation) => readonly ObjectHandout[],
): readonly UnappliedRule[] {
  const found = new Map<string, 'unused' | 'no-id' | 'applied'>()
  const better = { unused: 0, 'no-id': 1, applied: 2 } as const
  const note = (schema: Located<JsonObject>, standing: keyof typeof better) => {
    const { owner, tenant } = contract.objectExtension(schema)
    if (owner === undefined && tenant === undefined) return
    const before = found.get(schema.pointer) ?? 'unused'
    found.set(schema.pointer, better[standing] > better[before] ? standing : before)
  }
  const seen = new Set<string>()
  const components = contract.at('/components/schemas')?.value
  for (const [name, value] of Object.entries(isObject(components) ? components : {})) {
    if (isObject(value)) note({ value, pointer: toPointer(['components', 'schemas', name]) }, 'unused')
  }
  for (const operation of contract.operations) {
    const own = fields.get(operation) ?? { in: [], out: [] }
    const answered = new Map(successFields(operation, own).map(({ parent }) => [parent?.pointer ?? '', parent]))
    const withId = new Set(handsOf(operation).flatMap(hand => (hand.own ? (hand.field.parent?.pointer ?? []) : [])))
    for (const [pointer, parent] of answered) {
      const standing = withId.has(pointer) ? 'applied' : 'no-id'
      // The answers that many operations share are looked at once.
      if (parent === undefined || seen.has(`${standing} ${pointer}`)) continue
      seen.add(`${standing} ${pointer}`)
      const parts = [parent, ...walkSchema(contract, parent).map(part => part.schema)]
      for (const part of parts) {
        if (isObject(part.value)) note({ value: part.value, pointer: part.pointer }, standing)
      }
    }
  }
  return [...found].flatMap(([pointer, why]) =>
    why === 'applied' ? [] : [{ pointer, schema: schemaTypeName(pointer) ?? pointer, why }],
  )
}
