import { bestMediaType } from '../contract/media-type.ts'
import type { Contract } from '../contract/model.ts'
import type { OperationExposure } from '../exposure/exposure.ts'
import type { Field } from '../exposure/fields.ts'
import type { ObjectReference } from '../exposure/objects.ts'
import type { Exchange } from './exchange.ts'
import { canonicalId } from './object-id.ts'
import { compileInputReader } from './places.ts'
import { bodySchemas, byPointer, compileTree } from './schema-tree.ts'
import { visitMarked } from './tree-walk.ts'

/** An object that a request names. */
export interface Named {
  readonly reference: ObjectReference
  /** Undefined for what cannot be the id of anything that somebody could vouch for. */
  readonly id: string | undefined
}

export interface NamedObjects {
  readonly named: readonly Named[]
  /** False when the request holds references that were not read: too many, too deep, or a body nobody here parses. */
  readonly complete: boolean
}

const none: NamedObjects = { named: [], complete: true }

/** Compiles references into a reader of every id that a request names, wherever it stands and however often. */
export function compileReferences(
  contract: Contract,
  { operation }: OperationExposure,
  references: readonly ObjectReference[],
): (exchange: Exchange) => NamedObjects {
  const inBody = references.filter(({ field }) => field.place === 'body')
  const parameters = references
    .filter(({ field }) => field.place !== 'body')
    .map(reference => ({ reference, read: compileInputReader(reference.field) }))
  const tree =
    inBody.length === 0
      ? undefined
      : compileTree<ObjectReference, never>(contract, bodySchemas(operation.body?.content ?? []), {
          property: byPointer(inBody, ({ field }) => field.pointer),
        })
  const mediaTypes = declaredTypes(inBody.map(({ field }) => field))
  if (parameters.length === 0 && tree === undefined) return () => none
  const places = new Set(references.map(({ field }) => problemPlace(field.place, field.path[0] ?? field.name)))
  return ({ input, rawBody, inputProblems }) => {
    const named: Named[] = []
    // What could not be read in one way only (a parameter that stands twice, say) may name anything.
    let complete = inputProblems.every(problem => !places.has(problemPlace(problem.in, problem.name)))
    for (const { reference, read } of parameters) {
      const found = read(input)
      complete &&= found.complete
      for (const value of found.values) named.push({ reference, id: canonicalId(value) })
    }
    if (tree === undefined) return { named, complete }
    if (input.body !== undefined) {
      const all = visitMarked(input.body, tree, (reference, value) => named.push({ reference, id: canonicalId(value) }))
      return { named, complete: complete && all }
    }
    // A body in a media type that is passed through unread may name anything.
    const unread = rawBody !== undefined && rawBody.length > 0 && mediaTypes.take(input.mediaType)
    return { named, complete: complete && !unread }
  }
}

export interface DeclaredTypes {
  /** Whether a body of this type is one of those in which the fields were declared, ranges such as `application/*` included. */
  take(mediaType: string | undefined): boolean
}

export function declaredTypes(fields: readonly Pick<Field, 'mediaType'>[]): DeclaredTypes {
  const declared = [...new Set(fields.flatMap(({ mediaType }) => mediaType ?? []))]
  return {
    take: mediaType =>
      mediaType === undefined ? declared.length > 0 : bestMediaType(mediaType, declared) !== undefined,
  }
}

function problemPlace(place: string, name: string): string {
  return place === 'body' ? place : `${place}.${name.toLowerCase()}`
}

// Fields belong to a contract and there are only so many; the hot path asks for the same ones again and again.
const placeNames = new WeakMap<object, string>()

/** Where a reference stands, for logs and events: `path.orderId`, `body.items.accountId`. */
export function placeName(field: Pick<Field, 'place' | 'path' | 'name'>): string {
  let known = placeNames.get(field)
  if (known === undefined) {
    const steps = field.path.filter(step => step !== '[]' && step !== '*')
    known = `${field.place}.${steps.length === 0 ? field.name : steps.join('.')}`
    placeNames.set(field, known)
  }
  return known
}
