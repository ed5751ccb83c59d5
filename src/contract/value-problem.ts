import type { ErrorObject } from 'ajv'
import { escapePointerToken } from '../core/json.ts'
import type { ParameterPlace } from './model.ts'
import { directionKeyword } from './schema-project.ts'

/** What is wrong with a value, in the words of the contract. Never holds the value: it may be a secret, or an attack. */
export interface ValueProblem {
  readonly in: ParameterPlace | 'body'
  /** Of the parameter; absent for bodies. */
  readonly name?: string
  /** JSON Pointer into the value. */
  readonly pointer: string
  /** Of JSON Schema, or `required`, `repeated`, `encoding`, `content`, `readOnly`, `writeOnly`, `depth`. */
  readonly keyword: string
  /** Completes "the value …": `must be 3 or more`. */
  readonly message: string
}

/** Says what Ajv found. Of nested errors it is the last that names the whole of what failed. */
export function toValueProblem(
  errors: readonly ErrorObject[],
  place: Pick<ValueProblem, 'in' | 'name'>,
): ValueProblem | undefined {
  // "if" only repeats that the branch it chose has failed.
  const error = errors.findLast(candidate => candidate.keyword !== 'if') ?? errors.at(-1)
  if (error === undefined) return undefined
  const { keyword, instancePath, params } = error
  const extra: unknown = params['additionalProperty'] ?? params['unevaluatedProperty']
  const pointer = typeof extra === 'string' ? `${instancePath}/${escapePointerToken(shorten(extra))}` : instancePath
  if (keyword === directionKeyword) {
    const direction = String(params['direction'])
    const message =
      direction === 'readOnly' ? 'is read-only and must not be sent' : 'is write-only and must not be returned'
    return { ...place, pointer, keyword: direction, message }
  }
  return { ...place, pointer, keyword: keyword === 'false schema' ? 'not' : keyword, message: describe(error) }
}

function describe({ keyword, params, message }: ErrorObject): string {
  switch (keyword) {
    case 'type':
      return `must be ${listOf(params['type'])}`
    case 'required':
    case 'dependentRequired':
      return `must have the property "${shorten(String(params['missingProperty']))}"`
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'is not declared'
    case 'unevaluatedItems':
      return 'has more items than are declared'
    case 'false schema':
      return 'must not be there'
    case 'enum':
      return 'must be one of the values that the contract lists'
    case 'const':
      return 'must be the value that the contract gives'
    case 'pattern':
      return `must match the pattern ${shorten(String(params['pattern']))}`
    case 'format':
      return `must have the format "${String(params['format'])}"`
    case 'uniqueItems':
      return 'must not hold the same item twice'
    case 'anyOf':
      return 'must match one of the schemas of "anyOf"'
    case 'oneOf':
      return 'must match exactly one of the schemas of "oneOf"'
    case 'not':
      return 'must not match the schema of "not"'
    case 'propertyNames':
      return 'has a property whose name is not allowed'
    default:
      // Ajv's own words name limits and counts of the schema, never the value.
      return message ?? 'does not fit the contract'
  }
}

const articles: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
}

/** The types of a schema for people: `a string or null`. */
export function listOf(type: unknown): string {
  const names = (Array.isArray(type) ? type : String(type).split(',')).map(
    name => articles[String(name)] ?? String(name),
  )
  return names.join(' or ')
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
