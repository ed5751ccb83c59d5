import type { DeclaredResponse, Operation } from '../contract/model.ts'
import { declaredShape, type Shape } from '../contract/shape.ts'
import { isObject } from '../core/json.ts'
import type { ApiExposure } from '../exposure/exposure.ts'
import type { Answer } from './answer.ts'
import { dotted } from './sensitive.ts'
import { isJsonType } from './wire.ts'

/** A member that came back though the contract does not declare it, with what it held. */
export interface Undeclared {
  /** Names from the body's root, `[]` for items. */
  readonly path: readonly string[]
  readonly values: readonly unknown[]
}

/** What the contract declares for an answer; undefined where it says nothing about its body. */
export function shapeOf(api: ApiExposure, operation: Operation, { status, mediaType }: Answer): Shape | undefined {
  const response = responseFor(operation, status)
  const media =
    response?.content.find(({ type }) => type === mediaType) ??
    response?.content.find(({ type }) => isJsonType(type) || type.includes('*')) ??
    response?.content[0]
  return media?.schema === undefined ? undefined : declaredShape(api.contract, media.schema, 'response')
}

/** OpenAPI 3.1 section 4.8.16: the exact status wins over its range, the range over `default`. */
function responseFor({ responses }: Operation, status: number): DeclaredResponse | undefined {
  return (
    responses.find(response => response.status === String(status)) ??
    responses.find(response => response.status.toUpperCase() === `${Math.floor(status / 100)}XX`) ??
    responses.find(response => response.status === 'default')
  )
}

const mostFound = 200
const deepest = 32

/** Every member outside the shape, equal places together. What lies inside an undeclared member is not listed again. */
export function undeclaredIn(shape: Shape, answer: unknown): readonly Undeclared[] {
  const found = new Map<string, { readonly path: readonly string[]; readonly values: unknown[] }>()
  const visit = (inner: Shape, value: unknown, path: readonly string[]): void => {
    if (path.length > deepest) return
    if (Array.isArray(value)) {
      const items = inner.items()
      if (items !== undefined) for (const item of value) visit(items, item, [...path, '[]'])
    } else if (isObject(value)) {
      for (const [name, member] of Object.entries(value)) {
        const declared = inner.property(name)
        // The name of a map's entry is data; only what it holds is looked at.
        const at = [...path, declared !== undefined && !inner.declares(name) ? '*' : name]
        if (declared !== undefined) visit(declared, member, at)
        else note(at, member)
      }
    }
  }
  const note = (path: readonly string[], value: unknown): void => {
    const key = dotted(path)
    const known = found.get(key)
    if (known !== undefined) known.values.push(value)
    else if (found.size < mostFound) found.set(key, { path, values: [value] })
  }
  visit(shape, answer, [])
  return [...found.values()]
}
