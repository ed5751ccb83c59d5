import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { contractFile } from './seat.ts'

export type Part = 'path' | 'query'

export interface RouteParameter {
  readonly name: string
  readonly in: Part
  readonly required?: boolean
  readonly schema: object
}

export interface ContractRoute {
  readonly method: string
  readonly path: string
  readonly parameters: readonly RouteParameter[]
  /** JSON Schema of the body, references replaced by what they name. */
  readonly body: object | undefined
}

interface RawOperation {
  readonly parameters?: readonly RouteParameter[]
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: object } } }
}

/** The bench's contract as routes with plain JSON Schema, for frameworks that read no OpenAPI. */
export function contractRoutes(): readonly ContractRoute[] {
  // The file is part of the bench, and its own test: a wrong shape here fails the check before the measurement.
  const document = load(readFileSync(contractFile, 'utf8')) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>
  }
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody }]) => {
      const schema = requestBody?.content['application/json'].schema
      const body = schema === undefined ? undefined : (inline(document, schema) as object)
      return { method: method.toUpperCase(), path, parameters, body }
    }),
  )
}

/** One object schema for all parameters of a part of the request; undefined where there are none. */
export function partSchema(parameters: readonly RouteParameter[], part: Part): object | undefined {
  const own = parameters.filter(parameter => parameter.in === part)
  if (own.length === 0) return undefined
  return {
    type: 'object',
    properties: Object.fromEntries(own.map(({ name, schema }) => [name, schema])),
    required: own.filter(({ required }) => required === true).map(({ name }) => name),
  }
}

function inline(document: unknown, value: unknown): unknown {
  if (Array.isArray(value)) return value.map(entry => inline(document, entry))
  if (typeof value !== 'object' || value === null) return value
  if ('$ref' in value && typeof value.$ref === 'string') {
    const steps = value.$ref.split('/').slice(1)
    return inline(
      document,
      steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], document),
    )
  }
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, inline(document, entry)]))
}
