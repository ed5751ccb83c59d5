import { isObject, isString, type JsonObject, type JsonValue } from '../core/json.ts'
import type { SecurityRequirement, SecurityScheme } from './model.ts'
import { entriesOf, objectAt, type Reader } from './reader.ts'

/** The schemes under `components.securitySchemes` that can be understood; the others are reported and left out. */
export function readSecuritySchemes(reader: Reader, value: JsonValue | undefined): ReadonlyMap<string, SecurityScheme> {
  const schemes = new Map<string, SecurityScheme>()
  for (const [name, entry, pointer] of entriesOf(reader, value, '/components/securitySchemes')) {
    const target = objectAt(reader, entry, pointer)
    if (target === undefined) continue
    const scheme = readScheme(target.value, target.pointer)
    if (scheme === undefined)
      reader.report(pointer, `The security scheme "${name}" is not complete or of an unknown type.`)
    else schemes.set(name, scheme)
  }
  return schemes
}

function readScheme(value: JsonObject, pointer: string): SecurityScheme | undefined {
  const { type, name, scheme, bearerFormat, flows, openIdConnectUrl } = value
  switch (type) {
    case 'apiKey': {
      const place = (['query', 'header', 'cookie'] as const).find(known => known === value['in'])
      return place !== undefined && isString(name) ? { type, in: place, name, pointer } : undefined
    }
    case 'http': {
      if (!isString(scheme)) return undefined
      return { type, scheme: scheme.toLowerCase(), ...(isString(bearerFormat) ? { bearerFormat } : {}), pointer }
    }
    case 'oauth2':
      return { type, flows: isObject(flows) ? flows : {}, pointer }
    case 'openIdConnect':
      return { type, url: isString(openIdConnectUrl) ? openIdConnectUrl : '', pointer }
    case 'mutualTLS':
      return { type, pointer }
    default:
      return undefined
  }
}

/** The name of a requirement that was written in a way nobody can meet. No contract can define a scheme of this name. */
export const unreadableScheme = '(unreadable)'

/**
 * The alternatives of a `security` member; undefined when it says nothing. Whatever cannot be read becomes a requirement
 * that nobody can meet, never an open door: only `[]` and `- {}` let anybody in.
 */
export function readSecurity(
  reader: Reader,
  value: JsonValue | undefined,
  pointer: string,
): readonly (readonly SecurityRequirement[])[] | undefined {
  if (value === undefined) return undefined
  if (Array.isArray(value)) {
    return value.map((entry: JsonValue, index) => readAlternative(reader, entry, `${pointer}/${index}`))
  }
  reader.report(pointer, '"security" must be a list of objects, such as [{ bearer: [] }].')
  return [readAlternative(reader, value, pointer)]
}

function readAlternative(reader: Reader, value: JsonValue, pointer: string): readonly SecurityRequirement[] {
  if (isObject(value)) {
    return Object.entries(value).map(([scheme, scopes]) => {
      if (Array.isArray(scopes)) return { scheme, scopes: scopes.filter(isString) }
      reader.report(pointer, `The scopes of "${scheme}" must be a list; it is read as empty.`)
      return { scheme, scopes: [] }
    })
  }
  reader.report(pointer, 'A security requirement must be an object, such as { bearer: [] }.')
  return [{ scheme: isString(value) && value !== '' ? value : unreadableScheme, scopes: [] }]
}

/** Reports the schemes that a requirement names and the document does not define. */
export function reportUndefinedSchemes(
  reader: Reader,
  security: readonly (readonly SecurityRequirement[])[],
  schemes: ReadonlyMap<string, SecurityScheme>,
  pointer: string,
): void {
  for (const { scheme } of security.flat()) {
    if (schemes.has(scheme) || scheme === unreadableScheme) continue
    reader.report(pointer, `The security scheme "${scheme}" is not defined: nobody can meet this requirement.`)
  }
}
