import type { Contract, Operation } from '../contract/model.ts'
import { type AccessFact, accessOf } from './auth.ts'
import { type Field, fieldsOf, type OperationFields } from './fields.ts'
import { type LimitFact, limitsOf } from './limits.ts'
import { buildObjectGraph } from './object-graph.ts'
import type { ObjectGraph, ObjectHandout, ObjectReference } from './objects.ts'
import { type TransportFact, transportOf } from './transport.ts'
import { type UrlInput, urlInputsOf } from './urls.ts'

/** What calling an operation does to the API's state, as far as its method says (RFC 9110 section 9.2.1). */
export type Effect = 'reads' | 'writes' | 'deletes'

/** The row of the fact table that belongs to one operation. */
export interface OperationExposure {
  readonly operation: Operation
  readonly effect: Effect
  readonly access: AccessFact
  readonly transport: TransportFact
  /** Object ids that the request names. */
  readonly uses: readonly ObjectReference[]
  /** Object ids that successful responses hand out. */
  readonly hands: readonly ObjectHandout[]
  readonly fields: OperationFields
  readonly limits: LimitFact
  /** Inputs that hold a URL which the API may fetch. */
  readonly urls: readonly UrlInput[]
}

/** The fact table of one contract. Everything in it can be explained from files. */
export interface ApiExposure {
  readonly contract: Contract
  readonly operations: readonly OperationExposure[]
  readonly objects: ObjectGraph
  /** True once any operation lists roles: then one that requires a caller and lists none is for nobody. */
  readonly declaresRoles: boolean
  of(operation: Operation): OperationExposure
}

/** Derives the fact table from a contract, overlays included. Pure; linear in the size of the contract. */
export function exposeContract(contract: Contract): ApiExposure {
  const fields = new Map<Operation, OperationFields>()
  for (const operation of contract.operations) fields.set(operation, fieldsOf(contract, operation))
  const objects = buildObjectGraph(contract, fields)
  const rows = contract.operations.map(operation => exposeOperation(contract, operation, objects, fields))
  const byOperation = new Map(rows.map(row => [row.operation, row]))
  return {
    contract,
    operations: rows,
    objects,
    declaresRoles: contract.operations.some(operation => operation.extension.roles !== undefined),
    of(operation) {
      const row = byOperation.get(operation)
      if (row === undefined) throw new TypeError(`${operation.key} is not an operation of this contract`)
      return row
    },
  }
}

function exposeOperation(
  contract: Contract,
  operation: Operation,
  objects: ObjectGraph,
  fieldsByOperation: ReadonlyMap<Operation, OperationFields>,
): OperationExposure {
  const fields = fieldsByOperation.get(operation) ?? { in: [], out: [] }
  return {
    operation,
    effect: effectOf(operation),
    access: accessOf(contract, operation),
    transport: transportOf(operation),
    uses: objects.usesOf(operation),
    hands: objects.handsOf(operation),
    fields,
    limits: limitsOf(contract, operation, fields),
    urls: urlInputsOf(fields),
  }
}

function effectOf(operation: Operation): Effect {
  if (operation.method === 'DELETE') return 'deletes'
  return ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(operation.method) ? 'reads' : 'writes'
}

/** The fields of a response that a class of data stands in, most sensitive first. */
export function sensitiveFields(fields: readonly Field[]): readonly Field[] {
  return fields.filter(field => field.sensitive !== undefined)
}
