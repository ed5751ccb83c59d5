import { isObject, isString, type JsonObject, type JsonValue } from '../core/json.ts'
import { readRequestBody, readResponses } from './message.ts'
import type { Method, Operation, Parameter, SecurityRequirement, SecurityScheme, Server } from './model.ts'
import { parameterKey, readParameters, undeclaredPathParameter } from './parameter.ts'
import { type PathTemplate, parseTemplate } from './path-template.ts'
import { entriesOf, objectAt, type Reader } from './reader.ts'
import { readSecurity, reportUndefinedSchemes } from './security.ts'
import { readServers, rootServer } from './server.ts'
import { methodKeys } from './structure.ts'

/** What holds for every operation that does not say otherwise. */
interface Surroundings {
  readonly servers: readonly Server[]
  readonly security: readonly (readonly SecurityRequirement[])[] | undefined
  readonly schemes: ReadonlyMap<string, SecurityScheme>
}

/** Every operation under `paths` that can be used; what is wrong with them is reported, the rest of them stays. */
export function readOperations(reader: Reader, schemes: ReadonlyMap<string, SecurityScheme>): readonly Operation[] {
  const { root } = reader
  const security = readSecurity(reader, root['security'], '/security')
  if (security !== undefined) reportUndefinedSchemes(reader, security, schemes, '/security')
  const servers = readServers(reader, root['servers'], '/servers') ?? [rootServer]
  const surroundings = { servers, security, schemes }
  const operations: Operation[] = []
  const ids = new Map<string, string>()
  const shapes = new Map<string, string>()
  for (const [path, entry, pointer] of entriesOf(reader, root['paths'], '/paths')) {
    const template = parseTemplate(path)
    const item = objectAt(reader, entry, pointer)
    if (template === undefined) {
      reader.report(
        pointer,
        `The path "${path}" is no template: it begins with a slash, and every { } holds a name of its own.`,
      )
    }
    if (template === undefined || item === undefined) continue
    for (const operation of readPathItem(
      reader,
      path,
      template,
      withSite(entry, item.value),
      item.pointer,
      surroundings,
    )) {
      operations.push(checkUnique(reader, operation, template, ids, shapes))
    }
  }
  return operations
}

/** A path item may refer to another and add to it (section 4.8.9); where both speak, the site is taken. */
function withSite(site: JsonValue, target: JsonObject): JsonObject {
  return isObject(site) && site !== target ? { ...target, ...site } : target
}

function* readPathItem(
  reader: Reader,
  path: string,
  template: PathTemplate,
  item: JsonObject,
  pointer: string,
  surroundings: Surroundings,
): Generator<Operation> {
  const shared = readParameters(reader, item['parameters'], `${pointer}/parameters`)
  const servers = readServers(reader, item['servers'], `${pointer}/servers`) ?? surroundings.servers
  for (const key of methodKeys) {
    const value = item[key]
    const at = `${pointer}/${key}`
    if (value === undefined) continue
    if (!isObject(value)) {
      reader.report(at, 'An operation must be an object; it is left out.')
      continue
    }
    // as: the keys of path items in upper case are the methods
    const method = key.toUpperCase() as Method
    yield readOperation(reader, { method, path, template, value, pointer: at, shared }, { ...surroundings, servers })
  }
  for (const key of Object.keys(item)) {
    const method = key.toLowerCase()
    if (key === method || !methodKeys.some(known => known === method)) continue
    reader.report(`${pointer}/${key}`, `Methods are written in lower case: "${method}". It is left out.`)
  }
}

interface Written {
  readonly method: Method
  readonly path: string
  readonly template: PathTemplate
  readonly value: JsonObject
  readonly pointer: string
  readonly shared: readonly Parameter[]
}

function readOperation(reader: Reader, written: Written, surroundings: Surroundings): Operation {
  const { method, path, value, pointer } = written
  const { operationId, summary, tags } = value
  const body = readRequestBody(reader, value['requestBody'], `${pointer}/requestBody`)
  const own = readSecurity(reader, value['security'], `${pointer}/security`)
  if (own !== undefined) reportUndefinedSchemes(reader, own, surroundings.schemes, `${pointer}/security`)
  const security = own ?? surroundings.security
  return {
    key: `${method} ${path}`,
    ...(isString(operationId) && operationId !== '' ? { id: operationId } : {}),
    method,
    path,
    ...(isString(summary) ? { summary } : {}),
    tags: Array.isArray(tags) ? tags.filter(isString) : [],
    deprecated: value['deprecated'] === true,
    parameters: mergeParameters(reader, written),
    ...(body === undefined ? {} : { body }),
    responses: readResponses(reader, value['responses'], `${pointer}/responses`),
    ...(security === undefined ? {} : { security }),
    servers: readServers(reader, value['servers'], `${pointer}/servers`) ?? surroundings.servers,
    extension: reader.operationExtension(value),
    pointer,
  }
}

/** Those of the path, replaced and completed by those of the operation, and exactly the variables of the template. */
function mergeParameters(reader: Reader, { path, template, value, pointer, shared }: Written): readonly Parameter[] {
  const merged = new Map(shared.map(parameter => [parameterKey(parameter), parameter]))
  for (const parameter of readParameters(reader, value['parameters'], `${pointer}/parameters`)) {
    merged.set(parameterKey(parameter), parameter)
  }
  for (const [key, parameter] of merged) {
    if (parameter.in !== 'path' || template.variables.includes(parameter.name)) continue
    merged.delete(key)
    reader.report(parameter.pointer, `The path ${path} has no variable {${parameter.name}}; the parameter is left out.`)
  }
  for (const name of template.variables) {
    if (merged.has(`path.${name}`)) continue
    merged.set(`path.${name}`, undeclaredPathParameter(name, pointer))
    reader.report(pointer, `The path variable {${name}} is not declared as a parameter: any text passes.`)
  }
  return [...merged.values()]
}

function checkUnique(
  reader: Reader,
  operation: Operation,
  template: PathTemplate,
  ids: Map<string, string>,
  shapes: Map<string, string>,
): Operation {
  const shape = `${operation.method} ${template.shape}`
  const collides = shapes.get(shape)
  if (collides === undefined) shapes.set(shape, operation.key)
  else
    reader.report(operation.pointer, `${operation.key} matches the same requests as ${collides}, which is found first.`)
  if (operation.id === undefined) return operation
  const taken = ids.get(operation.id)
  if (taken === undefined) {
    ids.set(operation.id, operation.key)
    return operation
  }
  // An id has to name one operation; the second one is known by its key alone.
  reader.report(`${operation.pointer}/operationId`, `The operationId "${operation.id}" is taken by ${taken}.`)
  const { id, ...rest } = operation
  return rest
}
