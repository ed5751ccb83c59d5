import type { Budget, ObjectExtension } from '../contract/extension.ts'
import type { Contract, Operation } from '../contract/model.ts'
import { isObject, member } from '../core/json.ts'
import { type FactSource, weaker } from './fact.ts'
import type { Field, OperationFields } from './fields.ts'
import { successFields } from './fields.ts'
import { type Guessability, guessabilityOf } from './guessability.ts'
import { isOwnId, typeFromIdName, typeFromPathParameter, typeFromSchemaName } from './object-names.ts'
import { type OwnIds, ownIdsOf, ownType } from './own-ids.ts'

/** A place in a request where the id of an object stands. */
export interface ObjectReference {
  readonly type: string
  /** What the object is here, from the name: `source` of `source_account_id`. */
  readonly role?: string
  readonly field: Field
  readonly guessability: Guessability
  readonly source: FactSource
  readonly seal?: 'caller' | 'everyone'
}

/** A place in a successful response where the id of an object stands. */
export interface ObjectHandout extends ObjectReference {
  /** True for the id of the object that the response is about; false for a reference to another one. */
  readonly own: boolean
  readonly status: string
}

export interface OwnerRule {
  readonly property: string
  readonly claim: string
  readonly check?: 'read-before-write'
}

/** What is known of one type of object across the contract. */
export interface ObjectType {
  readonly name: string
  readonly owner?: OwnerRule
  readonly tenant?: { readonly property: string; readonly claim: string }
  readonly relation: boolean
  readonly shared: boolean
  readonly budget?: Budget
  /** Operations whose successful answers hand out ids of this type as their own. */
  readonly producers: readonly Operation[]
  readonly consumers: readonly Operation[]
  /** The most certain place that speaks of the type: one declared id is enough. */
  readonly source: FactSource
}

/** Producers and consumers of each type of object: what scan plans by and the guard proves by. */
export interface ObjectGraph {
  readonly types: ReadonlyMap<string, ObjectType>
  usesOf(operation: Operation): readonly ObjectReference[]
  handsOf(operation: Operation): readonly ObjectHandout[]
}

/** Builds the graph from declared `id` entries first, then from names. */
export function buildObjectGraph(contract: Contract, fields: ReadonlyMap<Operation, OperationFields>): ObjectGraph {
  const ownIds = ownIdsOf(contract.operations)
  const known = knownTypes(contract, fields, ownIds)
  const uses = new Map<Operation, readonly ObjectReference[]>()
  const hands = new Map<Operation, readonly ObjectHandout[]>()
  for (const operation of contract.operations) {
    const own = fields.get(operation) ?? { in: [], out: [] }
    uses.set(
      operation,
      own.in.flatMap(field => reference(operation, field, known)),
    )
    hands.set(
      operation,
      successFields(operation, own).flatMap(field => handout(operation, field, known, ownIds)),
    )
  }
  return {
    types: objectTypes(contract, uses, hands),
    usesOf: operation => uses.get(operation) ?? [],
    handsOf: operation => hands.get(operation) ?? [],
  }
}

/** First pass: the types that are declared, or whose own id some response carries. */
function knownTypes(
  contract: Contract,
  fields: ReadonlyMap<Operation, OperationFields>,
  ownIds: OwnIds,
): ReadonlySet<string> {
  const known = new Set<string>()
  for (const operation of contract.operations) {
    const own = fields.get(operation) ?? { in: [], out: [] }
    for (const field of [...own.in, ...own.out]) if (field.extension.id !== undefined) known.add(field.extension.id)
    for (const field of successFields(operation, own)) {
      if (field.extension.id !== undefined || !holdsId(field)) continue
      const type = ownIds.typeOf(operation, field)
      if (type !== undefined) known.add(type)
    }
  }
  return known
}

function reference(operation: Operation, field: Field, known: ReadonlySet<string>): readonly ObjectReference[] {
  const declared = field.extension.id
  if (isListOfValues(field)) return []
  if (declared !== undefined) return [build(field, declared, 'declared')]
  if (!holdsId(field) || field.readOnly) return []
  const { name } = identifying(field)
  if (field.place === 'path') {
    const named = typeFromPathParameter(operation.path, name, known)
    return named === undefined
      ? []
      : [build(field, named.type, known.has(named.type) ? 'derived' : 'guessed', named.role)]
  }
  if (field.place === 'header' || field.place === 'cookie') {
    // Headers carry much machinery: only a type that is known makes one the name of an object.
    const named = typeFromIdName(name, known)
    return named === undefined || !known.has(named.type) ? [] : [build(field, named.type, 'derived', named.role)]
  }
  const own = isOwnId(name) ? ownType(operation, field, known) : undefined
  const named = own === undefined ? typeFromIdName(name, known) : { type: own }
  if (named === undefined) return []
  return [build(field, named.type, known.has(named.type) ? 'derived' : 'guessed', named.role)]
}

function handout(
  operation: Operation,
  field: Field,
  known: ReadonlySet<string>,
  ownIds: OwnIds,
): readonly ObjectHandout[] {
  const status = field.status ?? 'default'
  const { name } = identifying(field)
  const declared = field.extension.id
  if (isListOfValues(field)) return []
  if (declared !== undefined) {
    // The owner of an object is named beside its id: that is a reference, not the object's own id.
    const parent = field.parentType === undefined ? undefined : typeFromSchemaName(field.parentType)
    const own = isOwnId(name) || parent === declared || parent === undefined
    return [{ ...build(field, declared, 'declared'), own, status }]
  }
  if (!holdsId(field)) return []
  const own = ownIds.typeOf(operation, field)
  if (own !== undefined) return [{ ...build(field, own, 'derived'), own: true, status }]
  const named = isOwnId(name) ? undefined : typeFromIdName(name, known)
  if (named === undefined) return []
  const source = known.has(named.type) ? 'derived' : 'guessed'
  return [{ ...build(field, named.type, source, named.role), own: false, status }]
}

function build(field: Field, type: string, source: FactSource, role?: string): ObjectReference {
  const { seal } = field.extension
  return {
    type,
    field,
    source,
    guessability: guessabilityOf(field.schema?.value, field.types),
    ...(role === undefined ? {} : { role }),
    ...(seal === undefined ? {} : { seal }),
  }
}

/** The name that tells the type: of the array where the field is one of its items. */
function identifying(field: Field): { readonly name: string } {
  if (field.name !== '[]') return { name: field.name }
  return { name: field.path.findLast(part => part !== '[]') ?? field.name }
}

/** A list is not an id; its items are, and carry what is declared of it. */
function isListOfValues(field: Field): boolean {
  return field.types.includes('array') && isObject(member(field.schema?.value, 'items'))
}

/** An id is a scalar, and one of a few known values is a choice, not an object. */
function holdsId(field: Field): boolean {
  const schema = field.schema?.value
  if (isObject(schema) && (Array.isArray(schema['enum']) || schema['const'] !== undefined)) return false
  const scalar = field.types.length === 0 || field.types.some(type => ['string', 'integer', 'number'].includes(type))
  const structured = field.types.includes('object') || field.types.includes('array')
  return scalar && !structured && !(isObject(schema) && isObject(schema['properties']))
}

function objectTypes(
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
      extensions.set(hand.type, { ...extensions.get(hand.type), ...extension })
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

function ownerRule(owner: NonNullable<ObjectExtension['owner']>): OwnerRule {
  return { property: owner.property, claim: owner.is, ...(owner.check === undefined ? {} : { check: owner.check }) }
}

function add(map: Map<string, Set<Operation>>, key: string, operation: Operation): void {
  const set = map.get(key)
  if (set === undefined) map.set(key, new Set([operation]))
  else set.add(operation)
}
