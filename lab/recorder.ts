/** Stands where a guard would stand, changes nothing, and remembers every exchange. */

import { call } from './client.ts'
import { type Listening, listen } from './http-api.ts'

export interface Exchange {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly status: number
  readonly body: unknown
}

export interface Recorder extends Listening {
  readonly exchanges: readonly Exchange[]
}

const passedOn = ['content-type', 'www-authenticate', 'location', 'retry-after']

/** Listens before `upstream`, an origin without a trailing slash. */
export async function record(upstream: string): Promise<Recorder> {
  const exchanges: Exchange[] = []
  const listening = await listen({
    '* /**': async ({ method, target, headers, body }) => {
      const authorization = headers.authorization === undefined ? {} : { authorization: headers.authorization }
      const answer = await call(upstream, method, target, { body, headers: authorization })
      const [path = ''] = target.split('?')
      exchanges.push({ method, path, status: answer.status, body: answer.body })
      const kept = [...answer.headers].filter(([name]) => passedOn.includes(name))
      // No answer of the upstream is a bad gateway (RFC 9110 section 15.6.3).
      return { status: answer.status || 502, headers: Object.fromEntries(kept), body: answer.body ?? answer.text }
    },
  })
  return { ...listening, exchanges }
}
