import { checkBigInteger, isBigInteger } from './big-integer.ts'
import { bestMediaType } from './media-type.ts'
import type { Contract, ContractProblem, Located, MediaType, Operation, Schema } from './model.ts'
import { type Check, SchemaCompiler } from './schema-compile.ts'
import type { Direction } from './shape.ts'
import type { ValueProblem } from './value-problem.ts'

export type { ValueProblem } from './value-problem.ts'

export interface RequestValidator {
  /**
   * Checks what `parseParameters` gives against the schemas of the parameters; what is not among the values is not
   * checked here, since `parseParameters` reports what is missing.
   */
  parameters(values: ReadonlyMap<string, unknown>): ValueProblem[]
  /** The check for a body of a media type; undefined when the contract does not declare it or gives it no schema. */
  body(mediaType: string): ((value: unknown) => ValueProblem[]) | undefined
}

/** The checks of one contract, each compiled when it is first asked for and then kept. */
export interface Validators {
  request(operation: Operation): RequestValidator
  /** Undefined when the contract declares no such response, not this media type, or gives it no schema. */
  response(operation: Operation, status: number, mediaType: string): ((value: unknown) => ValueProblem[]) | undefined
  /** The check of any schema of the contract. Its problems are `in: 'body'`. */
  schemaValidator(schema: Located<Schema>, direction: Direction): (value: unknown) => ValueProblem[]
  /** What could not be enforced as written, as far as it has been compiled. */
  readonly problems: readonly ContractProblem[]
}

/**
 * Makes the checks of a contract. Nothing is compiled yet, so this is quick however large the contract.
 *
 * @example compileValidators(contract).request(operation).body('application/json')?.(value)
 */
export function compileValidators(contract: Contract): Validators {
  const problems: ContractProblem[] = []
  const compilers = {
    request: new SchemaCompiler(contract, 'request', problems),
    response: new SchemaCompiler(contract, 'response', problems),
  }
  const requests = new WeakMap<Operation, RequestValidator>()

  const bodyCheck = (content: readonly MediaType[], mediaType: string, direction: Direction) => {
    const index = bestMediaType(
      mediaType,
      content.map(media => media.type),
    )
    const schema = index === undefined ? undefined : content[index]?.schema
    if (schema === undefined) return undefined
    const check = compilers[direction].check(schema)
    return (value: unknown) => check(value, { in: 'body' })
  }

  const request = (operation: Operation): RequestValidator => {
    const known = requests.get(operation)
    if (known !== undefined) return known
    const checks = new Map<string, Check>()
    const validator: RequestValidator = {
      parameters: values => checkParameters(contract, operation, values, compilers.request, checks),
      body: mediaType => bodyCheck(operation.body?.content ?? [], mediaType, 'request'),
    }
    requests.set(operation, validator)
    return validator
  }

  return {
    request,
    response: (operation, status, mediaType) =>
      bodyCheck(declaredResponse(operation, status)?.content ?? [], mediaType, 'response'),
    schemaValidator: (schema, direction) => {
      const check = compilers[direction].check(schema)
      return value => check(value, { in: 'body' })
    },
    problems,
  }
}

/** What the contract declares for a status: itself, else its class, else the default. */
export function declaredResponse(operation: Operation, status: number): Operation['responses'][number] | undefined {
  const names = [String(status), `${Math.floor(status / 100)}XX`, 'default']
  for (const name of names) {
    const found = operation.responses.find(response => response.status === name)
    if (found !== undefined) return found
  }
  return undefined
}

function checkParameters(
  contract: Contract,
  operation: Operation,
  values: ReadonlyMap<string, unknown>,
  compiler: SchemaCompiler,
  checks: Map<string, Check>,
): ValueProblem[] {
  const problems: ValueProblem[] = []
  for (const { in: place, name, schema } of operation.parameters) {
    const key = `${place}.${name}`
    if (schema === undefined || !values.has(key)) continue
    const value = values.get(key)
    if (isBigInteger(contract, schema, value)) {
      const problem = checkBigInteger(contract, schema, value)
      if (problem !== undefined) problems.push({ in: place, name, ...problem })
      continue
    }
    let check = checks.get(key)
    if (check === undefined) {
      check = compiler.check(schema)
      checks.set(key, check)
    }
    problems.push(...check(value, { in: place, name }))
  }
  return problems
}
