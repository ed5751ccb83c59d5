import { describe, expect, it } from 'vitest'
import { type NoteRules, startNotes, strict } from '../notes.fixture.ts'
import { objectOwnership } from '../probes/object-ownership.ts'
import {
  actorNamed,
  ann,
  answers,
  contractOf,
  notFound,
  ref,
  scanWith,
  serve,
  told,
  unauthorised,
} from '../server.fixture.ts'
import { startTools, type ToolRules } from '../tools.fixture.ts'

const anybody = () => true
const everything: NonNullable<NoteRules['list']> = notes => notes
const sameCrew = { ann: 'red', ben: 'red' }
const twoCrews = { ann: 'red', ben: 'blue' }
const item = '/crews/{crewId}/tools/{toolId}'
const flaw = 'broken-object-level-authorization'

describe('what a whole team shares is quiet', () => {
  it('in a list that shows everything to everybody, even to delete', async () => {
    const rules = { mayRead: anybody, mayWrite: anybody, mayDelete: anybody, list: everything }
    const { findings, notEvaluated } = await scanWith(objectOwnership, startNotes({ ...strict, ...rules }))
    expect(told(findings)).toEqual([])
    expect(notEvaluated.map(entry => entry.notEvaluated).join()).toContain('both ann and ben may see it')
  })

  it('to delete, where everybody reads it by its id and no list tells', async () => {
    const rules = { mayRead: anybody, mayDelete: anybody, list: () => [] }
    const { findings } = await scanWith(objectOwnership, startNotes({ ...strict, ...rules }))
    expect(told(findings).filter(line => line.includes('DELETE'))).toEqual([])
  })

  it.each<[string, ToolRules]>([
    ['below an organisation that both work in', { crews: sameCrew, list: 'crew', use: 'crew' }],
    ['below an organisation without a list', { crews: sameCrew, list: 'none', use: 'crew' }],
    ['where only the owner may use it', { crews: sameCrew, list: 'own', use: 'owner' }],
    ['in organisations apart', { crews: twoCrews, list: 'crew', use: 'crew' }],
    ['as a form', { crews: twoCrews, list: 'crew', use: 'crew', change: 'form' }],
  ])('%s', async (_name, rules) => {
    const { findings, ledger } = await scanWith(objectOwnership, startTools(rules))
    expect(told(findings)).toEqual([])
    expect(ledger.filter(({ happyPath }) => happyPath).length).toBeGreaterThanOrEqual(4)
    if (rules.list !== 'none') return
    const taken = ledger.filter(({ operation }) => operation.path === item)
    expect(taken.map(({ tests }) => tests.inconclusive > 0)).toEqual([true, true, true])
  })
})

describe('what is one user’s alone is found', () => {
  it.each<[string, ToolRules, string]>([
    ['below an organisation that both work in', { crews: sameCrew, list: 'own', use: 'anybody' }, 'PUT'],
    ['across organisations', { crews: twoCrews, list: 'crew', use: 'anybody' }, 'PUT'],
    ['across organisations, as a form', { crews: twoCrews, list: 'crew', use: 'anybody', change: 'form' }, 'POST'],
    ['across organisations without a list', { crews: twoCrews, list: 'none', use: 'anybody' }, 'PUT'],
  ])('%s', async (_name, rules, verb) => {
    const { findings } = await scanWith(objectOwnership, startTools(rules))
    const wanted = [`critical ${flaw} ${verb} ${item}`, `high ${flaw} GET ${item}`]
    expect(told(findings)).toEqual(expect.arrayContaining(wanted))
    if (rules.list !== 'none') expect(told(findings)).toContain(`critical ${flaw} DELETE ${item}`)
  })
})

describe('one person behind two names', () => {
  it('is not compared with themselves, and is told once', async () => {
    const twin = { ...actorNamed('second'), credential: ann.credential }
    const starting = startNotes({ ...strict, mayRead: anybody, mayDelete: anybody })
    const { findings, notEvaluated } = await scanWith(objectOwnership, starting, { actors: [ann, twin] })
    expect(findings).toEqual([])
    expect(notEvaluated.filter(entry => entry.notEvaluated.includes('one and the same person'))).toHaveLength(1)
  })
})

describe('a text that is no JSON', () => {
  const exposure = contractOf(
    {
      'GET /letters': { responses: answers({ type: 'array', items: ref('Letter') }) },
      'GET /letters/{letterId}': { responses: answers(ref('Letter')) },
      'GET /letters/{letterId}/print': {
        responses: { 200: { description: '', content: { 'text/plain': { schema: { type: 'string' } } } } },
      },
    },
    { Letter: { type: 'object', properties: { id: { type: 'string' }, words: { type: 'string' } } } },
  )
  const start = (careless: boolean, binary = false) => {
    const letters = ['ann', 'ben'].map((user, at) => ({
      user,
      id: `letter-${at}70${at}`,
      words: `dear diary of ${user}`,
    }))
    const shown = ({ id, words }: (typeof letters)[number]) => ({ id, words })
    const own = (id: string | undefined, user: string | undefined) =>
      letters.find(letter => letter.id === id && letter.user === user)
    return serve(exposure, {
      'GET /letters': ({ user }) => ({ status: 200, body: letters.filter(letter => letter.user === user).map(shown) }),
      'GET /letters/{letterId}': ({ params, user }) => {
        const letter = own(params['letterId'], user)
        return letter === undefined ? notFound : { status: 200, body: shown(letter) }
      },
      'GET /letters/{letterId}/print': ({ params, user }) => {
        const letter = careless ? letters.find(({ id }) => id === params['letterId']) : own(params['letterId'], user)
        if (letter === undefined || user === undefined) return user === undefined ? unauthorised : notFound
        const type = binary ? 'image/png' : 'text/plain'
        return { status: 200, headers: { 'content-type': type }, body: `A letter\n\n${letter.words}\n` }
      },
    })
  }
  it.each([
    [true, [`high ${flaw} GET /letters/{letterId}/print`]],
    [false, []],
  ])('is searched for what is somebody else’s (careless: %s)', async (careless, findings) => {
    expect(told((await scanWith(objectOwnership, start(careless))).findings)).toEqual(findings)
  })

  it('is not called clean where nothing in it can be recognised', async () => {
    const { findings, ledger } = await scanWith(objectOwnership, start(true, true))
    expect(findings).toEqual([])
    expect(ledger.at(-1)?.tests).toMatchObject({ passed: 0, inconclusive: 1 })
  })
})

describe('what the API says of two tokens', () => {
  const start = (me: (user: string) => object) => {
    const letter = { type: 'object', properties: { id: { type: 'integer' }, words: { type: 'string' } } }
    const exposure = contractOf({
      'GET /me': { responses: answers({ type: 'object' }) },
      'GET /letters': { responses: answers({ type: 'array', items: letter }) },
      'GET /letters/{letterId}': { responses: answers(letter) },
    })
    const words = (user: string) => ({ id: user === 'ann' ? 1 : 2, words: `dear diary of ${user}` })
    return serve(exposure, {
      'GET /me': ({ user }) => (user === undefined ? unauthorised : { status: 200, body: me(user) }),
      'GET /letters': ({ user }) => (user === undefined ? unauthorised : { status: 200, body: [words(user)] }),
      'GET /letters/{letterId}': ({ params, user }) =>
        user === undefined ? unauthorised : { status: 200, body: words(params['letterId'] === '1' ? 'ann' : 'ben') },
    })
  }
  it.each([
    ['one person, by the same answer about themselves', () => ({ id: 7 }), 0],
    ['two people of one organisation', () => ({ org: 'acme' }), 1],
    ['two people', (user: string) => ({ email: `${user}@example.com` }), 1],
  ])('%s', async (_name, me, count) => {
    const { findings } = await scanWith(objectOwnership, start(me))
    expect(findings.filter(({ operation }) => operation?.path === '/letters/{letterId}')).toHaveLength(count)
  })
})
