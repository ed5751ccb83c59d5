import { answers, contractOf, type RunningFixture, ref, serve } from './server.fixture.ts'

/** A list that steers its page: how many there are, and what a too large page is answered with. */
export interface FeedRules {
  readonly total: number
  /** The most that one page really holds. */
  readonly cap: number
  /** Refuses instead of capping. */
  readonly refuses?: boolean
  readonly declaredMaximum?: number
  /** In one answer, after this many items. */
  readonly milliseconds?: number
  /** Of random length, whatever was asked for. */
  readonly random?: boolean
}

/** Readings of sensors; anybody may read them. */
export function startFeed({
  total,
  cap,
  refuses = false,
  declaredMaximum,
  random = false,
}: FeedRules): Promise<RunningFixture> {
  const size = {
    type: 'integer',
    minimum: 1,
    default: 10,
    ...(declaredMaximum === undefined ? {} : { maximum: declaredMaximum }),
  }
  const exposure = contractOf(
    {
      'GET /readings': {
        security: [],
        parameters: [
          { name: 'per_page', in: 'query', schema: size },
          { name: 'page', in: 'query', schema: { type: 'integer', default: 1 } },
        ],
        responses: answers({
          type: 'object',
          properties: { readings: { type: 'array', items: ref('Reading') }, next: { type: ['string', 'null'] } },
        }),
      },
    },
    { Reading: { type: 'object', properties: { at: { type: 'integer' }, degrees: { type: 'number' } } } },
  )
  const readings = Array.from({ length: total }, (_, at) => ({ at, degrees: at / 10 }))
  return serve(exposure, {
    'GET /readings': ({ query }) => {
      const asked = Number(query.get('per_page') ?? 10)
      if (refuses && asked > cap) return { status: 400, body: { message: `per_page is at most ${cap}` } }
      const count = random ? 5 + Math.floor(Math.random() * 30) : Math.min(asked, cap)
      const page = readings.slice(0, count)
      return { status: 200, body: { readings: page, next: page.length < total ? 'more' : null } }
    },
  })
}
