import { describe, expect, it } from 'vitest'
import { objectOwnership } from './probes/object-ownership.ts'
import { answers, contractOf, notFound, ref, scanWith, serve, takes, told, unauthorised } from './server.fixture.ts'

const flaw = 'broken-object-level-authorization'
const people = { ann: 'K-4711', ben: 'K-4712' }
const code = { type: 'string', pattern: '^K-[0-9]{4}$' }

/** What an input names is told by what the API says of its caller, or by the form that ids of one type have. */
function startTills(careless: boolean) {
  const exposure = contractOf(
    {
      'GET /me': { responses: answers(ref('Sheet')) },
      'GET /sheet': {
        parameters: [
          { name: 'client', in: 'query', required: true, schema: code },
          { name: 'city', in: 'query', schema: { type: 'string' } },
        ],
        responses: answers(ref('Sheet')),
      },
      'POST /sheets/many': {
        requestBody: takes({
          type: 'object',
          required: ['clients'],
          properties: { clients: { type: 'array', items: code } },
        }),
        responses: answers({ type: 'object', properties: { sheets: { type: 'array', items: ref('Sheet') } } }),
      },
    },
    {
      Sheet: {
        type: 'object',
        properties: { client: { type: 'string' }, motto: { type: 'string' }, city: { type: 'string' } },
      },
    },
  )
  const sheets = Object.entries(people).map(([user, client]) => ({
    client,
    motto: `the long motto of ${user}`,
    city: `${user} town`,
  }))
  const mine = (user: string | undefined) => sheets.find(({ motto }) => motto.endsWith(` ${user}`))
  const may = (client: string | null, user: string | undefined) => careless || mine(user)?.client === client
  return serve(exposure, {
    'GET /me': ({ user }) => (user === undefined ? unauthorised : { status: 200, body: mine(user) }),
    'GET /sheet': ({ query, user }) => {
      if (user === undefined) return unauthorised
      const sheet = sheets.find(({ client }) => client === query.get('client') && may(client, user))
      return sheet === undefined ? notFound : { status: 200, body: sheet }
    },
    'POST /sheets/many': ({ body, user }) => {
      if (user === undefined) return unauthorised
      const asked: readonly unknown[] = Array.isArray(body['clients']) ? body['clients'] : []
      const found = sheets.filter(({ client }) => asked.includes(client) && may(client, user))
      return { status: 200, body: { sheets: found } }
    },
  })
}

describe('an input that is called like what the API says of its caller', () => {
  it('finds whom it names', async () => {
    const { findings } = await scanWith(objectOwnership, startTills(true))
    expect(told(findings).toSorted()).toEqual([`high ${flaw} GET /sheet`, `high ${flaw} POST /sheets/many`])
    expect(findings.map(({ evidence }) => evidence?.['field']).toSorted()).toEqual(['body clients[]', 'query client'])
  })

  it('is quiet where it is checked, and calls with values that the actor was shown', async () => {
    const { findings, ledger } = await scanWith(objectOwnership, startTills(false))
    expect(findings).toEqual([])
    expect(ledger.map(({ happyPath, tests }) => [happyPath, tests.failed])).toEqual([
      [true, 0],
      [true, 0],
      [true, 0],
    ])
  })
})

describe('an id that only a word of the caller’s own answers tells', () => {
  const exposure = contractOf({
    'GET /whoami': { responses: answers({ type: 'object', properties: { guild: { type: 'string' } } }) },
    'GET /guilds/{guildId}/rules': {
      responses: answers({ type: 'object', properties: { text: { type: 'string' } } }),
    },
  })
  const guilds = { ann: 'masons', ben: 'bakers' }
  it.each([
    [true, [`high ${flaw} GET /guilds/{guildId}/rules`]],
    [false, []],
  ])('is used, and exchanged (careless: %s)', async (careless, expected) => {
    const starting = serve(exposure, {
      'GET /whoami': ({ user }) =>
        user === undefined ? unauthorised : { status: 200, body: { guild: user === 'ann' ? guilds.ann : guilds.ben } },
      'GET /guilds/{guildId}/rules': ({ params, user }) => {
        const asked = params['guildId'] ?? ''
        if (user === undefined || !Object.values(guilds).includes(asked)) return notFound
        const own = user === 'ann' ? guilds.ann : guilds.ben
        if (asked !== own && !careless) return notFound
        return { status: 200, body: { text: `secret rules, section 7, of the ${asked}` } }
      },
    })
    const { findings, ledger } = await scanWith(objectOwnership, starting)
    expect(told(findings)).toEqual(expected)
    expect(ledger.every(({ happyPath }) => happyPath)).toBe(true)
  })
})
