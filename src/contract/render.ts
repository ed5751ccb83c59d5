import { isObject } from '../core/json.ts'
import { isJson } from './media-type.ts'
import type { Method, Operation, Parameter } from './model.ts'
import { encodePath } from './segment-match.ts'

/** What goes into a request: values by place and name (`query.limit`), as `parseParameters` gives them. */
export interface RequestValues {
  readonly parameters: ReadonlyMap<string, unknown>
  readonly body?: unknown
  /** Of the body; the first declared JSON type, else the first declared, when absent. */
  readonly mediaType?: string
}

export interface RenderedRequest {
  readonly method: Method
  /** Path and query, below the base path of the operation's first server. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/**
 * Writes a request to an operation: what `match` and `parseParameters` read gives back the same operation and values.
 * Not every value can be written: an item that holds the separator of its list, a path parameter that is empty or holds
 * a slash. They are written all the same, and read as something else.
 */
export function renderRequest(operation: Operation, values: RequestValues): RenderedRequest {
  const headers: Record<string, string> = {}
  const query: string[] = []
  const cookies: string[] = []
  let path = operation.path
  for (const parameter of operation.parameters) {
    const key = `${parameter.in}.${parameter.name}`
    if (!values.parameters.has(key)) continue
    const value = values.parameters.get(key)
    if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, () => renderPath(parameter, value))
    else if (parameter.in === 'query') query.push(...renderQuery(parameter, value))
    else if (parameter.in === 'header') headers[parameter.name] = renderSimple(parameter, value, text => text)
    else cookies.push(...renderQuery(parameter, value))
  }
  if (cookies.length > 0) headers['Cookie'] = cookies.join('; ')
  const basePath = operation.servers[0]?.basePath ?? ''
  const target = `${basePath}${path}${query.length === 0 ? '' : `?${query.join('&')}`}`
  return { method: operation.method, path: target, headers, ...renderBody(operation, values, headers) }
}

function renderBody(operation: Operation, values: RequestValues, headers: Record<string, string>): { body?: string } {
  if (values.body === undefined) return {}
  const declared = operation.body?.content.map(media => media.type) ?? []
  const mediaType = values.mediaType ?? declared.find(isJson) ?? declared[0] ?? 'application/json'
  headers['Content-Type'] = mediaType
  if (mediaType === 'application/x-www-form-urlencoded' && isObject(values.body)) {
    const pairs = Object.entries(values.body).map(([name, value]) => `${encode(name)}=${encode(scalarText(value))}`)
    return { body: pairs.join('&') }
  }
  return { body: typeof values.body === 'string' && !isJson(mediaType) ? values.body : JSON.stringify(values.body) }
}

/** The text of a scalar; what is none is written as JSON. */
function scalarText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null ? 'null' : typeof value === 'object' ? JSON.stringify(value) : String(value)
}

type Encode = (text: string) => string

const encode: Encode = text => encodeURIComponent(text.toWellFormed())

function renderPath(parameter: Parameter, value: unknown): string {
  const { name, style, explode } = parameter
  if (parameter.mediaType !== undefined) return encodePath(contentText(parameter, value))
  const encoder: Encode = text => encodePath(text).replaceAll(';', '%3B')
  if (style === 'label') return `.${joined(value, explode ? '.' : ',', explode, encoder)}`
  if (style !== 'matrix') return renderSimple(parameter, value, encoder)
  if (explode && Array.isArray(value)) return value.map(item => `;${name}=${encoder(scalarText(item))}`).join('')
  if (explode && isObject(value)) return `;${joined(value, ';', true, encoder)}`
  return `;${name}=${joined(value, ',', false, encoder)}`
}

function renderSimple(parameter: Parameter, value: unknown, encoder: Encode): string {
  if (parameter.mediaType !== undefined) return encoder(contentText(parameter, value))
  return joined(value, ',', parameter.explode, encoder)
}

/** Items in a row, or names and values: `R=100` where the style explodes, `R,100` where it does not. */
function joined(value: unknown, separator: string, explode: boolean, encoder: Encode): string {
  if (Array.isArray(value)) return value.map(item => encoder(scalarText(item))).join(separator)
  if (!isObject(value)) return encoder(scalarText(value))
  const between = explode ? '=' : separator
  return Object.entries(value)
    .map(([name, member]) => `${encoder(name)}${between}${encoder(scalarText(member))}`)
    .join(separator)
}

function contentText({ mediaType = '' }: Parameter, value: unknown): string {
  return isJson(mediaType) ? JSON.stringify(value) : scalarText(value)
}

const separators: Readonly<Record<string, string>> = { form: ',', spaceDelimited: '%20', pipeDelimited: '%7C' }

function renderQuery(parameter: Parameter, value: unknown): string[] {
  const { name, style, explode } = parameter
  if (parameter.mediaType !== undefined) return [`${encode(name)}=${encode(contentText(parameter, value))}`]
  if (style === 'deepObject') return renderDeep(encode(name), value)
  if (explode && Array.isArray(value)) {
    // No occurrence at all would be a parameter that is missing.
    return value.length === 0 ? [`${encode(name)}=`] : value.map(item => `${encode(name)}=${encode(scalarText(item))}`)
  }
  if (explode && isObject(value))
    return Object.entries(value).map(([key, member]) => `${encode(key)}=${encode(scalarText(member))}`)
  return [`${encode(name)}=${joined(value, separators[style] ?? ',', false, encode)}`]
}

function renderDeep(name: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => renderDeep(`${name}[${index}]`, item))
  if (isObject(value))
    return Object.entries(value).flatMap(([key, member]) => renderDeep(`${name}[${encode(key)}]`, member))
  return [`${name}=${encode(scalarText(value))}`]
}
