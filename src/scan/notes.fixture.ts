import {
  answers,
  contractOf,
  type Handler,
  notFound,
  type Reply,
  type RunningFixture,
  ref,
  serve,
  takes,
  unauthorised,
} from './server.fixture.ts'

interface Note {
  readonly id: number
  readonly writer: string
  text: string
  stars: number
}

/** What the twins differ in. */
export interface NoteRules {
  readonly mayRead: (note: Note, caller: string) => boolean
  readonly mayWrite: (note: Note, caller: string) => boolean
  readonly mayDelete: (note: Note, caller: string) => boolean
  readonly mayPledge: (note: Note, caller: string) => boolean
  /** What a caller sees of a note that they may read. */
  readonly view?: (note: Note, caller: string, asked: string) => unknown
  /** Which note a write really lands on. */
  readonly landsOn?: (notes: readonly Note[], asked: number, caller: string) => Note | undefined
  readonly list?: (notes: readonly Note[], caller: string | undefined) => readonly Note[]
  /** True where anybody may read without a token. */
  readonly open?: boolean
  readonly refusal?: Reply
  /** What a change is answered with; the note when absent. */
  /** Milliseconds after which every note has lost another star. */
  readonly fades?: number
  readonly changed?: (note: Note, caller: string) => Reply
}

const own = (note: Note, caller: string) => note.writer === caller

export const strict: NoteRules = { mayRead: own, mayWrite: own, mayDelete: own, mayPledge: own }

const notes = (open: boolean) =>
  contractOf(
    {
      'GET /jottings': {
        responses: answers({ type: 'array', items: ref('Jotting') }),
        ...(open ? { security: [] } : {}),
      },
      'POST /jottings': { requestBody: takes(ref('Draft')), responses: answers(ref('Jotting'), '201') },
      'GET /jottings/{jotting}': { responses: answers(ref('Jotting')), ...(open ? { security: [] } : {}) },
      'PATCH /jottings/{jotting}': { requestBody: takes(ref('Draft')), responses: answers(ref('Jotting')) },
      'DELETE /jottings/{jotting}': { responses: answers(undefined, '204') },
      // Takes stars from a note of the caller's; the id stands in the body.
      'POST /pledges': { requestBody: takes(ref('Pledge')), responses: answers(ref('Receipt'), '201') },
    },
    {
      Draft: { type: 'object', required: ['text'], properties: { text: { type: 'string', maxLength: 200 } } },
      Jotting: {
        type: 'object',
        properties: {
          id: { type: 'integer' },
          text: { type: 'string' },
          stars: { type: 'integer' },
          writer: { type: 'string' },
        },
      },
      Pledge: {
        type: 'object',
        required: ['jotting_id', 'count'],
        properties: { jotting_id: { type: 'integer' }, count: { type: 'integer', minimum: 1, maximum: 3 } },
      },
      Receipt: { type: 'object', properties: { accepted: { type: 'boolean' } } },
    },
  )

export async function startNotes(rules: NoteRules): Promise<RunningFixture> {
  let next = 40
  const all: Note[] = []
  const add = (writer: string, text: string): Note => {
    const note = { id: next++, writer, text, stars: 5_000 }
    all.push(note)
    return note
  }
  for (const writer of ['ann', 'ben']) for (const topic of ['garden', 'kitchen']) add(writer, `${topic} of ${writer}`)
  const { view = note => note, refusal = notFound, open = false } = rules
  const list = rules.list ?? ((notes, caller) => notes.filter(note => note.writer === caller))
  const landsOn = rules.landsOn ?? ((notes, asked) => notes.find(note => note.id === asked))
  const signedIn =
    (handler: (asked: Parameters<Handler>[0], caller: string) => Reply): Handler =>
    asked =>
      asked.user === undefined && !open ? unauthorised : handler(asked, asked.user ?? 'nobody')

  const { fades } = rules
  const start = performance.now()
  const faded = (note: Note): Note =>
    fades === undefined ? note : { ...note, stars: note.stars - Math.floor((performance.now() - start) / fades) }

  return serve(notes(open), {
    'GET /jottings': signedIn((_, caller) => ({ status: 200, body: list(all, caller).map(faded) })),
    'POST /jottings': asked =>
      asked.user === undefined
        ? unauthorised
        : typeof asked.body['text'] === 'string'
          ? { status: 201, body: add(asked.user, asked.body['text']) }
          : { status: 400, body: { message: 'text is missing' } },
    'GET /jottings/{jotting}': signedIn(({ params }, caller) => {
      const note = all.find(({ id }) => String(id) === params['jotting'])
      if (rules.view !== undefined && note === undefined) return refusal
      return note !== undefined && rules.mayRead(note, caller)
        ? { status: 200, body: view(faded(note), caller, params['jotting'] ?? '') }
        : refusal
    }),
    'PATCH /jottings/{jotting}': signedIn(({ params, body }, caller) => {
      const note = all.find(({ id }) => String(id) === params['jotting'])
      if (note === undefined || !rules.mayWrite(note, caller)) return refusal
      const target = landsOn(all, note.id, caller)
      if (target !== undefined) target.text = String(body['text'])
      return rules.changed?.(note, caller) ?? { status: 200, body: target }
    }),
    'DELETE /jottings/{jotting}': signedIn(({ params }, caller) => {
      const at = all.findIndex(({ id }) => String(id) === params['jotting'])
      const note = all[at]
      if (note === undefined || !rules.mayDelete(note, caller)) return refusal
      all.splice(at, 1)
      return { status: 204 }
    }),
    'POST /pledges': signedIn(({ body }, caller) => {
      const note = all.find(({ id }) => id === body['jotting_id'])
      const count = Number(body['count'])
      if (note === undefined || !rules.mayPledge(note, caller)) return refusal
      if (!(count >= 1 && count <= 3)) return { status: 422, body: { message: 'count is 1 to 3' } }
      const target = landsOn(all, note.id, caller)
      if (target !== undefined) target.stars -= count
      return { status: 201, body: { accepted: true } }
    }),
  })
}
