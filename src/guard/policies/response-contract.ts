import { bestMediaType, isJson } from '../../contract/media-type.ts'
import type { Contract, DeclaredResponse, Operation } from '../../contract/model.ts'
import { declaredShape, pick, type Shape } from '../../contract/shape.ts'
import { declaredResponse } from '../../contract/validate.ts'
import type { ValueProblem } from '../../contract/value-problem.ts'
import { Fault } from '../../core/fault.ts'
import { isObject } from '../../core/json.ts'
import type { OperationExposure } from '../../exposure/exposure.ts'
import type { WeaknessId } from '../../risk/catalogue.ts'
import type { Answer, Exchange } from '../exchange.ts'
import { definePolicy, type Verdict } from '../policy.ts'
import type { Ports } from '../ports.ts'

export interface ResponseContractOptions {
  /** What happens to an answer whose values break their schema. */
  readonly violations: 'report' | 'refuse'
}

/**
 * **What an attacker does.** He reads the raw answer instead of the page that is made of it: whole records, with what the
 * client was trusted to hide, or the answer of a debug branch that nobody described.
 *
 * **How this answers.** Only what the contract declares leaves. Properties that it does not declare are removed (and
 * those marked `writeOnly`), wherever they stand; a successful status or a media type that it does not declare becomes
 * 502, an undeclared error a plain problem of the same status; what says it is JSON and is not becomes 502.
 *
 * **When it is wrong.** An object whose contract says `additionalProperties: true`, or a schema that says nothing, passes
 * as it is: `open-response-schema` in audit names those. Values that break their schema otherwise (a missing property, a
 * wrong type) are reported and pass, for honest servers drift from their contracts and breaking their clients protects
 * nobody; `violations: refuse` turns them into 502.
 *
 * **How to waive it.** Declare what is answered, in an overlay; or set the policy to `alert` for the operation.
 */
export const responseContract = definePolicy<ResponseContractOptions>({
  kind: 'policy',
  id: 'response-contract',
  summary: 'Lets out only the statuses, media types and properties that the contract declares.',
  covers: [
    'excessive-data-exposure',
    'unenforced-response-schema',
    'undefined-response',
    'open-response-schema',
    'contract-violation',
  ],
  serves: ['API3-a', 'API3-d', 'API3-g', 'API8-r'],
  severity: 'high',
  remedy: 'Return only what the contract declares, and declare every status that is returned.',
  references: ['OpenAPI 3.1 section 4.8.16', 'CWE-213'],
  options: readOptions,
  // Two checks, so that an answer that has too much and one that is wrong are both told.
  api(api) {
    const shapes = new Map<string, Shape | undefined>()
    return { response: exchange => pickDeclared(exchange, api.contract, shapes) }
  },
  operation: (exposure, _api, options, ports) => ({ response: compileSchemaCheck(exposure, options, ports) }),
})

function readOptions(configured: unknown): ResponseContractOptions {
  const violations = isObject(configured) ? (configured['violations'] ?? 'report') : 'report'
  if (violations === 'report' || violations === 'refuse') return { violations }
  throw new Fault('configuration', 'The option "violations" of response-contract is not understood.', {
    hint: 'Write "report" or "refuse".',
  })
}

function pickDeclared(
  { exposure, answer, sightings, method }: Exchange,
  contract: Contract,
  shapes: Map<string, Shape | undefined>,
): Verdict {
  if (exposure === undefined || answer === undefined) return undefined
  const { operation } = exposure
  const { status, mediaType } = answer
  const declared = declaredResponse(operation, status)
  // RFC 9110 section 15.4.5: 304 says that the declared answer has not changed.
  if (declared === undefined) return status === 304 ? undefined : undeclaredStatus(answer)
  if (method === 'HEAD' || answer.body.length === 0) return undefined
  if (declared.content.length === 0) return undescribedBody(answer)
  const key = `${operation.key}\n${declared.status}\n${mediaType}`
  // What was compiled before was declared; only a new media type has to be looked up among the contract's.
  const known = shapes.has(key)
  if (mediaType === undefined || (!known && indexOf(declared, mediaType) === undefined)) return undeclaredType(answer)
  if (answer.problem !== undefined) return brokenJson(answer.problem)
  if (answer.value === undefined) return undefined
  let shape = shapes.get(key)
  if (!known) {
    shape = compileShape(contract, declared, mediaType)
    if (shapes.size < 10_000) shapes.set(key, shape)
  }
  if (shape === undefined) return undefined
  const { value, removed } = pick(shape, answer.value)
  if (removed.length === 0) return undefined
  for (const name of removed) sightings.undeclared.add(name)
  return {
    rewrite: { body: value },
    safe: false,
    because: {
      weakness: 'excessive-data-exposure',
      problem: 'undeclared-property',
      detail: 'The answer had properties that are not documented.',
      log: `removed from the answer: ${removed.slice(0, 20).join(', ')}`,
    },
  }
}

function indexOf({ content }: DeclaredResponse, mediaType: string): number | undefined {
  return bestMediaType(
    mediaType,
    content.map(media => media.type),
  )
}

function compileShape(contract: Contract, declared: DeclaredResponse, mediaType: string): Shape | undefined {
  const schema = declared.content[indexOf(declared, mediaType) ?? -1]?.schema
  return schema === undefined || !isJson(mediaType) ? undefined : declaredShape(contract, schema, 'response')
}

function undeclaredStatus(answer: Answer): Verdict {
  const { status } = answer
  const log = `the contract declares no answer with status ${status}`
  if (status < 400) return badGateway('undefined-response', log)
  // The policy error-disclosure has replaced it already where it runs.
  return plainProblem(answer, log)
}

function undeclaredType(answer: Answer): Verdict {
  const log = `the contract declares no ${answer.mediaType ?? 'answer without a media type'} for status ${answer.status}`
  return answer.status < 400 ? badGateway('undefined-response', log) : plainProblem(answer, log)
}

/** A response that the contract gives no content has nothing to check against: it is told, and passes. */
function undescribedBody({ status }: Answer): Verdict {
  if (status >= 400) return undefined
  return {
    rewrite: {},
    safe: true,
    because: {
      weakness: 'unenforced-response-schema',
      problem: 'undescribed-body',
      detail: 'The answer has a body that is not documented.',
      log: `the contract describes no body for status ${status}`,
    },
  }
}

function brokenJson(problem: string): Verdict {
  return badGateway('undefined-response', `the answer ${problem}`)
}

function badGateway(weakness: WeaknessId, log: string): Verdict {
  return {
    refuse: 502,
    because: {
      weakness,
      problem: 'bad-gateway',
      detail: 'The API behind this gateway gave no usable answer.',
      log,
    },
  }
}

function plainProblem({ status, headers }: Answer, log: string): Verdict {
  const kept: Record<string, string> = {}
  for (const name of ['www-authenticate', 'retry-after', 'allow']) {
    const value = headers[name]
    if (typeof value === 'string') kept[name] = value
  }
  return {
    rewrite: {
      problem: { status, problem: 'request-failed', detail: 'The request could not be carried out.', headers: kept },
    },
    safe: false,
    because: {
      weakness: 'undefined-response',
      problem: 'undefined-response',
      detail: 'An answer is not documented.',
      log,
    },
  }
}

function compileSchemaCheck(
  { operation }: OperationExposure,
  { violations }: ResponseContractOptions,
  { validators }: Ports,
): (exchange: Exchange) => Verdict {
  const checks = new Map<string, ((value: unknown) => ValueProblem[]) | undefined>()
  return ({ answer }) => {
    if (answer?.value === undefined || answer.mediaType === undefined) return undefined
    const [problem] = checkOf(checks, operation, answer.status, answer.mediaType, validators)?.(answer.value) ?? none
    if (problem === undefined) return undefined
    const log = `the answer at "${problem.pointer}" ${problem.message}`
    if (violations === 'refuse') return badGateway('contract-violation', log)
    return {
      rewrite: {},
      safe: true,
      because: {
        weakness: 'contract-violation',
        problem: 'invalid-response',
        detail: 'The answer does not fit the documentation.',
        log,
      },
    }
  }
}

const none: readonly ValueProblem[] = []

function checkOf(
  checks: Map<string, ((value: unknown) => ValueProblem[]) | undefined>,
  operation: Operation,
  status: number,
  mediaType: string,
  validators: Ports['validators'],
): ((value: unknown) => ValueProblem[]) | undefined {
  const key = `${status} ${mediaType}`
  if (checks.has(key)) return checks.get(key)
  const check = validators.response(operation, status, mediaType)
  if (checks.size < 1000) checks.set(key, check)
  return check
}
