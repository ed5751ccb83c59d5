import { answers, contractOf, type Reply, type RunningFixture, ref, serve, takes } from './server.fixture.ts'

/** Where a server goes on its caller's word, and what it tells of it. */
export interface FetchingRules {
  readonly allows: (address: URL, text: string) => boolean
  readonly follows: boolean
  readonly tells: 'everything' | 'status' | 'echo'
  /** Stores the address and never goes there. */
  readonly stores?: boolean
  /** Answers first and goes there afterwards, in milliseconds. */
  readonly later?: number
}

/** Covers of books, by their address in a query or deep in a body. */
export function startFetching({
  allows,
  follows,
  tells,
  stores = false,
  later,
}: FetchingRules): Promise<RunningFixture> {
  const exposure = contractOf(
    {
      'POST /covers': { requestBody: takes(ref('Cover')), responses: answers(undefined, '201') },
      'GET /thumbnail': {
        parameters: [{ name: 'src', in: 'query', required: true, schema: { type: 'string', format: 'uri' } }],
        responses: answers({}),
      },
    },
    {
      Cover: {
        type: 'object',
        required: ['isbn', 'picture'],
        properties: {
          isbn: { type: 'string', pattern: '^97[89]-[0-9]{10}$' },
          picture: {
            type: 'object',
            required: ['sourceUrl'],
            properties: {
              sourceUrl: { type: 'string', examples: ['https://covers.example/a.png'] },
              caption: { type: 'string' },
            },
          },
        },
      },
    },
  )
  const visit = async (text: unknown): Promise<Reply> => {
    const address = typeof text === 'string' ? URL.parse(text) : null
    if (address === null || !allows(address, String(text))) return { status: 422, body: { message: 'not from there' } }
    if (stores) return { status: 201, body: { stored: text } }
    const going = async (): Promise<Reply> => {
      try {
        // fetch itself refuses an address with a name in front of the host; most other clients do not.
        address.username = ''
        const response = await fetch(address, {
          redirect: follows ? 'follow' : 'manual',
          signal: AbortSignal.timeout(1_000),
        })
        const content = await response.text()
        const told = { everything: { content }, status: { status: response.status }, echo: { from: text } }[tells]
        return { status: 201, body: told }
      } catch {
        return { status: 422, body: { message: 'nobody there' } }
      }
    }
    if (later === undefined) return going()
    setTimeout(() => void going(), later)
    return { status: 202, body: { queued: true } }
  }
  return serve(exposure, {
    'POST /covers': ({ body }) => {
      const { isbn, picture } = body
      if (!/^97[89]-\d{10}$/.test(String(isbn))) return { status: 400, body: { message: 'isbn is wrong' } }
      return visit(
        typeof picture === 'object' && picture !== null && 'sourceUrl' in picture ? picture.sourceUrl : undefined,
      )
    },
    'GET /thumbnail': ({ query }) => visit(query.get('src')),
  })
}
