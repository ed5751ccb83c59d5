import type { Contract, Operation } from '../contract/model.ts'
import type { FactSource } from './fact.ts'
import type { Field, OperationFields } from './fields.ts'
import { successFields } from './fields.ts'
import { guessabilityOf } from './guessability.ts'
import { type Carriers, carriersOf, naturallyOwn } from './id-carriers.ts'
import { holdsId, isListOfValues } from './id-fields.ts'
import { isOwnId, typeFromIdName, typeFromPathParameter } from './object-names.ts'
import { objectTypes } from './object-types.ts'
import type { ObjectGraph, ObjectHandout, ObjectReference } from './objects.ts'
import { type OwnIds, ownIdsOf, ownType } from './own-ids.ts'
import {
  isDeclaredHere,
  isLastParameter,
  type KnownId,
  roleOf,
  type ScalarIds,
  scalarIdsOf,
  typeFromScalar,
} from './scalar-ids.ts'
import { unappliedRules } from './unapplied-rules.ts'

/** Builds the graph from declared `id` entries first, then from names. */
export function buildObjectGraph(contract: Contract, fields: ReadonlyMap<Operation, OperationFields>): ObjectGraph {
  const ownIds = ownIdsOf(contract.operations)
  const known = knownTypes(contract, fields, ownIds)
  const carriers = carriersOf(contract, fields, ownIds)
  const scalars = scalarIdsOf(contract, knownIds(contract, fields, known, ownIds))
  const uses = new Map<Operation, readonly ObjectReference[]>()
  const hands = new Map<Operation, readonly ObjectHandout[]>()
  for (const operation of contract.operations) {
    const own = fields.get(operation) ?? { in: [], out: [] }
    uses.set(
      operation,
      own.in.flatMap(field => reference(contract, operation, field, known, scalars)),
    )
    hands.set(
      operation,
      successFields(operation, own).flatMap(field =>
        handout(contract, operation, field, known, ownIds, carriers, scalars),
      ),
    )
  }
  return {
    types: objectTypes(contract, uses, hands),
    unapplied: unappliedRules(contract, fields, operation => hands.get(operation) ?? []),
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

/** Places that are own ids by their name: in answers, and at the end of paths. */
function* knownIds(
  contract: Contract,
  fields: ReadonlyMap<Operation, OperationFields>,
  known: ReadonlySet<string>,
  ownIds: OwnIds,
): Iterable<KnownId> {
  for (const operation of contract.operations) {
    const own = fields.get(operation) ?? { in: [], out: [] }
    for (const field of own.in) {
      if (!isLastParameter(operation, field)) continue
      const type = field.extension.id ?? typeFromPathParameter(operation.path, field.name, known)?.type
      if (type !== undefined && known.has(type)) yield { field, type }
    }
    for (const field of successFields(operation, own)) {
      if (isListOfValues(field) || !holdsId(field)) continue
      const { id } = field.extension
      const type = id === undefined ? ownIds.typeOf(operation, field) : naturallyOwn(field, id)
      if (type !== undefined) yield { field, type }
    }
  }
}

function reference(
  contract: Contract,
  operation: Operation,
  field: Field,
  known: ReadonlySet<string>,
  scalars: ScalarIds,
): readonly ObjectReference[] {
  const named = namedReference(contract, operation, field, known)
  if (named.some(({ source }) => source !== 'guessed') || !holdsId(field) || field.readOnly) return named
  const type = isListOfValues(field) ? undefined : typeFromScalar(contract, field, scalars)
  return type === undefined ? named : [build(field, type, 'derived', roleOf(field))]
}

function namedReference(
  contract: Contract,
  operation: Operation,
  field: Field,
  known: ReadonlySet<string>,
): readonly ObjectReference[] {
  const declared = field.extension.id
  if (isListOfValues(field)) return []
  if (declared !== undefined) {
    if (isDeclaredHere(contract, field)) return [build(field, declared, 'declared')]
    return [{ ...build(field, declared, 'declared', roleOf(field)), shared: true }]
  }
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
  contract: Contract,
  operation: Operation,
  field: Field,
  known: ReadonlySet<string>,
  ownIds: OwnIds,
  carriers: Carriers,
  scalars: ScalarIds,
): readonly ObjectHandout[] {
  const status = field.status ?? 'default'
  const { name } = identifying(field)
  const declared = field.extension.id
  if (isListOfValues(field)) return []
  if (declared !== undefined) {
    const carries = carriers.get(field.pointer)
    const own = carries !== undefined || isOwnId(name) || naturallyOwn(field, declared) !== undefined
    return [{ ...build(field, declared, 'declared'), own, ...(carries === undefined ? {} : { carries }), status }]
  }
  if (!holdsId(field)) return []
  const own = ownIds.typeOf(operation, field)
  if (own !== undefined) return [{ ...build(field, own, 'derived'), own: true, status }]
  const named = isOwnId(name) ? undefined : typeFromIdName(name, known)
  const scalar = named === undefined || !known.has(named.type) ? typeFromScalar(contract, field, scalars) : undefined
  if (scalar !== undefined) return [{ ...build(field, scalar, 'derived', roleOf(field)), own: false, status }]
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
