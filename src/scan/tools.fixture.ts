import {
  answers,
  contractOf,
  type Handler,
  notFound,
  type RunningFixture,
  ref,
  serve,
  takes,
  unauthorised,
} from './server.fixture.ts'

/** What the twins of a workshop's tool sheds differ in. */
export interface ToolRules {
  /** Who works in which crew. */
  readonly crews: Readonly<Record<string, string>>
  /** Whose tools a list of the crew shows: all of the crew, the caller's own, or there is no list. */
  readonly list: 'crew' | 'own' | 'none'
  /** Who may use a tool by its id: the crew, its owner, or anybody in any crew. */
  readonly use: 'crew' | 'owner' | 'anybody'
  /** How a tool is changed; `none` of these takes any words. */
  readonly change?: 'json' | 'form'
}

const wear = { type: 'integer', minimum: 1, maximum: 100 }

/** Tools that belong to people of a crew: `/crews/{crewId}/tools/{toolId}`. Nothing about a tool is free text. */
export function startTools({ crews, list, use, change = 'json' }: ToolRules): Promise<RunningFixture> {
  const media = change === 'json' ? 'application/json' : 'application/x-www-form-urlencoded'
  const body = { required: true, content: { [media]: { schema: ref('ToolChange') } } }
  const verb = change === 'json' ? 'PUT' : 'POST'
  const exposure = contractOf(
    {
      'GET /crews': { responses: answers({ type: 'array', items: ref('Crew') }) },
      ...(list === 'none'
        ? {}
        : { 'GET /crews/{crewId}/tools': { responses: answers({ type: 'array', items: ref('Tool') }) } }),
      'POST /crews/{crewId}/tools': { requestBody: takes(ref('ToolInput')), responses: answers(ref('Tool'), '201') },
      'GET /crews/{crewId}/tools/{toolId}': { responses: answers(ref('Tool')) },
      [`${verb} /crews/{crewId}/tools/{toolId}`]: { requestBody: body, responses: answers(ref('Tool')) },
      'DELETE /crews/{crewId}/tools/{toolId}': { responses: answers(undefined, '204') },
    },
    {
      Crew: { type: 'object', properties: { id: { type: 'string' }, title: { type: 'string' } } },
      Tool: {
        type: 'object',
        properties: { id: { type: 'string', format: 'uuid' }, wear: { type: 'integer' }, serial: { type: 'string' } },
      },
      ToolInput: { type: 'object', required: ['wear'], properties: { wear } },
      ToolChange: { type: 'object', properties: { wear } },
    },
  )
  const crewOf = (user: string) => crews[user] ?? 'nowhere'
  let tools = Object.keys(crews).map(owner => ({
    id: crypto.randomUUID(),
    wear: 20,
    serial: crypto.randomUUID(),
    owner,
  }))
  const shown = ({ owner, ...tool }: (typeof tools)[number]) => tool
  const as =
    (handler: (asked: Parameters<Handler>[0], user: string) => ReturnType<Handler>): Handler =>
    asked => {
      if (asked.user === undefined) return unauthorised
      const { crewId } = asked.params
      return crewId !== undefined && crewId !== crewOf(asked.user) ? notFound : handler(asked, asked.user)
    }
  const find = (id: string | undefined, user: string) =>
    tools.find(
      tool =>
        tool.id === id &&
        (use === 'anybody' || tool.owner === user || (use === 'crew' && crewOf(tool.owner) === crewOf(user))),
    )
  return serve(exposure, {
    'GET /crews': as((_, user) => ({ status: 200, body: [{ id: crewOf(user), title: `Crew ${crewOf(user)}` }] })),
    'GET /crews/{crewId}/tools': as((_, user) => ({
      status: 200,
      body: tools.filter(({ owner }) => (list === 'own' ? owner === user : crewOf(owner) === crewOf(user))).map(shown),
    })),
    'POST /crews/{crewId}/tools': as(({ body }, user) => {
      const tool = { id: crypto.randomUUID(), wear: Number(body['wear']), serial: crypto.randomUUID(), owner: user }
      tools.push(tool)
      return { status: 201, body: shown(tool) }
    }),
    'GET /crews/{crewId}/tools/{toolId}': as(({ params }, user) => {
      const tool = find(params['toolId'], user)
      return tool === undefined ? notFound : { status: 200, body: shown(tool) }
    }),
    [`${verb} /crews/{crewId}/tools/{toolId}`]: as(({ params, body, text }, user) => {
      const tool = find(params['toolId'], user)
      if (tool === undefined) return notFound
      const sent = change === 'json' ? body['wear'] : new URLSearchParams(text).get('wear')
      if (sent !== undefined && sent !== null) tool.wear = Number(sent)
      return { status: 200, body: shown(tool) }
    }),
    'DELETE /crews/{crewId}/tools/{toolId}': as(({ params }, user) => {
      const tool = find(params['toolId'], user)
      if (tool === undefined) return notFound
      tools = tools.filter(other => other !== tool)
      return { status: 204 }
    }),
  })
}
