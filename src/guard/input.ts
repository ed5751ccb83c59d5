import { isUtf8 } from 'node:buffer'
import { bestMediaType, isJson, parseMediaType } from '../contract/media-type.ts'
import { parseParameters } from '../contract/parameters.ts'
import type { ValueProblem } from '../contract/value-problem.ts'
import type { WeaknessId } from '../risk/catalogue.ts'
import type { Exchange, Input, InputProblem } from './exchange.ts'
import { type FormReader, readForm } from './form.ts'
import { parseStrictJson } from './strict-json.ts'

/** How the requests of one operation are read; compiled once. */
export interface InputPlan {
  readonly operation: Parameters<typeof parseParameters>[0]
  /** Without header and cookie parameters the headers need not be looked at. */
  readonly readsHeaders: boolean
  readonly readsParameters: boolean
  /** Query parameters that are credentials of the operation's `security`. */
  readonly queryCredentials: ReadonlySet<string>
  /** As the contract writes them. */
  readonly mediaTypes: readonly string[]
  readonly bodyRequired: boolean
  /** Names that are dangerous elsewhere and that this contract declares. */
  readonly allowedNames: ReadonlySet<string>
  readonly form: FormReader
}

export interface ReadInput {
  readonly input: Input
  readonly problems: readonly InputProblem[]
  /** True for a body that says nothing where the contract declares none: it is not passed on. */
  readonly dropBody: boolean
}

type Raw = Pick<Exchange, 'headers' | 'query' | 'pathParameters'>

const noHeaders = {}
const noParameters: ReadonlyMap<string, unknown> = new Map<string, unknown>()
const noProblems: readonly InputProblem[] = []

/**
 * Reads parameters and body once, strictly. What is wrong becomes a problem for `request-contract` to judge; the input
 * is then what a lenient reader would most probably see, so that other policies can go on where that one only alerts.
 */
export function readInput(plan: InputPlan, raw: Raw, bytes: Buffer | undefined): ReadInput {
  const problems: InputProblem[] = []
  const parameters = readParameters(plan, raw, problems)
  const body = readBodyValue(plan, raw, bytes, problems)
  return {
    input: { parameters, body: body.value, mediaType: body.mediaType },
    problems: problems.length === 0 ? noProblems : problems,
    dropBody: body.drop === true,
  }
}

function readParameters(plan: InputPlan, raw: Raw, problems: InputProblem[]): ReadonlyMap<string, unknown> {
  if (!plan.readsParameters && raw.query === '') return noParameters
  const {
    values,
    problems: found,
    undeclaredQuery,
  } = parseParameters(plan.operation, {
    pathParameters: raw.pathParameters,
    query: raw.query,
    headers: plan.readsHeaders ? raw.headers : noHeaders,
  })
  for (const problem of found) problems.push(toInputProblem(problem))
  for (const name of undeclaredQuery) {
    if (plan.queryCredentials.has(name)) continue
    const shown = name.length > 60 ? `${name.slice(0, 60)}…` : name
    problems.push({ ...wrong('contract-violation', 'query', 'is not a parameter of this operation'), name: shown })
  }
  if (!plan.readsHeaders) return values
  // Header names have no case; policies look them up in lower case, the contract's checks as it writes them.
  const both = new Map(values)
  for (const [key, value] of values) if (key.startsWith('header.')) both.set(key.toLowerCase(), value)
  return both
}

interface ReadValue {
  readonly value: unknown
  readonly mediaType: string | undefined
  readonly drop?: boolean
}

function readBodyValue(
  plan: InputPlan,
  { headers }: Raw,
  bytes: Buffer | undefined,
  problems: InputProblem[],
): ReadValue {
  if (bytes === undefined || bytes.length === 0) {
    if (plan.bodyRequired) problems.push(wrong('contract-violation', 'body', 'is missing'))
    return { value: undefined, mediaType: undefined }
  }
  if (plan.mediaTypes.length === 0) return unexpected(bytes, problems)
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    problems.push({ ...wrong('unrestricted-media-type', 'body', 'must not be compressed'), status: 415 })
    return { value: undefined, mediaType: undefined }
  }
  const parsed = parseMediaType(headers['content-type'] ?? '')
  const mediaType = parsed === undefined ? undefined : `${parsed.type}/${parsed.subtype}`
  if (mediaType === undefined || bestMediaType(mediaType, plan.mediaTypes) === undefined) {
    const message = `must be ${plan.mediaTypes.slice(0, 5).join(' or ')}`
    problems.push({ ...wrong('unrestricted-media-type', 'body', message), status: 415 })
    return { value: undefined, mediaType }
  }
  const charset = parsed?.parameters.get('charset')
  const text = isJson(mediaType) || mediaType === formType || mediaType.startsWith('text/')
  if (text && charset !== undefined && !/^utf-?8$|^us-ascii$/i.test(charset)) {
    problems.push({ ...wrong('unrestricted-media-type', 'body', 'must be in UTF-8'), status: 415 })
  }
  return { value: parseBody(plan, mediaType, bytes, problems), mediaType }
}

const formType = 'application/x-www-form-urlencoded'

function parseBody(plan: InputPlan, mediaType: string, bytes: Buffer, problems: InputProblem[]): unknown {
  if (isJson(mediaType)) {
    const parsed = parseStrictJson(bytes, { allowed: plan.allowedNames })
    if ('value' in parsed) return parsed.value
    problems.push({ ...wrong('ambiguous-request', 'body', parsed.problem), pointer: parsed.pointer })
    return parsed.fallback
  }
  if (mediaType !== formType && !mediaType.startsWith('text/')) return undefined
  if (!isUtf8(bytes)) {
    problems.push(wrong('ambiguous-request', 'body', 'is not valid UTF-8'))
    return undefined
  }
  if (mediaType !== formType) return bytes.toString('utf8')
  const { value, problems: found } = readForm(plan.form, bytes.toString('utf8'))
  for (const problem of found) problems.push(toInputProblem(problem))
  return value
}

/** Some clients send `{}` or `null` where there is nothing to send; anything else has no place. */
function unexpected(bytes: Buffer, problems: InputProblem[]): ReadValue {
  const nothing = bytes.length < 16 && /^\s*(?:\{\s*\}|null|"")?\s*$/.test(bytes.toString('latin1'))
  if (!nothing) problems.push(wrong('contract-violation', 'body', 'is not expected here'))
  return { value: undefined, mediaType: undefined, drop: nothing }
}

function wrong(weakness: WeaknessId, place: InputProblem['in'], message: string): InputProblem {
  return { status: 400, weakness, in: place, name: '', pointer: '', message }
}

const weaknesses: Readonly<Record<string, WeaknessId>> = {
  repeated: 'ambiguous-request',
  encoding: 'ambiguous-request',
  readOnly: 'mass-assignment',
  additionalProperties: 'mass-assignment',
  unevaluatedProperties: 'mass-assignment',
  maxLength: 'unbounded-input',
  maxItems: 'unbounded-input',
  maxProperties: 'unbounded-input',
  maximum: 'unbounded-input',
  exclusiveMaximum: 'unbounded-input',
  depth: 'unbounded-input',
}

/** A problem of the contract room in the words of the guard. */
export function toInputProblem({ in: place, name = '', pointer, keyword, message }: ValueProblem): InputProblem {
  const weakness = Object.hasOwn(weaknesses, keyword) ? weaknesses[keyword] : undefined
  return { status: 400, weakness: weakness ?? 'contract-violation', in: place, name, pointer, message }
}
