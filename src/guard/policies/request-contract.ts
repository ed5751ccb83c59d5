import { bestMediaType, isJson } from '../../contract/media-type.ts'
import type { Contract, Located, MediaType, Schema } from '../../contract/model.ts'
import { declaredShape, pick, type Shape } from '../../contract/shape.ts'
import type { ValueProblem } from '../../contract/value-problem.ts'
import { walkSchema } from '../../contract/walk.ts'
import { fromPointer, isObject, type JsonObject } from '../../core/json.ts'
import type { OperationExposure } from '../../exposure/exposure.ts'
import type { Exchange, InputProblem } from '../exchange.ts'
import { toInputProblem } from '../input.ts'
import { definePolicy, type Verdict } from '../policy.ts'
import type { Ports } from '../ports.ts'
import { compileTree, type SchemaTree } from '../schema-tree.ts'
import { editMarked, removed } from '../tree-walk.ts'

/**
 * **What an attacker does.** He sends what the API was not written for: a role or a price that the server should have
 * set, a string of a megabyte, a number where a text was expected, another media type, a parameter twice, or JSON that
 * two parsers read differently (`{"amount": 1, "amount": 999}`, `__proto__`, numbers beyond 2^53).
 *
 * **How this answers.** The request is parsed once, strictly, and checked against the contract; what was checked is what
 * is forwarded. Undeclared query parameters, repeated single-valued parameters, undeclared media types (415), missing or
 * invalid values are refused with 400 and a list of what was wrong where, never with a value.
 * Undeclared properties of a body are removed where the contract does not say what becomes of them (no
 * `additionalProperties`), passed where it allows them, refused where it forbids them. Read-only properties are removed
 * as well: a client that reads an object, changes it and sends it back whole goes on, and nobody sets them.
 *
 * **When it is wrong.** Integers beyond 2^53 in JSON are refused: send them as strings. Multipart and binary bodies pass
 * within the size limit, unread. Undeclared headers and cookies pass.
 *
 * **How to waive it.** Declare what clients send, in an overlay; or set the policy to `alert` for the operation.
 */
export const requestContract = definePolicy({
  kind: 'policy',
  id: 'request-contract',
  summary: 'Lets only requests pass that fit the contract and that every parser reads alike.',
  covers: [
    'contract-violation',
    'mass-assignment',
    'open-request-schema',
    'unbounded-input',
    'unrestricted-media-type',
    'ambiguous-request',
  ],
  serves: ['API3-b', 'API3-e', 'API3-f', 'API4-j', 'API4-n', 'API7-i', 'API8-p'],
  severity: 'high',
  remedy: 'Describe every input in the contract, with bounds and with additionalProperties: false.',
  references: ['RFC 7493', 'RFC 8259 section 4', 'OpenAPI 3.1 section 4.8.24'],
  operation(exposure, api, _options, ports) {
    const bodies = compileBodies(exposure, api.contract, ports)
    const request = ports.validators.request(exposure.operation)
    return {
      request(exchange) {
        const { input, inputProblems } = exchange
        if (inputProblems.length > 0) return refuse(inputProblems)
        const wrong = input.parameters.size === 0 ? none : request.parameters(input.parameters)
        if (wrong.length > 0) return refuse(wrong.map(toInputProblem))
        return input.body === undefined || input.mediaType === undefined ? undefined : bodies(exchange, input.mediaType)
      },
    }
  },
})

const none: readonly ValueProblem[] = []
const nothing: readonly string[] = []

interface BodyCheck {
  readonly validate: ((value: unknown) => ValueProblem[]) | undefined
  readonly shape: Shape | undefined
  /** The names of read-only properties where they stand; undefined when there are none. */
  readonly readOnly: SchemaTree<string, never> | undefined
}

function compileBodies(
  { operation }: OperationExposure,
  contract: Contract,
  ports: Ports,
): (exchange: Exchange, mediaType: string) => Verdict {
  const content = operation.body?.content ?? []
  // Concrete types by which bodies came; bounded, since only declared ranges get this far and a range may be wide.
  const checks = new Map<string, BodyCheck>()
  return ({ input }, mediaType) => {
    let check = checks.get(mediaType)
    if (check === undefined) {
      check = compileBody(mediaType, content, contract, ports.validators.request(operation).body(mediaType))
      if (checks.size < 100) checks.set(mediaType, check)
    }
    let { body } = input
    let dropped: readonly string[] = nothing
    let wrong = check.validate?.(body) ?? none
    if (wrong.length > 0 && check.readOnly !== undefined) {
      // Looked for only where something is wrong: nearly every body fits as it is.
      const writable = withoutReadOnly(body, check.readOnly)
      if (writable.removed.length > 0) {
        wrong = check.validate?.(writable.value) ?? none
        body = writable.value
        dropped = writable.removed
      }
    }
    if (wrong.length > 0) return refuse(wrong.map(toInputProblem))
    if (check.shape === undefined) return undefined
    const picked = pick(check.shape, body)
    const gone = [...dropped, ...picked.removed]
    return gone.length === 0 ? undefined : strip(picked.value, gone)
  }
}

function compileBody(
  mediaType: string,
  content: readonly MediaType[],
  contract: Contract,
  validate: BodyCheck['validate'],
): BodyCheck {
  const index = bestMediaType(
    mediaType,
    content.map(media => media.type),
  )
  const schema = index === undefined ? undefined : content[index]?.schema
  const structured = isJson(mediaType) || mediaType === 'application/x-www-form-urlencoded'
  return {
    validate,
    shape: schema === undefined || !structured ? undefined : declaredShape(contract, schema, 'request'),
    readOnly: schema === undefined || !structured ? undefined : readOnlyPlaces(contract, schema),
  }
}

function readOnlyPlaces(contract: Contract, schema: Located<Schema>): SchemaTree<string, never> | undefined {
  return compileTree<string, never>(contract, [schema], {
    property(pointer) {
      const value = contract.at(pointer)?.value
      if (!isObject(value)) return undefined
      // Beside a $ref, 3.0 ignores it; people write it there and mean it.
      const said = value['readOnly'] === true
      const meant =
        said || walkSchema(contract, { value, pointer }).some(part => part.always && isReadOnly(part.schema))
      return meant ? (fromPointer(pointer)?.at(-1) ?? pointer) : undefined
    },
  })
}

function isReadOnly({ value }: Located<JsonObject>): boolean {
  return value['readOnly'] === true
}

function withoutReadOnly(body: unknown, tree: SchemaTree<string, never>) {
  const names = new Set<string>()
  const { value } = editMarked(body, tree, {
    property(name) {
      names.add(`${name} (read-only)`)
      return removed
    },
  })
  return { value, removed: [...names] }
}

function strip(body: unknown, removed: readonly string[]): Verdict {
  return {
    rewrite: { body },
    safe: false,
    because: {
      weakness: 'mass-assignment',
      problem: 'undeclared-property',
      detail: 'The body has properties that this operation does not take.',
      log: `removed from the body: ${removed.slice(0, 20).join(', ')}`,
    },
  }
}

const mostErrors = 10

const details: Readonly<Record<number, readonly [problem: string, detail: string]>> = {
  400: ['invalid-request', 'The request does not fit the documentation of this operation.'],
  413: ['content-too-large', 'The body is larger than this operation takes.'],
  415: ['unsupported-media-type', 'The body has a media type that this operation does not take.'],
}

function refuse(problems: readonly InputProblem[]): Verdict {
  const status = problems.find(problem => problem.status !== 400)?.status ?? 400
  const [first] = problems
  const [problem, detail] = details[status] ?? ['invalid-request', '']
  const errors = problems.slice(0, mostErrors).map(toError)
  return {
    refuse: status,
    because: {
      weakness: first?.weakness ?? 'contract-violation',
      problem,
      detail,
      log: errors.map(error => `${error.in} ${error.name ?? ''}${error.pointer ?? ''} ${error.message}`).join('; '),
      extra: { errors },
      ...(status === 415 ? { headers: { 'accept-encoding': 'identity' } } : {}),
    },
  }
}

interface ClientError extends JsonObject {
  readonly in: string
  readonly name?: string
  readonly pointer?: string
  readonly message: string
}

/** What is wrong where; the parts that say nothing are left out. */
function toError({ in: place, name, pointer, message }: InputProblem): ClientError {
  return {
    in: place,
    ...(name === '' ? {} : { name }),
    ...(pointer === '' ? {} : { pointer }),
    message,
  }
}
