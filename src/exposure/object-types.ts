import type { ObjectExtension } from '../contract/extension.ts'
import type { Contract, Operation } from '../contract/model.ts'
import { type FactSource, weaker } from './fact.ts'
import type { ObjectHandout, ObjectReference, ObjectType, OwnerRule } from './objects.ts'

/** What the whole contract says of each type: who gives it out, who takes it, whose it is. */
export function objectTypes(
  contract: Contract,
  uses: ReadonlyMap<Operation, readonly ObjectReference[]>,
  hands: ReadonlyMap<Operation, readonly ObjectHandout[]>,
): ReadonlyMap<string, ObjectType> {
  const producers = new Map<string, Set<Operation>>()
  const consumers = new Map<string, Set<Operation>>()
  const sources = new Map<string, FactSource>()
  const note = (type: string, source: FactSource) => {
    const before = sources.get(type)
    sources.set(type, before === undefined || weaker(before, source) === before ? source : before)
  }
  const extensions = new Map<string, ObjectExtension>()
  for (const operation of contract.operations) {
    for (const use of uses.get(operation) ?? []) {
      add(consumers, use.type, operation)
      note(use.type, use.source)
    }
    for (const hand of hands.get(operation) ?? []) {
      note(hand.type, hand.source)
      if (!hand.own) continue
      add(producers, hand.type, operation)
      const extension = hand.field.parent === undefined ? {} : contract.objectExtension(hand.field.parent)
      extensions.set(hand.type, { ...extensions.get(hand.type), ...carried(hand, extension) })
    }
  }
  const names = [...sources.keys()].sort()
  return new Map(
    names.map(name => {
      const { owner, tenant, relation, shared, budget } = extensions.get(name) ?? {}
      return [
        name,
        {
          name,
          producers: [...(producers.get(name) ?? [])],
          consumers: [...(consumers.get(name) ?? [])],
          source: sources.get(name) ?? 'guessed',
          relation: relation !== undefined,
          shared: shared !== undefined,
          ...(owner === undefined ? {} : { owner: ownerRule(owner) }),
          ...(tenant === undefined ? {} : { tenant: { property: tenant.property, claim: tenant.is } }),
          ...(budget === undefined ? {} : { budget }),
        },
      ]
    }),
  )
}

/** What a type takes of the object around its id: all of it, or the one rule that is about the id. */
function carried({ carries }: ObjectHandout, extension: ObjectExtension): ObjectExtension {
  const { owner, tenant } = extension
  if (carries === 'owner') return owner === undefined ? {} : { owner }
  if (carries === 'tenant') return tenant === undefined ? {} : { tenant }
  return extension
}

function ownerRule(owner: NonNullable<ObjectExtension['owner']>): OwnerRule {
  return { property: owner.property, claim: owner.is, ...(owner.check === undefined ? {} : { check: owner.check }) }
}

function add(map: Map<string, Set<Operation>>, key: string, operation: Operation): void {
  const set = map.get(key)
  if (set === undefined) map.set(key, new Set([operation]))
  else set.add(operation)
}
