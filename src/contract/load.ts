import { Fault } from '../core/fault.ts'
import { isObject, isString, type JsonObject, type JsonValue, member } from '../core/json.ts'
import type { Place } from '../risk/finding.ts'
import { compose } from './compose.ts'
import { type Extensions, parseExtensions, type SchemaExtension } from './extension-parse.ts'
import type { Contract, ContractProblem, Located } from './model.ts'
import { readOperations } from './operation.ts'
import { applyOverlay } from './overlay.ts'
import { locatePointer, Positions, type Source } from './position.ts'
import type { Reader } from './reader.ts'
import { checkReferences } from './reference-check.ts'
import { createResolver, type Resolver } from './resolve.ts'
import { readSecuritySchemes } from './security.ts'
import { readServers, rootServer } from './server.ts'
import { checkText, readSource } from './source.ts'
import { checkDocument } from './version.ts'

/** The texts that make up one contract. */
export interface ContractSources {
  readonly contract: Source
  /** OpenAPI Overlays, applied in this order. */
  readonly overlays?: readonly Source[]
}

export interface LoadOptions {
  /** Paths of OpenAPI Overlays, applied in this order. */
  readonly overlays?: readonly string[]
}

/**
 * Reads a contract and its overlays from files.
 *
 * @throws Fault `file-unreadable`, `contract-malformed`, `contract-unsupported`, `contract-invalid`, `overlay-invalid`,
 *   `extension-invalid`
 * @example const contract = await loadContract('openapi.yaml', { overlays: ['rugged.overlay.yaml'] })
 */
export async function loadContract(file: string, options: LoadOptions = {}): Promise<Contract> {
  const contract = await readSource(file)
  const overlays: Source[] = []
  for (const overlay of options.overlays ?? []) overlays.push(await readOverlay(overlay))
  return parseContract({ contract, overlays })
}

/**
 * Makes a contract of texts; does no I/O. What cannot be used at all is a Fault; what is wrong and was worked round is
 * among the contract's `problems`.
 *
 * @throws Fault as `loadContract`, but for `file-unreadable`
 */
export function parseContract(sources: ContractSources): Contract {
  const positions = new Positions()
  const problems: ContractProblem[] = []
  let root = compose(checkText(sources.contract.file, sources.contract.text), positions)
  // Before overlays too, so that a wrong file is named and not what an overlay failed to find in it.
  let checked = checkDocument(root, pointer => locatePointer(positions, root, pointer))
  for (const overlay of sources.overlays ?? []) {
    const applied = inOverlay(() => applyOverlay(root, checkText(overlay.file, overlay.text), positions))
    problems.push(...applied.problems)
    root = applied.root
    checked = checkDocument(root, pointer => locatePointer(positions, root, pointer))
  }
  return assemble(sources.contract.file, checked.root, checked.version, positions, problems)
}

async function readOverlay(file: string): Promise<Source> {
  try {
    return await readSource(file)
  } catch (cause) {
    throw blameOverlay(cause)
  }
}

/** An overlay that is not well-formed is the overlay's fault, not the contract's. */
function inOverlay<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw blameOverlay(cause)
  }
}

function blameOverlay(cause: unknown): unknown {
  if (!(cause instanceof Fault) || cause.code !== 'contract-malformed') return cause
  const { message, hint, place } = cause
  return new Fault('overlay-invalid', message, {
    cause,
    ...(hint === undefined ? {} : { hint }),
    ...(place === undefined ? {} : { place }),
  })
}

function assemble(
  file: string,
  root: JsonObject,
  version: '3.0' | '3.1',
  positions: Positions,
  problems: ContractProblem[],
): Contract {
  const place = (pointer: string): Place => locatePointer(positions, root, pointer)
  const reported = new Set<string>()
  const report = (pointer: string, message: string): void => {
    // What many operations share is read for each of them, and reported once.
    const key = `${pointer}\n${message}`
    if (reported.has(key)) return
    reported.add(key)
    problems.push({ message, where: place(pointer) })
  }
  const resolver = createResolver(root, version)
  checkReferences(root, resolver, place, report)
  const extensions = parseExtensions(root, place)
  const extension = (located: Located) => mergedExtension(located, resolver, extensions)
  const reader: Reader = {
    root,
    version,
    resolve: resolver.resolve,
    target: resolver.target,
    follow: resolver.follow,
    extension,
    operationExtension: extensions.operation,
    report,
  }
  const securitySchemes = readSecuritySchemes(
    reader,
    member(root['components'], 'securitySchemes') as JsonValue | undefined,
  )
  const operations = readOperations(reader, securitySchemes)
  const title = member(root['info'], 'title')
  if (!isString(title)) report('/info', 'The document has no "info.title".')
  return {
    file,
    version,
    title: isString(title) ? title : '',
    root,
    servers: readServers(reader, root['servers'], '/servers') ?? [rootServer],
    securitySchemes,
    operations,
    extension: extensions.document,
    problems,
    resolve: resolver.resolve,
    at: resolver.at,
    place,
    valueExtension: schema => extension(schema).value,
    objectExtension: schema => extension(schema).object,
  }
}

/** How many schemas are looked at for one merged extension: chains of `$ref` and `allOf` are short. */
const mostParts = 64

/** The extension of a schema with those of what it refers to and of what it is composed of; what is nearer wins. */
function mergedExtension(located: Located, resolver: Resolver, extensions: Extensions): SchemaExtension {
  let merged: SchemaExtension = { value: {}, object: {} }
  const seen = new Set<JsonValue>()
  const open: JsonValue[] = [located.value]
  for (let value = open.shift(); value !== undefined && seen.size < mostParts; value = open.shift()) {
    if (!isObject(value) || seen.has(value)) continue
    seen.add(value)
    const own = extensions.schema(value)
    merged = { value: { ...own.value, ...merged.value }, object: { ...own.object, ...merged.object } }
    const { $ref, allOf } = value
    const target = isString($ref) ? resolver.follow($ref) : undefined
    if (target !== undefined) open.push(target.value)
    if (Array.isArray(allOf)) open.push(...allOf)
    // A parameter's schema speaks for the parameter.
    if (isString(value['in']) && value['schema'] !== undefined) open.push(value['schema'])
  }
  return merged
}
