import { isJson, mediaTypeEssence } from '../contract/media-type.ts'
import { renderRequest } from '../contract/render.ts'
import { declaredHeaders } from './declared-headers.ts'
import { answerHeaders, upstreamHeaders } from './hop-by-hop.ts'
import { parseAnswer } from './live-answer.ts'
import type { AskUpstream } from './ports.ts'
import type { Upstream } from './upstream.ts'

/** Headers that belong to the client's own request and not to one that the guard makes in the caller's name. */
const ownBusiness = /^(?:content-.*|if-.*|range|accept)$/i

/** Asks the upstream in the caller's name: his credentials, no body. Undefined when it gives no usable answer. */
export function createAsk(upstream: Upstream): AskUpstream {
  return async (exchange, operation, parameters) => {
    const rendered = renderRequest(operation, { parameters })
    const base = operation.servers[0]?.basePath ?? ''
    const path = upstream.basePath === '' ? rendered.path : upstream.basePath + rendered.path.slice(base.length)
    const raw: string[] = []
    const set = new Set(Object.keys(rendered.headers).map(name => name.toLowerCase()))
    for (let index = 0; index < exchange.rawHeaders.length; index += 2) {
      const name = exchange.rawHeaders[index] ?? ''
      if (ownBusiness.test(name) || set.has(name.toLowerCase())) continue
      raw.push(name, exchange.rawHeaders[index + 1] ?? '')
    }
    const provenance = {
      host: upstream.host,
      id: exchange.id,
      forwardedFor: exchange.address,
      forwardedHost: exchange.headers.host ?? '',
      forwardedProto: exchange.secure ? 'https' : 'http',
    } as const
    const declared = declaredHeaders(exchange.api.of(operation))
    const headers = upstreamHeaders(raw, exchange.headers.connection, provenance, declared)
    for (const [name, value] of Object.entries(rendered.headers)) headers.push(name, value)
    headers.push('accept', 'application/json')
    const result = await upstream.send({ method: operation.method, path, headers, body: undefined })
    if ('failed' in result) return undefined
    const contentType = result.headers['content-type']
    const json = contentType !== undefined && isJson(mediaTypeEssence(contentType) ?? '')
    const { value } = json
      ? parseAnswer(answerHeaders(result.headers, upstream.origin), result.body)
      : { value: undefined }
    return { status: result.status, value }
  }
}
