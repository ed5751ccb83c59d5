import { Fault } from '../core/fault.ts'
import { isObject, isString, type JsonObject, type JsonValue } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'
import type { Place } from '../risk/finding.ts'

/** A document that is a contract of a version that we read. */
export interface CheckedDocument {
  readonly root: JsonObject
  readonly version: '3.0' | '3.1'
}

/**
 * Makes sure that a document is a contract that we can read, and says which version it is.
 *
 * @throws Fault `contract-unsupported` for what is no OpenAPI or another version, `contract-invalid` for one without paths
 */
export function checkDocument(root: JsonValue, locate: (pointer: string) => Place): CheckedDocument {
  if (!isObject(root)) {
    const hint = 'Name the file whose first level has "openapi", "info" and "paths".'
    throw fault('contract-unsupported', 'The document is not an OpenAPI contract: it is no object.', hint, locate(''))
  }
  const version = readVersion(root, locate)
  const { paths } = root
  if (isObject(paths)) return { root, version }
  if (paths !== undefined) {
    throw fault(
      'contract-invalid',
      '"paths" must be an object.',
      'Its keys are paths such as /accounts/{id}.',
      locate('/paths'),
    )
  }
  // OpenAPI 3.1 section 4.8.1: a document needs one of the three; in 3.0 it needs paths.
  if (version === '3.1' && (isObject(root['webhooks']) || isObject(root['components']))) return { root, version }
  const near = nearest('paths', Object.keys(root))
  const hint = near === undefined ? 'Add "paths".' : `Did you mean "paths" where "${near}" stands?`
  throw fault('contract-invalid', 'The contract has no "paths".', hint, locate(''))
}

function readVersion(root: JsonObject, locate: (pointer: string) => Place): '3.0' | '3.1' {
  const { openapi, swagger } = root
  if (openapi === undefined) throw notOpenApi(root, swagger, locate)
  // `openapi: 3.1` without quotes is a number in YAML.
  const text = isString(openapi) || typeof openapi === 'number' ? String(openapi) : ''
  const [, minor] = /^3\.(\d+)(?:\.\d+(?:-.+)?)?$/.exec(text) ?? []
  if (minor === '0') return '3.0'
  if (minor === '1') return '3.1'
  const place = locate('/openapi')
  const hint = 'Use a contract in OpenAPI 3.0 or 3.1.'
  if (text === '')
    throw fault('contract-unsupported', 'The "openapi" version must be text such as "3.1.0".', hint, place)
  throw fault('contract-unsupported', `OpenAPI ${text.slice(0, 20)} is not supported yet.`, hint, place)
}

function notOpenApi(root: JsonObject, swagger: JsonValue | undefined, locate: (pointer: string) => Place): Fault {
  if (swagger !== undefined) {
    const hint = 'Convert it to OpenAPI 3, for example with swagger2openapi or editor.swagger.io.'
    return fault(
      'contract-unsupported',
      `Swagger ${String(swagger).slice(0, 20)} is not supported yet.`,
      hint,
      locate('/swagger'),
    )
  }
  if (root['overlay'] !== undefined && root['actions'] !== undefined) {
    const hint = 'Name the contract itself, and this file with --overlay.'
    return fault(
      'contract-unsupported',
      'The document is an OpenAPI Overlay, not a contract.',
      hint,
      locate('/overlay'),
    )
  }
  const other = ['asyncapi', 'arazzo', '$schema'].find(key => root[key] !== undefined)
  const near = nearest('openapi', Object.keys(root))
  const hint =
    near === undefined ? 'A contract begins with "openapi: 3.1.0".' : `Did you mean "openapi" where "${near}" stands?`
  const what = other === undefined ? 'it has no "openapi" version' : `it says "${other}"`
  return fault('contract-unsupported', `The document is not an OpenAPI contract: ${what}.`, hint, locate(''))
}

function fault(code: 'contract-unsupported' | 'contract-invalid', message: string, hint: string, place: Place): Fault {
  const { file, line, column } = place
  return new Fault(code, message, { place: { file, line, column }, hint })
}
