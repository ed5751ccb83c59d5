import type { Contract } from '../contract/model.ts'
import type { OperationExposure } from '../exposure/exposure.ts'
import type { ObjectHandout } from '../exposure/objects.ts'
import { canonicalId } from './object-id.ts'
import { byPointer, compileAnswers } from './schema-tree.ts'
import { visitMarked } from './tree-walk.ts'

/** An object whose id an answer carries. */
export interface Handed {
  readonly handout: ObjectHandout
  readonly id: string
  /** The object that the id stands in. */
  readonly holder: object | undefined
}

export type ReadHandouts = (status: number, value: unknown) => readonly Handed[]

/** Compiles handouts into a reader of every id that a successful answer carries; undefined when there can be none. */
export function compileHandouts(
  contract: Contract,
  { operation }: Pick<OperationExposure, 'operation'>,
  handouts: readonly ObjectHandout[],
): ReadHandouts | undefined {
  if (handouts.length === 0) return undefined
  const treeOf = compileAnswers<ObjectHandout, never>(contract, operation.responses, {
    property: byPointer(handouts, ({ field }) => field.pointer),
  })
  if (treeOf === undefined) return undefined
  return (status, value) => {
    if (status < 200 || status > 299 || value === undefined) return []
    const tree = treeOf(status)
    const found: Handed[] = []
    if (tree === undefined) return found
    visitMarked(value, tree, (handout, entry, holder) => {
      const id = canonicalId(entry)
      if (id !== undefined) found.push({ handout, id, holder })
    })
    return found
  }
}
