import { mostValues, ownMember } from './places.ts'
import type { Branch, SchemaTree } from './schema-tree.ts'

/** Deeper than any body that the pipeline lets in. */
const deepest = 512

/** Called with each value at a marked place; the items of a list one by one. `holder` is the object it stands in. */
export type Visit<P> = (mark: P, value: unknown, holder: object | undefined) => void

/**
 * Visits every value at the marked places of a body. False when there were more than the most values, or the body was
 * nested too deeply: then nothing may be concluded from what was not visited.
 */
export function visitMarked<P, O>(root: unknown, tree: SchemaTree<P, O>, visit: Visit<P>): boolean {
  let left = mostValues
  const leaves = (mark: P, value: unknown, holder: object | undefined): boolean => {
    if (value === undefined || value === null) return true
    if (Array.isArray(value)) return value.every(item => leaves(mark, item, holder))
    if (left-- <= 0) return false
    visit(mark, value, holder)
    return true
  }
  const follow = (branch: Branch<P, O>, value: unknown, holder: object | undefined, depth: number): boolean => {
    if (value === undefined || value === null) return true
    for (const mark of branch.marks) if (!leaves(mark, value, holder)) return false
    return !branch.tree.live || walk(value, branch.tree, depth + 1)
  }
  const walk = (value: unknown, at: SchemaTree<P, O>, depth: number): boolean => {
    if (value === undefined || value === null) return true
    if (depth > deepest) return false
    const { items } = at
    if (Array.isArray(value)) {
      // A list where the contract has one object: each of them is meant.
      if (items === undefined) return value.every(item => walk(item, at, depth + 1))
      return value.every(item => follow(items, item, undefined, depth))
    }
    // And one value where the contract has a list.
    if (items !== undefined && !follow(items, value, undefined, depth)) return false
    if (typeof value !== 'object') return true
    for (const [name, branch] of at.properties) {
      if (!follow(branch, ownMember(value, name), value, depth)) return false
    }
    const { values } = at
    if (values === undefined) return true
    return Object.keys(value).every(
      name => at.properties.has(name) || follow(values, ownMember(value, name), value, depth),
    )
  }
  return walk(root, tree, 0)
}

/** What to do with what stands at a marked place; absent parts leave it as it is. */
export interface Edit<P, O> {
  /** The value to put in place; {@link removed} takes the property away. */
  property?(mark: P, value: unknown, holder: object): unknown
  /** False rejects the object. */
  keep?(mark: O, object: object): boolean
}

export const removed = Symbol('removed')
const rejected = Symbol('rejected')

export interface Edited {
  /** The same value when nothing changed; else a copy, fresh only along the changed paths. */
  readonly value: unknown
  /** An object was rejected that stood in no list, in no map and in no object that was kept. */
  readonly lone: boolean
}

/**
 * Changes a body at its marked places. A rejected object is taken out of the nearest list or map around it, or out of
 * the nearest object above it that was itself judged and kept; where there is none, the whole value is `lone`.
 */
export function editMarked<P, O>(root: unknown, tree: SchemaTree<P, O>, edit: Edit<P, O>): Edited {
  const value = editValue(root, tree, edit, 0)
  return value === rejected ? { value: root, lone: true } : { value, lone: false }
}

function editValue<P, O>(value: unknown, tree: SchemaTree<P, O>, edit: Edit<P, O>, depth: number): unknown {
  // Nothing below the bound was looked at, so nothing of it may leave.
  if (depth > deepest) return rejected
  if (value === undefined || value === null) return value
  if (Array.isArray(value)) return editItems(value, tree, edit, depth)
  if (tree.items !== undefined) {
    const single = editBranch(value, tree.items, undefined, edit, depth)
    if (single === rejected || single === removed || tree.properties.size === 0) return single
  }
  if (typeof value !== 'object') return value
  const judged = tree.object !== undefined && edit.keep !== undefined
  if (tree.object !== undefined && edit.keep?.(tree.object, value) === false) return rejected
  let copy: Record<string, unknown> | undefined
  const put = (name: string, after: unknown) => {
    copy ??= { ...value }
    if (after === removed) delete copy[name]
    else copy[name] = after
  }
  for (const [name, branch] of tree.properties) {
    const before = ownMember(value, name)
    if (before === undefined) continue
    const after = editBranch(before, branch, value, edit, depth)
    if (after === rejected && !judged) return rejected
    if (after !== before) put(name, after === rejected ? removed : after)
  }
  if (tree.values !== undefined) {
    for (const name of Object.keys(value)) {
      if (tree.properties.has(name)) continue
      const before = ownMember(value, name)
      const after = editBranch(before, tree.values, value, edit, depth)
      if (after !== before) put(name, after === rejected ? removed : after)
    }
  }
  return copy ?? value
}

function editItems<P, O>(list: readonly unknown[], tree: SchemaTree<P, O>, edit: Edit<P, O>, depth: number): unknown {
  const { items } = tree
  const edited = list.map(item => {
    if (items === undefined) return editValue(item, tree, edit, depth + 1)
    return editBranch(item, items, undefined, edit, depth)
  })
  if (edited.every((item, index) => item === list[index])) return list
  return edited.filter(item => item !== rejected && item !== removed)
}

function editBranch<P, O>(
  before: unknown,
  branch: Branch<P, O>,
  holder: object | undefined,
  edit: Edit<P, O>,
  depth: number,
): unknown {
  let value = before
  for (const mark of branch.marks) {
    if (edit.property === undefined || value === removed) break
    value = edit.property(mark, value, holder ?? {})
  }
  if (value === removed || !branch.tree.live) return value
  return editValue(value, branch.tree, edit, depth + 1)
}
