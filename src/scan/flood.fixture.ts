import { setTimeout as sleep } from 'node:timers/promises'
import {
  answers,
  contractOf,
  type Handler,
  type RunningFixture,
  ref,
  serve,
  takes,
  unauthorised,
} from './server.fixture.ts'

export interface FloodRules {
  /** Calls that are answered before a refusal. */
  readonly most?: number
  readonly refusal?: number
  readonly announces?: boolean
  /** Milliseconds for each answer. */
  readonly slow?: number
}

/** A public directory of drivers, a timetable without anybody in it, and a door with a code. */
export function startFlood({
  most = Number.POSITIVE_INFINITY,
  refusal = 429,
  announces = false,
  slow = 0,
}: FloodRules): Promise<RunningFixture> {
  const exposure = contractOf(
    {
      'GET /drivers': { security: [], responses: answers({ type: 'array', items: ref('Driver') }) },
      'GET /timetable': { security: [], responses: answers({ type: 'array', items: ref('Stop') }) },
      'GET /shifts': { responses: answers({ type: 'array', items: ref('Stop') }) },
      'POST /login': {
        security: [],
        requestBody: takes(ref('Credentials')),
        responses: answers({ type: 'object', properties: { ok: { type: 'boolean' } } }),
      },
    },
    {
      Driver: { type: 'object', properties: { call: { type: 'string' }, telephone: { type: 'string' } } },
      Stop: { type: 'object', properties: { line: { type: 'integer' }, minute: { type: 'integer' } } },
      Credentials: {
        type: 'object',
        required: ['login', 'password'],
        properties: { login: { type: 'string' }, password: { type: 'string' } },
      },
    },
  )
  const counts = new Map<string, number>()
  const limited =
    (name: string, handler: Handler): Handler =>
    async asked => {
      const count = (counts.get(name) ?? 0) + 1
      counts.set(name, count)
      if (slow > 0) await sleep(slow)
      const headers = announces ? { 'ratelimit-policy': '"all";q=60;w=60' } : {}
      if (count > most)
        return { status: refusal, headers: { ...headers, 'retry-after': '1' }, body: { message: 'slow down' } }
      return { ...(await handler(asked)), headers }
    }
  const stops = Array.from({ length: 5 }, (_, line) => ({ line, minute: line * 7 }))
  return serve(exposure, {
    'GET /drivers': limited('drivers', () => ({
      status: 200,
      body: [1, 2, 3].map(index => ({ call: `d${index}`, telephone: `+4477009001${index}0` })),
    })),
    'GET /timetable': limited('timetable', () => ({ status: 200, body: stops })),
    'GET /shifts': limited('shifts', ({ user }) => (user === undefined ? unauthorised : { status: 200, body: stops })),
    'POST /login': limited('login', () => unauthorised),
  })
}
