import { describe, expect, it } from 'vitest'
import { isOwnId, typeFromIdName, typeFromPath, typeFromPathParameter, typeFromSchemaName } from './object-names.ts'

const known = new Set(['account', 'bank-account', 'user', 'repo', 'message'])

describe('the type of an object', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['source_account_id', 'account', 'source'],
    ['sourceBankAccountID', 'bank-account', 'source'],
    ['accountIds', 'account', undefined],
    ['X-Account-Id', 'account', undefined],
    ['user-uuid', 'user', undefined],
    // Nothing hands out parcels, so the last word is the best guess.
    ['return_parcel_id', 'parcel', 'return'],
    // Known as objects here, though machinery elsewhere.
    ['message_id', 'message', undefined],
    ['event_id', undefined, undefined],
    ['requestId', undefined, undefined],
    ['X-Correlation-Id', undefined, undefined],
    ['client_id', undefined, undefined],
    ['id', undefined, undefined],
    ['valid', undefined, undefined],
    ['paid', undefined, undefined],
  ])('in %s is %s', (name, type, role) => {
    const found = typeFromIdName(name, known)
    expect([found?.type, found?.role]).toEqual([type, role])
  })

  it.each([
    ['AccountResponse', 'account'],
    ['NewAccount', 'account'],
    ['api.v1.Account', 'account'],
    ['bank_accounts', 'bank-account'],
    ['StoryPage', 'story'],
    ['Request', 'request'],
  ])('of the schema %s is %s', (name, type) => {
    expect(typeFromSchemaName(name)).toBe(type)
  })

  it.each([
    ['/v1/accounts', 'account'],
    ['/v1/accounts/{id}', 'account'],
    ['/api/users/lookup', 'user'],
    ['/users/me', 'user'],
    ['/search', 'search'],
    ['/v2', undefined],
  ])('of the path %s is %s', (path, type) => {
    expect(typeFromPath(path)).toBe(type)
  })

  it.each<[string, string, string | undefined]>([
    ['/accounts/{id}', 'id', 'account'],
    ['/accounts/{accountId}/lines/{line_id}', 'line_id', 'line'],
    ['/users/{username}', 'username', 'user'],
    ['/parcels/{parcelCode}', 'parcelCode', 'parcel'],
    ['/repos/{owner}/{repo}', 'repo', 'repo'],
    ['/repos/{owner}/{repo}', 'owner', undefined],
    ['/reports/{year}', 'year', undefined],
    ['/accounts/{id}/files/{format}', 'format', undefined],
    ['/{version}/accounts', 'version', undefined],
  ])('in %s at %s is %s', (path, name, type) => {
    expect(typeFromPathParameter(path, name, known)?.type).toBe(type)
  })

  it.each([
    ['id', true],
    ['_id', true],
    ['ID', true],
    ['uuid', true],
    ['ids', true],
    ['userId', false],
    ['idea', false],
    ['valid', false],
  ])('%s alone: %s', (name, own) => {
    expect(isOwnId(name)).toBe(own)
  })
})
