import { type FlowPreset, flowPresets } from '../contract/extension.ts'
import type { Operation } from '../contract/model.ts'
import { wordsOf } from '../core/words.ts'
import type { FactSource } from './fact.ts'
import { type Field, type OperationFields, successFields } from './fields.ts'
import { isSecretClass } from './sensitivity.ts'

/** What an operation is for, where that decides how it has to be protected. */
export type Purpose =
  | FlowPreset
  | 'token'
  | 'health'
  | 'documentation'
  | 'inbound-webhook'
  | 'contact'
  | 'telemetry'
  | 'lookup'

export interface PurposeFact {
  readonly purpose: Purpose
  readonly source: FactSource
}

/** Somebody tries to get in, so nobody can be signed in yet; guessing is what attackers do here. */
export const signInPurposes: ReadonlySet<Purpose> = new Set(['login', 'registration', 'password-reset', 'otp', 'token'])

const words: readonly { readonly purpose: Purpose; readonly at: 'end' | 'anywhere'; readonly name: RegExp }[] = [
  {
    purpose: 'documentation',
    at: 'anywhere',
    name: /\b(?:well known|openapi|swagger|api docs|jwks|robots txt|favicon|sitemap|security txt)\b/,
  },
  {
    purpose: 'health',
    at: 'end',
    name: /\b(?:health|healthz|health ?checks?|ping|livez?|liveness|readyz?|readiness|alive|heartbeat|server status|service status|system status|api status)$|^(?:get )?(?:status|version|up)$/,
  },
  {
    purpose: 'password-reset',
    at: 'anywhere',
    name: /\b(?:forgot(?:ten)?|lost|reset|recover|recovery|restore|change) (?:my )?(?:password|passcode|credentials?)\b|\bpasswords? (?:forgot(?:ten)?|reset|recover|recovery|lost|restore)\b|\b(?:account )?recovery\b|\bforgot(?:ten)?\b/,
  },
  {
    purpose: 'otp',
    at: 'anywhere',
    name: /\b(?:otp|totp|mfa|2fa|two factor|multi factor|one time (?:code|password)|passcode|verification code|verify (?:code|phone|e ?mail|otp|pin)|confirm (?:code|phone|e ?mail)|(?:phone|e ?mail|code|pin) (?:verify|verification|confirm(?:ation)?))\b/,
  },
  {
    purpose: 'login',
    at: 'anywhere',
    name: /\b(?:log ?in|sign ?in|log ?on|authenticate|authentication)\b|\bsessions?$|\bauth$/,
  },
  {
    purpose: 'registration',
    at: 'anywhere',
    name: /\b(?:register|registrations?|sign ?up|enrol(?:l|ment)?)$|\b(?:sign ?up|self registration|create account)\b/,
  },
  {
    purpose: 'token',
    at: 'end',
    name: /\b(?:oauth2? \w+|access token|tokens?|token (?:refresh|exchange|introspect|revoke)|refresh(?: token)?|authorize|introspect(?:ion)?)$/,
  },
  {
    purpose: 'inbound-webhook',
    at: 'end',
    name: /\b(?:(?:incoming|inbound|receive|handle) (?:\w+ )?(?:web ?hooks?|callbacks?|notifications?|events?)|(?:web ?hooks?|callbacks?|ipn|hooks?) ?(?:\w+)?)$/,
  },
  {
    purpose: 'contact',
    at: 'end',
    name: /\b(?:contact(?: us| form)?|feedback|newsletter|unsubscribe|waiting ?list|waitlist|opt out|report abuse)$/,
  },
  {
    purpose: 'telemetry',
    at: 'end',
    name: /\b(?:telemetry|beacon|csp reports?|track|tracking events?|page ?views?|collect)$/,
  },
  {
    purpose: 'lookup',
    at: 'end',
    name: /\b(?:search|query|queries|lookup|find|filter|validate|validation|check|calculate|calculator|estimate|convert|suggest|suggestions|autocomplete|translate|compare)$/,
  },
]

const credentialWord =
  /\b(?:password|passcode|code|pin|otp|token|secret|assertion|credentials?|signature|challenge|ticket|grant type|captcha)\b/

/** What an operation is for: as declared, else as its path, its id and its inputs suggest. */
export function purposeOf(operation: Operation, fields: OperationFields): PurposeFact | undefined {
  const { flow } = operation.extension
  if (flow !== undefined) {
    const name = typeof flow === 'string' ? flow : flow.name
    const preset = flowPresets.find(known => known === name)
    return preset === undefined ? undefined : { purpose: preset, source: 'declared' }
  }
  const texts = [pathWords(operation.path), wordsOf(operation.id ?? '').join(' ')]
  const found = words.find(
    entry => texts.some(text => text !== '' && entry.name.test(text)) && fits(entry.purpose, operation, fields),
  )
  if (found !== undefined) return { purpose: found.purpose, source: 'guessed' }
  if (createsAccount(operation, fields)) return { purpose: 'registration', source: 'guessed' }
  return tradesForToken(operation, fields) ? { purpose: 'login', source: 'guessed' } : undefined
}

/** True when an input proves who is calling: a password, a code, a token, a signature. */
export function takesCredential(fields: OperationFields): boolean {
  return fields.in.some(
    field =>
      (field.sensitive !== undefined && isSecretClass(field.sensitive.class)) ||
      credentialWord.test(wordsOf(field.name).join(' ')),
  )
}

function fits(purpose: Purpose, operation: Operation, fields: OperationFields): boolean {
  const { method } = operation
  const writes = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'
  switch (purpose) {
    case 'health':
    case 'documentation':
      return !writes
    case 'login':
      // A session for somebody else's name, and nothing but the name, is no login.
      return writes && method !== 'DELETE' && (takesCredential(fields) || !handsSecret(operation, fields, true))
    case 'token':
      return takesCredential(fields) || !operation.path.includes('{')
    case 'inbound-webhook':
      // Who registers a webhook gives an address; who delivers to one gives none.
      return method === 'POST' && !fields.in.some(field => /\b(?:url|uri|href)\b/.test(wordsOf(field.name).join(' ')))
    case 'lookup':
      return method === 'POST' || !writes
    case 'otp':
    case 'password-reset':
    case 'registration':
    case 'contact':
    case 'telemetry':
      return writes && method !== 'DELETE'
    default:
      return true
  }
}

/** True when an answer carries a secret, or might: a path with an id in it opens the session of whoever it names. */
function handsSecret(operation: Operation, fields: OperationFields, orNamesSomebody: boolean): boolean {
  if (orNamesSomebody && operation.path.includes('{')) return true
  return successFields(operation, fields).some(isSecretField)
}

function isSecretField(field: Field): boolean {
  return field.sensitive !== undefined && isSecretClass(field.sensitive.class)
}

/** `POST /users {email, password}`: with a password of one's own choice, somebody becomes known. */
function createsAccount(operation: Operation, fields: OperationFields): boolean {
  if (operation.method !== 'POST' || operation.path.endsWith('}')) return false
  const last = wordsOf(operation.path.split('/').at(-1) ?? '').join(' ')
  if (!/^(?:users?|accounts?|customers?|members?|profiles?|me)$/.test(last)) return false
  return fields.in.some(field => field.place === 'body' && field.sensitive?.class === 'credential')
}

/** A token for a code or a password is a sign-in, whatever it is called: pairing, activating, unlocking. */
function tradesForToken(operation: Operation, fields: OperationFields): boolean {
  if (operation.method !== 'POST' || !takesCredential(fields)) return false
  return successFields(operation, fields).some(
    field =>
      isSecretField(field) &&
      /^(?:(?:access|refresh|session|auth|bearer|id) )?(?:token|jwt)$/.test(wordsOf(field.name).join(' ')),
  )
}

/** The words of the fixed parts of a path. */
function pathWords(path: string): string {
  return path
    .split('/')
    .filter(segment => !segment.includes('{'))
    .flatMap(wordsOf)
    .join(' ')
}
