import { describe, expect, it } from 'vitest'
import { exposeOne } from './contract.fixture.ts'

const schemes = `components:
  securitySchemes:
    basic: { type: http, scheme: Basic }
    dpop: { type: http, scheme: DPoP }
    hoba: { type: http, scheme: HOBA }
    bearer: { type: http, scheme: bearer }
    query: { type: apiKey, in: query, name: k }
    header: { type: apiKey, in: header, name: X-K }
    oauth: { type: oauth2, flows: {} }
    mtls: { type: mutualTLS }
`

describe('who may call', () => {
  it.each([
    ['', 'silent', true, 'none'],
    ['security: []', 'public', true, 'none'],
    ['security: [{}]', 'public', true, 'none'],
    ['security: [{}, {}]', 'public', true, 'none'],
    ['security: [{ bearer: [] }, {}]', 'optional', true, 'none'],
    ['security: [{ bearer: [] }]', 'required', false, 'bearer'],
    ['security: [{ dpop: [] }]', 'required', false, 'bearer'],
    ['security: [{ basic: [] }]', 'required', false, 'basic'],
    ['security: [{ hoba: [] }]', 'required', false, 'other-http'],
    ['security: [{ gone: [] }]', 'required', false, 'undefined-scheme'],
    // An alternative is as strong as its strongest requirement, the whole as weak as its weakest alternative.
    ['security: [{ query: [], mtls: [] }]', 'required', false, 'mutual-tls'],
    ['security: [{ oauth: [a] }, { query: [] }]', 'required', false, 'key-in-query'],
    ['security: [{ oauth: [a] }, { header: [] }]', 'required', false, 'key-in-header'],
  ])('%s: %s', (security, policy, anonymous, weakest) => {
    const { access } = exposeOne(`${security}\n      responses: {}`, schemes)
    expect(access).toMatchObject({ policy, anonymous, weakest, source: policy === 'silent' ? 'derived' : 'declared' })
  })

  it('keeps scopes with their alternative', () => {
    const { access } = exposeOne('security: [{ oauth: [read, write] }, { header: [] }]\n      responses: {}', schemes)
    expect(
      access.alternatives.map(({ requirements }) => requirements.map(({ scheme, scopes }) => [scheme, scopes])),
    ).toEqual([[['oauth', ['read', 'write']]], [['header', []]]])
  })
})
