import {
  answers,
  contractOf,
  type Handler,
  notFound,
  type RunningFixture,
  ref,
  serve,
  unauthorised,
} from './server.fixture.ts'

/** What the twins of a club's member list differ in. */
export interface MemberRules {
  /** What the contract says, and what the server does. */
  readonly contract: 'open' | 'closed'
  readonly server: 'open' | 'closed' | 'any-token'
  /** What a member looks like in an answer; declared are locker and badge, and with `declares` more. */
  readonly view: (index: number) => Readonly<Record<string, unknown>>
  readonly declares?: Readonly<Record<string, object>>
  /** A page that says 200 and means no. */
  readonly softRefusal?: boolean
}

const declared = { locker: { type: 'string' }, badge: { type: 'integer' } }

export function startMembers({
  contract,
  server,
  view,
  declares = {},
  softRefusal = false,
}: MemberRules): Promise<RunningFixture> {
  const security = contract === 'open' ? { security: [] } : {}
  const exposure = contractOf(
    {
      'GET /roster': {
        ...security,
        responses: answers({ type: 'object', properties: { members: { type: 'array', items: ref('ClubMember') } } }),
      },
      'GET /roster/{badge}': { ...security, responses: answers(ref('ClubMember')) },
    },
    { ClubMember: { type: 'object', properties: { ...declared, ...declares } } },
  )
  const refusal = softRefusal ? { status: 200, body: { success: false, message: 'sign in first' } } : unauthorised
  const guarded =
    (handler: Handler): Handler =>
    asked => {
      const allowed =
        server === 'open' ||
        (server === 'any-token' ? asked.headers.authorization !== undefined : asked.user !== undefined)
      return allowed ? handler(asked) : refusal
    }
  return serve(exposure, {
    'GET /roster': guarded(() => ({
      status: 200,
      body: { members: Array.from({ length: 6 }, (_, index) => member(index, view)) },
    })),
    'GET /roster/{badge}': guarded(({ params }) => {
      const index = Number(params['badge'])
      return index >= 0 && index < 6 ? { status: 200, body: member(index, view) } : notFound
    }),
  })
}

function member(index: number, view: MemberRules['view']): Readonly<Record<string, unknown>> {
  return { locker: `l-${index}`, badge: index, ...view(index) }
}

export const nothingMore: MemberRules['view'] = () => ({})
