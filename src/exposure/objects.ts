import type { Budget } from '../contract/extension.ts'
import type { Operation } from '../contract/model.ts'
import type { FactSource } from './fact.ts'
import type { Field } from './fields.ts'
import type { Guessability } from './guessability.ts'

/** A place in a request where the id of an object stands. */
export interface ObjectReference {
  readonly type: string
  /** What the object is here, from the name: `source` of `source_account_id`. */
  readonly role?: string
  readonly field: Field
  readonly guessability: Guessability
  readonly source: FactSource
  readonly seal?: 'caller' | 'everyone'
  /** The id is declared at a schema that many places share, which says nothing of what it is for here. */
  readonly shared?: true
}

/** A place in a successful response where the id of an object stands. */
export interface ObjectHandout extends ObjectReference {
  /** True for the id of the object that the response is about; false for a reference to another one. */
  readonly own: boolean
  /** Of an object that has no id but this, or whose `owner` or `tenant` it is: its rule is the rule of this type. */
  readonly carries?: 'whole' | 'owner' | 'tenant'
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
  /** Schemas that declare an owner or a tenant which no object type has: the rule finds no id to hold. */
  readonly unapplied: readonly UnappliedRule[]
  usesOf(operation: Operation): readonly ObjectReference[]
  handsOf(operation: Operation): readonly ObjectHandout[]
}

/** A rule that somebody declared and that nothing can be held to. */
export interface UnappliedRule {
  /** Of the schema that declares it. */
  readonly pointer: string
  /** The name of the schema; its pointer where it has none. */
  readonly schema: string
  /** `unused`: no successful answer holds such an object. `no-id`: its objects have no id that a request could name. */
  readonly why: 'unused' | 'no-id'
}
