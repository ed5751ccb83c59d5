/** Bounds on what a client may send, in bytes, counts and milliseconds. */
export interface ClientLimits {
  readonly bodyBytes: number
  readonly headers: number
  readonly headerBytes: number
  readonly headersTimeout: number
  readonly requestTimeout: number
  readonly keepAliveTimeout: number
  readonly connections: number
}

export const clientLimits: ClientLimits = {
  bodyBytes: 1024 * 1024,
  headers: 100,
  headerBytes: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 60_000,
  connections: 10_000,
}
