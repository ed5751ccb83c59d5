import type { Contract, Operation } from '../contract/model.ts'
import { type Field, type OperationFields, successFields } from './fields.ts'
import { holdsId, isListOfValues } from './id-fields.ts'
import { isOwnId, typeFromSchemaName } from './object-names.ts'
import type { OwnIds } from './own-ids.ts'

/** Places in answers whose declared id stands for the object around it, by pointer. */
export type Carriers = ReadonlyMap<string, 'whole' | 'owner' | 'tenant'>

/**
 * `Statement { customer, points }` with an owner has no id of its own: it is asked for by its customer, so its rule is
 * the rule of customers. Where the id is what the rule compares, the rule is about that id wherever a request names it.
 * A type that some schema tells the own id of has its rule there and takes none from elsewhere.
 */
export function carriersOf(
  contract: Contract,
  fields: ReadonlyMap<Operation, OperationFields>,
  ownIds: OwnIds,
): Carriers {
  const natural = new Set<string>()
  const withOwn = new Set<string>()
  const declared = new Map<string, Map<string, Field>>()
  for (const operation of contract.operations) {
    for (const field of successFields(operation, fields.get(operation) ?? { in: [], out: [] })) {
      const { parent, extension } = field
      if (parent === undefined || isListOfValues(field) || (extension.id === undefined && !holdsId(field))) continue
      const type = extension.id === undefined ? ownIds.typeOf(operation, field) : naturallyOwn(field, extension.id)
      if (type !== undefined) {
        // An object without a name may be anything that holds a reference; it is nobody's home.
        if (field.parentType !== undefined || isOwnId(field.name)) natural.add(type)
        withOwn.add(parent.pointer)
      } else if (extension.id !== undefined) {
        const beside = declared.get(parent.pointer) ?? new Map<string, Field>()
        declared.set(parent.pointer, beside.set(field.pointer, field))
      }
    }
  }
  const carriers = new Map<string, 'whole' | 'owner' | 'tenant'>()
  for (const [parent, candidates] of declared) {
    for (const [pointer, field] of candidates) {
      const { owner, tenant } = field.parent === undefined ? {} : contract.objectExtension(field.parent)
      if ((owner === undefined && tenant === undefined) || natural.has(field.extension.id ?? '')) continue
      // Of two ids nobody can say which of them is the object's.
      if (!withOwn.has(parent) && candidates.size === 1) carriers.set(pointer, 'whole')
      else if (owner?.property === field.name) carriers.set(pointer, 'owner')
      else if (tenant?.property === field.name) carriers.set(pointer, 'tenant')
    }
  }
  return carriers
}

/** The owner of an object is named beside its id: that is a reference, not the object's own id. */
export function naturallyOwn({ name, parentType }: Field, declared: string): string | undefined {
  const parent = parentType === undefined ? undefined : typeFromSchemaName(parentType)
  return isOwnId(name) || parent === declared || parent === undefined ? declared : undefined
}
