/** A token bucket for each client address, with the headers of the IETF rate-limit draft. */

import { type Handler, refusal } from './http-api.ts'

export type RateLimit = (handler: Handler) => Handler

interface Bucket {
  readonly tokens: number
  readonly at: number
}

const mostBuckets = 10_000

/**
 * A limit that all handlers it wraps share.
 * @param perMinute also the burst; infinity is no limit at all
 * @param now milliseconds that only grow
 */
export function limitByAddress(perMinute: number, now: () => number = () => performance.now()): RateLimit {
  if (!Number.isFinite(perMinute)) return handler => handler
  const buckets = new Map<string, Bucket>()
  const perMillisecond = perMinute / 60_000

  const take = (address: string): number => {
    const at = now()
    const known = buckets.get(address)
    const filled = known ? Math.min(perMinute, known.tokens + (at - known.at) * perMillisecond) : perMinute
    const left = filled >= 1 ? filled - 1 : filled
    // Re-inserting keeps the map in order of use, so that the first entry is the one to forget.
    buckets.delete(address)
    buckets.set(address, { tokens: left, at })
    const oldest = buckets.size > mostBuckets ? buckets.keys().next().value : undefined
    if (oldest !== undefined) buckets.delete(oldest)
    return filled >= 1 ? left : -1
  }

  return handler => async request => {
    const left = take(request.address)
    const headers = {
      'ratelimit-policy': `"address";q=${perMinute};w=60`,
      ratelimit: `"address";r=${Math.max(0, Math.floor(left))};t=60`,
    }
    if (left < 0) {
      const wait = Math.ceil(1 / perMillisecond / 1_000)
      const reply = refusal(429, 'too_many_requests', 'Too many requests from your address. Wait a moment.')
      return { ...reply, headers: { ...headers, 'retry-after': String(wait) } }
    }
    const reply = await handler(request)
    return { ...reply, headers: { ...reply.headers, ...headers } }
  }
}
