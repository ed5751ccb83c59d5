import { describe, expect, it } from 'vitest'
import { parseContract } from '../contract/load.ts'
import { actorFromToken, anonymous, claimsOf, rolesOf, secretOf } from './actor.ts'
import { actorNamed } from './server.fixture.ts'
import { actorWithJwt } from './tokens.fixture.ts'

function contractWith(scheme: object) {
  const document = {
    openapi: '3.0.3',
    info: { title: 't', version: '1' },
    paths: {},
    components: { securitySchemes: { s: scheme } },
  }
  return parseContract({ contract: { file: 'f.json', text: JSON.stringify(document) } })
}

describe('an actor from a token', () => {
  it.each([
    [{ type: 'http', scheme: 'bearer' }, 'abc', { kind: 'bearer', token: 'abc' }],
    [{ type: 'oauth2', flows: {} }, 'abc', { kind: 'bearer', token: 'abc' }],
    [{ type: 'apiKey', in: 'header', name: 'X-Key' }, 'abc', { kind: 'header', name: 'X-Key', value: 'abc' }],
    [{ type: 'apiKey', in: 'query', name: 'key' }, 'abc', { kind: 'query', name: 'key', value: 'abc' }],
    [{ type: 'http', scheme: 'basic' }, 'me:a:b', { kind: 'basic', user: 'me', password: 'a:b' }],
  ])('speaks as %o asks', (scheme, token, credential) => {
    expect(actorFromToken(contractWith(scheme), 'x', token).credential).toEqual(credential)
  })
})

describe('what is known of an actor', () => {
  it('the variable that stands for the secret', () => {
    expect(secretOf({ name: 'user-b 2', credential: { kind: 'bearer', token: 't' } })).toEqual({
      value: 't',
      variable: 'TOKEN_USER_B_2',
    })
    expect(secretOf(anonymous)).toBeUndefined()
  })

  it('roles as stated, else as the token says, else nothing', () => {
    expect(rolesOf(actorNamed('a', ['x']))).toEqual(['x'])
    expect(rolesOf(actorWithJwt('a', { roles: ['y', 1] }))).toEqual(['y'])
    expect(rolesOf(actorWithJwt('a', { scope: 'read write' }))).toEqual(['read', 'write'])
    expect(rolesOf(actorNamed('a'))).toBeUndefined()
  })

  it('no claims of what is no JWT', () => {
    expect(claimsOf({ name: 'a', credential: { kind: 'bearer', token: 'a.%%%.c' } })).toEqual({})
    expect(claimsOf(actorWithJwt('ann'))).toEqual({ sub: 'ann' })
  })
})
