import type { Operation } from '../contract/model.ts'
import { renderRequest } from '../contract/render.ts'
import { writeForm } from './form.ts'
import type { LiveExchange } from './live-exchange.ts'
import type { Upstream } from './upstream.ts'

/** The path and query for the upstream: as received, with what policies changed put in place. */
export function forwardedPath(exchange: LiveExchange, { basePath }: Pick<Upstream, 'basePath'>): string {
  const { exposure, rewrittenParameters } = exchange
  const target = rewrittenParameters === undefined ? exchange.target : rewrittenTarget(exchange, rewrittenParameters)
  if (basePath === '') return target
  // An upstream with a path of its own stands where the contract's server stands.
  return basePath + target.slice(contractBase(exposure?.operation, target).length)
}

function contractBase(operation: Operation | undefined, target: string): string {
  let longest = ''
  for (const { basePath } of operation?.servers ?? []) {
    if (basePath.length > longest.length && target.startsWith(basePath)) longest = basePath
  }
  return longest
}

/** The target with changed parameters of path and query written anew, all others left as they were sent. */
function rewrittenTarget({ exposure, target, query }: LiveExchange, changed: ReadonlyMap<string, unknown>): string {
  if (exposure === undefined) return target
  const { operation } = exposure
  const parameters = operation.parameters.filter(({ in: place, name }) => changed.has(`${place}.${name}`))
  const rendered = renderRequest({ ...operation, parameters }, { parameters: changed }).path
  const mark = rendered.indexOf('?')
  const names = new Set(parameters.filter(({ in: place }) => place === 'query').map(({ name }) => name))
  const kept = query.split('&').filter(pair => pair !== '' && !names.has(nameOf(pair)))
  const written = mark < 0 ? [] : [rendered.slice(mark + 1)]
  const all = [...kept, ...written].join('&')
  const path = rewrittenPath(operation, target, changed)
  return all === '' ? path : `${path}?${all}`
}

function rewrittenPath(operation: Operation, target: string, changed: ReadonlyMap<string, unknown>): string {
  const path = target.split('?', 1)[0] ?? target
  const declared = operation.parameters.filter(({ in: place }) => place === 'path')
  if (!declared.some(({ name }) => changed.has(`path.${name}`))) return path
  const base = contractBase(operation, path)
  const sent = path.slice(base.length).split('/')
  // Each segment of the template that holds a changed variable is rendered; the others stay as they were sent.
  const segments = operation.path.split('/').map((segment, index) => {
    const parameters = declared.filter(({ name }) => segment.includes(`{${name}}`) && changed.has(`path.${name}`))
    if (parameters.length === 0) return sent[index] ?? segment
    return renderRequest({ ...operation, path: segment, servers: [], parameters }, { parameters: changed }).path
  })
  return base + segments.join('/')
}

function nameOf(pair: string): string {
  const equals = pair.indexOf('=')
  const name = (equals < 0 ? pair : pair.slice(0, equals)).replaceAll('+', ' ')
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** Header lines of parameters that policies changed, by lower-case name. */
export function rewrittenHeaders({ exposure, rewrittenParameters }: LiveExchange): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const [key, value] of rewrittenParameters ?? []) {
    const parameter = exposure?.operation.parameters.find(({ in: place, name }) => {
      return place === 'header' && `header.${name.toLowerCase()}` === key.toLowerCase()
    })
    if (parameter !== undefined) headers.set(parameter.name.toLowerCase(), String(value))
  }
  return headers
}

/** The body for the upstream: the bytes as received, or what policies made of it. */
export function forwardedBody({ rawBody, bodyRewritten, input }: LiveExchange): Buffer | undefined {
  if (!bodyRewritten) return rawBody
  if (input.body === undefined) return undefined
  if (input.mediaType === 'application/x-www-form-urlencoded') return Buffer.from(writeForm(input.body))
  return Buffer.from(
    typeof input.body === 'string' && input.mediaType?.startsWith('text/') === true
      ? input.body
      : JSON.stringify(input.body),
  )
}
