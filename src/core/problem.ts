import type { JsonObject } from './json.ts'

/** The body of a refusal, RFC 9457 section 3. It helps an honest client and tells an attacker nothing. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** The incident id that the log carries too (RFC 9457 section 3.1.5). */
  readonly instance: string
}

export const problemMediaType = 'application/problem+json'

// A URN, not a web address: a client compares it, docs/reference/problems.md explains it, and it outlives any host name.
const namespace = 'urn:ruggedapi:problem:'

/** The stable URI of one kind of refusal; `kind` is kebab-case and never changes once released. */
export function problemType(kind: string): string {
  return namespace + kind
}

export const statusTitles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  410: 'Gone',
  411: 'Length Required',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** Serialises a problem; `extra` members (RFC 9457 section 3.2) come after the standard ones. */
export function problemJson(problem: Problem, extra: JsonObject = {}): string {
  const { type, title, status, detail, instance } = problem
  return JSON.stringify({ type, title, status, detail, instance, ...extra })
}
