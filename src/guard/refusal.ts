import type { OutgoingHttpHeaders } from 'node:http'
import type { JsonObject } from '../core/json.ts'
import { problemJson, problemMediaType, problemType, statusTitles } from '../core/problem.ts'

/** What the guard itself says instead of the API: an RFC 9457 problem under headers that are the same for all. */
export interface Refusal {
  readonly status: number
  /** The kind of problem, the last part of its `type`. */
  readonly problem: string
  readonly detail: string
  readonly headers?: OutgoingHttpHeaders
  readonly extra?: JsonObject
  /** Without the headers that count requests: they would differ between two refusals that have to be the same. */
  readonly uncounted?: true
  /** It stands for an answer of the API and refuses nothing: for the event the request has passed. */
  readonly quiet?: boolean
}

export interface WrittenRefusal {
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
}

/**
 * Headers and bytes of a refusal. They depend on status, kind and incident id alone, so that a refusal which must not
 * be told from another one cannot be.
 */
export function writeRefusal(id: string, { status, problem, detail, headers, extra }: Refusal): WrittenRefusal {
  const title = statusTitles[status] ?? 'Refused'
  const text = problemJson({ type: problemType(problem), title, status, detail, instance: `urn:uuid:${id}` }, extra)
  return {
    headers: {
      'content-type': problemMediaType,
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-request-id': id,
      ...headers,
    },
    body: Buffer.from(text),
  }
}

/** The same as one text for a connection on which Node's parser has given up, and which is closed afterwards. */
export function rawRefusal(id: string, refusal: Refusal): string {
  const { headers, body } = writeRefusal(id, refusal)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`)
  const title = statusTitles[refusal.status] ?? 'Refused'
  return `HTTP/1.1 ${refusal.status} ${title}\r\n${lines.join('')}content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`
}
