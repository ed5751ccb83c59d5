import { describe, expect, it } from 'vitest'
import { type NoteRules, startNotes, strict } from '../notes.fixture.ts'
import { ann, scanWith, told } from '../server.fixture.ts'
import { objectOwnership } from './object-ownership.ts'

const flaw = 'broken-object-level-authorization'
const anybody = () => true

describe('object-ownership finds', () => {
  it.each<[string, Partial<NoteRules>, string]>([
    ['API1-b an object that anybody may read', { mayRead: anybody }, `high ${flaw} GET /jottings/{jotting}`],
    ['API1-b an object that anybody may change', { mayWrite: anybody }, `critical ${flaw} PATCH /jottings/{jotting}`],
    ['API1-b an object that anybody may delete', { mayDelete: anybody }, `critical ${flaw} DELETE /jottings/{jotting}`],
    ['API1-c API1-d API1-f an object named in a body', { mayPledge: anybody }, `critical ${flaw} POST /pledges`],
    [
      'a change that is answered with an error although it was made',
      { mayWrite: anybody, changed: (note, caller) => ({ status: note.writer === caller ? 200 : 500, body: {} }) },
      `critical ${flaw} PATCH /jottings/{jotting}`,
    ],
  ])('%s', async (_name, rules, finding) => {
    const { findings } = await scanWith(objectOwnership, startNotes({ ...strict, ...rules }))
    expect(told(findings)).toEqual([finding])
    expect(findings[0]?.confidence).toBe('certain')
    expect(findings[0]?.curl).toContain('$TOKEN_BEN')
    expect(JSON.stringify(findings)).not.toContain('token-of-')
  })

  it('names the operation and the field, and shows before and after', async () => {
    const { findings } = await scanWith(objectOwnership, startNotes({ ...strict, mayPledge: anybody }))
    expect(findings[0]?.message).toMatch(
      /^POST \/pledges lets ben act on ann's jotting, whose id stands in body jotting_id:/,
    )
    expect(findings[0]?.evidence).toMatchObject({ field: 'body jotting_id', statuses: [201, 201] })
  })

  it('the same with the same seed', async () => {
    const rules = { ...strict, mayRead: anybody, mayPledge: anybody }
    const [first, second] = [
      await scanWith(objectOwnership, startNotes(rules)),
      await scanWith(objectOwnership, startNotes(rules)),
    ]
    expect(second.findings.map(({ fingerprint }) => fingerprint)).toEqual(
      first.findings.map(({ fingerprint }) => fingerprint),
    )
    expect(second.requests).toBe(first.requests)
  })
})

describe('object-ownership is quiet', () => {
  it.each<[string, Partial<NoteRules>]>([
    ['where everybody has what is theirs', {}],
    ['where a refusal says 403', { refusal: { status: 403, body: { message: 'not yours' } } }],
    ['where a refusal is a soft 404 with 200', { refusal: { status: 200, body: { error: 'not found' } } }],
    [
      'where a write is accepted but lands on the caller',
      {
        mayWrite: anybody,
        mayPledge: anybody,
        landsOn: (notes, _, caller) => notes.find(note => note.writer === caller),
      },
    ],
    ['where a write is accepted and does nothing', { mayWrite: anybody, mayPledge: anybody, landsOn: () => undefined }],
    [
      'where the answer only echoes the id',
      {
        mayRead: anybody,
        view: (note, caller, asked) =>
          note.writer === caller ? note : { id: Number(asked), text: 'private', stars: 0, writer: 'hidden' },
      },
    ],
    [
      'where every read is about the caller',
      {
        mayRead: anybody,
        view: (_, caller) => ({ id: 1, text: `the notes of ${caller} himself`, stars: 12, writer: caller }),
      },
    ],
    [
      'where content is random',
      {
        mayRead: anybody,
        view: (note, caller) =>
          note.writer === caller ? note : { id: note.id, text: Math.random().toString(36), stars: 1, writer: 'x' },
      },
    ],
    ['where objects change by themselves', { fades: 3, mayPledge: anybody, landsOn: () => undefined }],
    ['where objects change by themselves, slowly', { fades: 40, mayPledge: anybody, landsOn: () => undefined }],
    ['where objects are in everybody’s list', { mayRead: anybody, list: notes => notes }],
    ['where anybody may read without a token', { mayRead: anybody, open: true }],
    [
      'where strangers see a reduced view',
      { mayRead: anybody, view: (note, caller) => (note.writer === caller ? note : { text: note.text }) },
    ],
  ])('%s', async (_name, rules) => {
    const { findings, ledger } = await scanWith(objectOwnership, startNotes({ ...strict, ...rules }))
    expect(told(findings)).toEqual([])
    // Not for want of trying: the requests that would show the flaw did work for their own users.
    expect(ledger.filter(entry => entry.happyPath).length).toBeGreaterThanOrEqual(5)
  })

  it('and says so when there is only one user', async () => {
    const report = await scanWith(objectOwnership, startNotes({ ...strict, mayRead: anybody }), { actors: [ann] })
    expect(report.findings).toEqual([])
    expect(report.notEvaluated.map(entry => entry.notEvaluated)).toContainEqual(expect.stringContaining('two users'))
    expect(report.ledger.every(entry => entry.tests.passed === 0)).toBe(true)
  })

  it('and changes nothing when only reads are allowed', async () => {
    const starting = startNotes({ ...strict, mayWrite: anybody, mayDelete: anybody })
    await scanWith(objectOwnership, starting, { effect: 'reads' })
    expect(new Set((await starting).seen.map(({ method }) => method))).toEqual(new Set(['GET']))
  })
})
