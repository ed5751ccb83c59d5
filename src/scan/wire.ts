import type { Parameter } from '../contract/model.ts'
import { isObject, type JsonValue } from '../core/json.ts'
import { type Actor, basicValue } from './actor.ts'
import { type Call, parameterKey } from './call.ts'

/** A request as it goes out: `path` begins with a slash and holds the query. */
export interface WireRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** Writes a call out as HTTP, parameters by their style (OpenAPI 3.1 section 4.8.12), in the name of an actor. */
export function writeRequest(call: Call, basePath: string, actor: Actor): WireRequest {
  const { operation, parameters } = call
  const headers: Record<string, string> = { accept: 'application/json, */*;q=0.5' }
  const query: string[] = []
  const cookies: string[] = []
  let path = operation.path
  for (const parameter of operation.parameters) {
    const value = parameters.get(parameterKey(parameter.in, parameter.name))
    if (value === undefined) continue
    if (parameter.in === 'path') path = path.replaceAll(`{${parameter.name}}`, () => pathValue(parameter, value))
    else if (parameter.in === 'query') query.push(...queryPairs(parameter, value))
    else if (parameter.in === 'header') headers[parameter.name.toLowerCase()] = headerText(plain(parameter, value))
    else cookies.push(`${parameter.name}=${encodeURIComponent(plain(parameter, value))}`)
  }
  const { body, type } = writeBody(call)
  if (type !== undefined) headers['content-type'] = type
  addCredential(actor, headers, query, cookies)
  if (cookies.length > 0) headers['cookie'] = cookies.join('; ')
  return {
    method: operation.method,
    path: `${basePath}${path.startsWith('/') ? '' : '/'}${path}${query.length === 0 ? '' : `?${query.join('&')}`}`,
    headers,
    ...(body === undefined ? {} : { body }),
  }
}

function addCredential(
  { credential }: Actor,
  headers: Record<string, string>,
  query: string[],
  cookies: string[],
): void {
  switch (credential.kind) {
    case 'none':
      return
    case 'bearer':
      headers['authorization'] = `Bearer ${credential.token}`
      return
    case 'basic':
      headers['authorization'] = `Basic ${basicValue(credential)}`
      return
    case 'header':
      headers[credential.name.toLowerCase()] = credential.value
      return
    case 'query':
      query.push(`${encodeURIComponent(credential.name)}=${encodeURIComponent(credential.value)}`)
      return
    case 'cookie':
      cookies.push(`${credential.name}=${credential.value}`)
  }
}

/** A path segment of dots alone would be taken out on the way (RFC 3986 section 5.2.4). */
function pathValue(parameter: Parameter, value: JsonValue): string {
  const text = encodeURIComponent(plain(parameter, value))
  return /^\.{1,2}$/.test(text) ? text.replaceAll('.', '%2E') : text
}

function queryPairs(parameter: Parameter, value: JsonValue): string[] {
  const name = encodeURIComponent(parameter.name)
  if (parameter.mediaType !== undefined) return [`${name}=${encodeURIComponent(JSON.stringify(value))}`]
  if (Array.isArray(value)) {
    const items = value.map(item => encodeURIComponent(scalarText(item)))
    if (parameter.explode) return items.map(item => `${name}=${item}`)
    const separator = parameter.style === 'pipeDelimited' ? '%7C' : parameter.style === 'spaceDelimited' ? '%20' : ','
    return [`${name}=${items.join(separator)}`]
  }
  if (isObject(value)) {
    const members = Object.entries(value).filter(([, item]) => item !== undefined)
    const pairs = members.map(([key, item]) => [encodeURIComponent(key), encodeURIComponent(scalarText(item))] as const)
    if (parameter.style === 'deepObject') return pairs.map(([key, item]) => `${name}%5B${key}%5D=${item}`)
    if (parameter.explode) return pairs.map(([key, item]) => `${key}=${item}`)
    return [`${name}=${pairs.flat().join(',')}`]
  }
  return [`${name}=${encodeURIComponent(scalarText(value))}`]
}

/** Style `simple`, which paths and headers have unless they say otherwise. */
function plain(parameter: Parameter, value: JsonValue): string {
  if (parameter.mediaType !== undefined) return JSON.stringify(value)
  if (Array.isArray(value)) return value.map(scalarText).join(',')
  if (isObject(value)) {
    const separator = parameter.explode ? '=' : ','
    return Object.entries(value)
      .map(([key, item]) => `${key}${separator}${scalarText(item)}`)
      .join(',')
  }
  return scalarText(value)
}

function scalarText(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Nothing but visible characters and spaces may stand in a field value (RFC 9110 section 5.5). */
function headerText(text: string): string {
  return text.replace(/[^\t\x20-\x7e]/g, '?').trim()
}

const boundary = 'rugged-scan-boundary-7f3a'

function writeBody({ body, mediaType }: Call): { readonly body?: string; readonly type?: string } {
  if (body === undefined || mediaType === undefined) return {}
  const type = mediaType.includes('*') ? 'application/json' : mediaType
  if (type === 'application/x-www-form-urlencoded' && isObject(body)) {
    const pairs = Object.entries(body).map(([key, value]) => [key, scalarText(value)])
    return { body: new URLSearchParams(pairs).toString(), type }
  }
  if (type === 'multipart/form-data' && isObject(body)) {
    const parts = Object.entries(body).map(
      ([key, value]) =>
        `--${boundary}\r\ncontent-disposition: form-data; name="${key.replace(/["\r\n]/g, '')}"\r\n\r\n${scalarText(value)}\r\n`,
    )
    return { body: `${parts.join('')}--${boundary}--\r\n`, type: `${type}; boundary=${boundary}` }
  }
  if (isJsonType(type)) return { body: JSON.stringify(body), type }
  return { body: scalarText(body), type }
}

export function isJsonType(type: string): boolean {
  return /[/+]json$/.test(type)
}

export function isFormType(type: string): boolean {
  return type === 'application/x-www-form-urlencoded' || type === 'multipart/form-data'
}
