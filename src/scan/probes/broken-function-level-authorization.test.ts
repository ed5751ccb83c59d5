import { describe, expect, it } from 'vitest'
import {
  actorNamed,
  answers,
  contractOf,
  type Reply,
  ref,
  scanWith,
  serve,
  told,
  unauthorised,
} from '../server.fixture.ts'
import { brokenFunctionLevelAuthorization } from './broken-function-level-authorization.ts'

const roles = { 'x-rugged': { roles: ['curator'] } }
const cat = actorNamed('cat', ['curator'])
const dan = actorNamed('dan', ['visitor'])

function startMuseum(path: string, extension: object, lets: (user: string) => boolean) {
  const exposure = contractOf(
    {
      'GET /rooms': { responses: answers({ type: 'array', items: ref('Room') }) },
      [`GET ${path}`]: { ...extension, responses: answers({ type: 'array', items: ref('Room') }) },
    },
    { Room: { type: 'object', properties: { floor: { type: 'integer' }, code: { type: 'string' } } } },
  )
  const rooms = (user: string | undefined, allowed: boolean): Reply =>
    user === undefined
      ? unauthorised
      : allowed
        ? { status: 200, body: [{ floor: 1, code: 'x' }] }
        : { status: 403, body: { message: 'no' } }
  return serve(exposure, {
    'GET /rooms': ({ user }) => rooms(user, true),
    [`GET ${path}`]: ({ user }) => rooms(user, user !== undefined && lets(user)),
  })
}

describe('broken-function-level-authorization finds', () => {
  it('a user without the declared role', async () => {
    const running = startMuseum('/vault', roles, () => true)
    const { findings } = await scanWith(brokenFunctionLevelAuthorization, running, { actors: [cat, dan] })
    expect(told(findings)).toEqual(['critical broken-function-level-authorization GET /vault'])
    expect(findings[0]).toMatchObject({ confidence: 'certain', curl: expect.stringContaining('$TOKEN_DAN') })
  })

  it('an ordinary user at an address of administrators, as less certain', async () => {
    const running = startMuseum('/admin/rooms', {}, () => true)
    const { findings } = await scanWith(brokenFunctionLevelAuthorization, running, { actors: [dan] })
    expect(told(findings)).toEqual(['high broken-function-level-authorization GET /admin/rooms'])
    expect(findings[0]?.confidence).toBe('tentative')
  })
})

describe('broken-function-level-authorization is quiet', () => {
  it.each([
    ['where the role is checked', '/vault', roles, (user: string) => user === 'cat', [cat, dan]],
    ['where an administrator is let in', '/admin/rooms', {}, () => true, [actorNamed('admin')]],
    ['where nobody knows the roles of the user', '/vault', roles, () => true, [actorNamed('eve')]],
    ['at ordinary addresses', '/administered-rooms', {}, () => true, [dan]],
  ])('%s', async (_name, path, extension, lets, actors) => {
    const { findings } = await scanWith(brokenFunctionLevelAuthorization, startMuseum(path, extension, lets), {
      actors,
    })
    expect(told(findings)).toEqual([])
  })
})
