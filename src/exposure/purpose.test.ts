import { describe, expect, it } from 'vitest'
import { exposeYaml } from './contract.fixture.ts'
import { purposeOf } from './purpose.ts'

function purpose(operation: string, properties = '', inside = '', answer = ''): string | undefined {
  const [method = 'GET', path = '/'] = operation.split(' ')
  const body =
    properties === ''
      ? ''
      : `requestBody: { content: { application/json: { schema: { type: object, properties: { ${properties} } } } } }`
  const content =
    answer === '' ? '' : `, content: { application/json: { schema: { type: object, properties: { ${answer} } } } }`
  const api = exposeYaml(
    `paths:\n  ${path}:\n    ${method.toLowerCase()}:\n      ${inside}\n      ${body}\n      responses: { '200': { description: ok${content} } }`,
  )
  const row = api.operations[0]
  return row === undefined ? undefined : purposeOf(row.operation, row.fields)?.purpose
}

describe('an operation is for', () => {
  it.each<[string, string, string | undefined]>([
    ['POST /login', 'user: { type: string }, password: { type: string }', 'login'],
    ['POST /v1/auth/sign-in', 'pin: { type: string }', 'login'],
    ['POST /sessions', 'password: { type: string }', 'login'],
    ['POST /oauth/token', 'grant_type: { type: string }', 'token'],
    ['POST /users', 'email: { type: string }, password: { type: string }', 'registration'],
    ['POST /users', 'email: { type: string }', undefined],
    ['POST /register', 'email: { type: string }', 'registration'],
    ['POST /password/forgot', 'email: { type: string }', 'password-reset'],
    ['POST /accounts/recovery', 'username: { type: string }', 'password-reset'],
    ['POST /devices/{id}/reset', '', undefined],
    ['POST /verify-otp', 'code: { type: string }', 'otp'],
    ['POST /webhooks/stripe', 'event: { type: string }', 'inbound-webhook'],
    ['POST /webhooks', 'callbackUrl: { type: string }', undefined],
    ['POST /pens/search', 'words: { type: string }', 'lookup'],
    ['POST /pens', 'colour: { type: string }', undefined],
    ['DELETE /sessions', '', undefined],
    ['GET /healthz', '', 'health'],
    ['GET /.well-known/jwks.json', '', 'documentation'],
  ])('%s {%s}: %s', (operation, properties, expected) => {
    expect(purpose(operation, properties)).toBe(expected)
  })

  it('what it declares, whatever it is called', () => {
    expect(purpose('POST /pens', '', 'x-rugged: { flow: payment }')).toBe('payment')
  })

  it('no sign-in when it gives a session for nothing but a name', () => {
    expect(purpose('POST /users/{userId}/session', '', '', 'token: { type: string }')).toBeUndefined()
    expect(purpose('POST /login', 'email: { type: string }', '', 'token: { type: string }')).toBeUndefined()
    expect(purpose('POST /login', 'email: { type: string }')).toBe('login')
  })

  it('sign-in, whatever it is called, when it gives a token for a code', () => {
    expect(purpose('POST /devices/{id}/pair', 'pin: { type: string }', '', 'access_token: { type: string }')).toBe(
      'login',
    )
    expect(
      purpose('POST /devices/{id}/pair', 'label: { type: string }', '', 'access_token: { type: string }'),
    ).toBeUndefined()
  })

  it('no health of the service when it is the status of one object', () => {
    expect(purpose('GET /orders/{id}/status')).toBeUndefined()
    expect(purpose('GET /status')).toBe('health')
  })
})
