import type { SecurityScheme } from '../contract/model.ts'
import type { Credentials } from './authenticator.ts'

/** What a request carries for one scheme: nothing, one value, or something that could be read in two ways. */
export type Presented =
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'unclear'; readonly log: string }

const none: Presented = { kind: 'none' }

// RFC 6750 section 2.1: b64token. Linear: one class, then one character.
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/

/** The token of an `Authorization: Bearer` header; another scheme there is none. */
export function presentedBearer(credentials: Credentials): Presented {
  const header = authorization(credentials, 'bearer')
  if (header.kind !== 'value') return header
  return b64token.test(header.value) ? header : unclear('the bearer token is not well-formed')
}

/** The credentials of an `Authorization` header of the given scheme (RFC 9110 section 11.4), not decoded. */
export function authorization(credentials: Credentials, scheme: string): Presented {
  const header = credentials.headers.authorization
  if (header === undefined) return none
  if (lines(credentials, 'authorization') > 1) return unclear('there are several Authorization headers')
  const space = header.indexOf(' ')
  const name = space < 0 ? header : header.slice(0, space)
  if (name.length !== scheme.length || name.toLowerCase() !== scheme) return none
  const value = space < 0 ? '' : header.slice(space + 1).trim()
  return value === '' ? unclear('the Authorization header is empty') : { kind: 'value', value }
}

/** The value of an API key where its scheme says that it stands. */
export function presentedKey(
  scheme: Extract<SecurityScheme, { readonly type: 'apiKey' }>,
  credentials: Credentials,
): Presented {
  switch (scheme.in) {
    case 'header':
      return headerKey(scheme.name.toLowerCase(), credentials)
    case 'query':
      return one(queryValues(credentials.query, scheme.name))
    case 'cookie':
      return one(cookieValues(credentials.headers.cookie ?? '', scheme.name))
  }
}

function headerKey(name: string, credentials: Credentials): Presented {
  const value = credentials.headers[name]
  if (value === undefined) return none
  if (Array.isArray(value) || lines(credentials, name) > 1) return unclear(`there are several ${name} headers`)
  return value.trim() === '' ? none : { kind: 'value', value: value.trim() }
}

function lines({ rawHeaders }: Credentials, name: string): number {
  if (rawHeaders === undefined) return 1
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const line = rawHeaders[index]
    if (line !== undefined && line.length === name.length && line.toLowerCase() === name) count++
  }
  return count
}

function one(values: readonly string[]): Presented {
  const [value] = values
  if (values.length > 1) return unclear('the key stands twice')
  return value === undefined || value === '' ? none : { kind: 'value', value }
}

function queryValues(query: string, name: string): readonly string[] {
  if (query === '') return []
  return new URLSearchParams(query).getAll(name)
}

function cookieValues(header: string, name: string): readonly string[] {
  const values: string[] = []
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals >= 0 && pair.slice(0, equals).trim() === name) values.push(pair.slice(equals + 1).trim())
  }
  return values
}

function unclear(log: string): Presented {
  return { kind: 'unclear', log }
}
