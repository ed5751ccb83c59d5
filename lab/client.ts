/** The HTTP client of attackers and honest users. Speaks to the target's origin alone. */

export interface Answer {
  /** 0 when no answer came. */
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; undefined when the answer is not JSON. */
  readonly body: unknown
  readonly text: string
}

export interface CallOptions {
  readonly token?: string | undefined
  /** Sent as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const timeout = 4_000

/**
 * Sends one request; a missing answer is a value too, so that a judge or a complaint can speak of it.
 * @param origin without a trailing slash
 * @param path with its query
 */
export async function call(origin: string, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const { token, body, headers } = options
  try {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A redirect to somewhere else would take the client away from the target.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parse(text), text }
  } catch (cause) {
    return { status: 0, headers: new Headers(), body: undefined, text: String(cause) }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
