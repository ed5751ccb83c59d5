import { hash } from 'node:crypto'
import type { Limit } from '../contract/extension.ts'
import { fromPointer } from '../core/json.ts'
import type { OperationExposure } from '../exposure/exposure.ts'
import type { Exchange } from './exchange.ts'
import { compileReader, ownMember } from './places.ts'
import type { Pseudonym } from './ports.ts'

/** Whom a request is counted for: none, one, or several where it aims at several targets at once. */
export type RateKeys = (exchange: Exchange) => readonly string[]

/** More targets in one request than this are counted as one more target: a batch is no way round a limit. */
const mostTargets = 100

const none: readonly string[] = []
const everybody: readonly string[] = ['']

/** Compiles whom a limit counts. Keys are hashes or networks, of bounded length whatever was sent. */
export function compileRateKeys(
  limit: Pick<Limit, 'per' | 'target'>,
  exposure: OperationExposure,
  pseudonym: Pseudonym,
): RateKeys {
  switch (limit.per) {
    case 'operation':
      return () => everybody
    case 'address':
      return ({ network }) => [network]
    case 'key':
      // Without a key that is known here, what was presented; without any, where it came from.
      return exchange => (exchange.caller.kind === 'key' ? [exchange.caller.id] : callerKeys(exchange))
    case 'subject':
      return callerKeys
    case 'tenant':
      return exchange => tenantKeys(exchange, pseudonym)
    case 'target':
      return compileTarget(limit.target ?? '', exposure, pseudonym)
  }
}

function callerKeys({ caller, network }: Exchange): readonly string[] {
  return [caller.kind === 'anonymous' ? network : caller.id]
}

const tenantClaims = ['tenant', 'tenant_id', 'tid', 'org_id', 'organization_id']

function tenantKeys(exchange: Exchange, pseudonym: Pseudonym): readonly string[] {
  const { caller } = exchange
  if (caller.kind !== 'subject') return callerKeys(exchange)
  const tenant = tenantClaims.map(name => ownMember(caller.claims, name)).find(value => typeof value === 'string')
  return typeof tenant === 'string' ? [pseudonym('tenant', `${caller.issuer}\n${tenant}`)] : [caller.id]
}

function compileTarget(target: string, exposure: OperationExposure, pseudonym: Pseudonym): RateKeys {
  const read = compileTargetReader(target, exposure)
  return exchange => {
    const values = read(exchange)
    if (values.length === 0) return none
    const keys = new Set<string>()
    for (const value of values.slice(0, mostTargets)) keys.add(pseudonym('target', normaliseTarget(value)))
    if (values.length > mostTargets) keys.add('more')
    return [...keys]
  }
}

/**
 * The values that a target names: a JSON Pointer into the body (`/username`, also as `$request.body#/username`), or a
 * parameter with its place (`path.code`, `$request.query.code`) or without, when a property of the body is meant if no
 * parameter has the name.
 */
function compileTargetReader(
  target: string,
  { operation }: OperationExposure,
): (exchange: Pick<Exchange, 'input'>) => readonly unknown[] {
  const text = target.replace(/^\$request\./, '')
  const pointer = /^(?:body)?#?(\/.*)$/.exec(text)?.[1]
  if (pointer !== undefined) return bodyReader(fromPointer(pointer) ?? [])
  const placed = /^(path|query|header|cookie|body)\.(.+)$/.exec(text)
  if (placed !== null) {
    const [, place = '', name = ''] = placed
    if (place === 'body') return bodyReader(name.split('.'))
    return parameterReader(`${place}.${place === 'header' ? name.toLowerCase() : name}`)
  }
  const parameter = operation.parameters.find(({ name }) => name === text)
  if (parameter === undefined) return bodyReader(text.split('.'))
  return parameterReader(`${parameter.in}.${parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name}`)
}

function bodyReader(path: readonly string[]): (exchange: Pick<Exchange, 'input'>) => readonly unknown[] {
  const read = compileReader(path)
  return ({ input }) => read(input.body).values.filter(isScalar)
}

function parameterReader(key: string): (exchange: Pick<Exchange, 'input'>) => readonly unknown[] {
  return ({ input }) => {
    const value = input.parameters.get(key)
    if (value === undefined) return none
    return (Array.isArray(value) ? value : [value]).filter(isScalar)
  }
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

// Accents and other marks, format and control characters, fillers: hardly or not visible, so that two spellings look
// alike and would count apart.
const invisible = /[\p{Cf}\p{Mn}\p{Me}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]/gu

/** A target is a key in a bounded structure: longer ones are kept as a hash. */
const longest = 256

/**
 * One spelling for all spellings of an account that an API may take for the same: case, full-width and composed letters
 * (NFKC), white space, accents and invisible characters. Two accounts that differ in nothing else share a limit.
 */
export function normaliseTarget(value: unknown): string {
  // The whole text first: cut before, a run of blanks in front would give every length a count of its own.
  const folded = String(value).normalize('NFKC').toLowerCase().normalize('NFKD')
  const plain = folded.replace(invisible, '').replace(/\s+/gu, '')
  return plain.length <= longest ? plain : hash('sha256', plain, 'base64url')
}
