import { describe, expect, it } from 'vitest'
import { guessSensitivity, isSecretClass } from './sensitivity.ts'
import { guessServerSet } from './server-set.ts'

describe('a property is sensitive', () => {
  it.each<[string, string[], string]>([
    ['password', [], 'credential'],
    ['new_password', ['Reset'], 'credential'],
    ['resetCode', [], 'credential'],
    ['accessToken', [], 'secret'],
    ['api_key', [], 'secret'],
    ['password_hash', [], 'secret'],
    ['ssn', [], 'government-id'],
    ['passportNumber', [], 'government-id'],
    ['cardNumber', [], 'payment'],
    ['iban', [], 'payment'],
    ['diagnosis', [], 'health'],
    ['weight', ['Patient'], 'health'],
    ['creditScore', [], 'financial'],
    ['latitude', ['Delivery'], 'location'],
    ['dateOfBirth', [], 'birth-date'],
    ['DOB', [], 'birth-date'],
    ['email', [], 'email'],
    ['contact_email_address', [], 'email'],
    ['mobile', ['Recipient'], 'phone'],
    ['phoneNumber', [], 'phone'],
    ['street', ['Address'], 'address'],
    ['postalCode', ['Recipient'], 'address'],
    ['first_name', [], 'name'],
    ['name', ['Customer'], 'name'],
    ['display_name', ['actor'], 'name'],
    ['picture_url', ['sender'], 'picture'],
    ['avatar', [], 'picture'],
    ['ip', ['Login'], 'network-id'],
    ['gender', ['Profile'], 'demographic'],
  ])('%s in %s: %s', (name, surroundings, expected) => {
    expect(guessSensitivity(name, surroundings)).toEqual({ class: expected, source: 'guessed' })
  })

  it('by its format, and that is no guess', () => {
    expect(guessSensitivity('reach', [], 'email')).toEqual({ class: 'email', source: 'derived' })
    expect(guessSensitivity('x', [], 'password')).toEqual({ class: 'credential', source: 'derived' })
  })
})

describe('a property is not sensitive', () => {
  it.each<[string, string[]]>([
    ['password_changed_at', ['User']],
    ['password_policy', []],
    ['token_type', []],
    ['next_page_token', []],
    ['access_token_url', []],
    ['api_key_id', []],
    ['sid', ['Call']],
    ['email_template_id', []],
    ['phone', ['Store']],
    ['email', ['Company']],
    ['street', ['Branch']],
    ['latitude', ['City']],
    ['name', ['Product']],
    ['full_name', ['Repository']],
    ['repository_full_name', []],
    ['avatar_url', ['Organization']],
    ['name', ['Customer', 'Product'].slice(1)],
    ['weight', ['Parcel']],
    ['race', ['Calendar']],
    ['zip_file', []],
    ['ip', ['Droplet']],
    ['company_name', []],
  ])('%s in %s', (name, surroundings) => {
    expect(guessSensitivity(name, surroundings)).toBeUndefined()
  })

  it('when it is a number by the name of a text', () => {
    expect(guessSensitivity('emails', [], undefined, ['integer'])).toBeUndefined()
    expect(guessSensitivity('phone', [], undefined, ['integer'])).toMatchObject({ class: 'phone' })
  })

  it('and what is secret is told from what is personal', () => {
    expect(['credential', 'secret', 'email', 'name'].filter(isSecretClass)).toEqual(['credential', 'secret'])
  })
})

describe('a server sets', () => {
  it.each<[string, string[], string | undefined]>([
    ['role', ['string'], 'role'],
    ['isAdmin', ['boolean'], 'role'],
    ['root', ['string'], undefined],
    ['balance', ['number'], 'balance'],
    ['credits', ['integer'], 'balance'],
    ['credits', ['array'], undefined],
    ['unit_price', ['number'], 'price'],
    ['ownerId', ['string'], 'owner'],
    ['tenant_id', ['string'], 'tenant'],
    ['payment_status', ['string'], 'status'],
    ['state', ['string'], undefined],
    ['email_verified', ['boolean'], 'verified'],
    ['createdAt', ['string'], 'timestamp'],
    ['lat', ['number'], 'location'],
    ['title', ['string'], undefined],
  ])('%s (%s): %s', (name, types, expected) => {
    expect(guessServerSet(name, types)).toBe(expected)
  })
})
