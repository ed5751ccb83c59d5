import { compose } from '../contract/compose.ts'
import { Entry } from '../contract/entry.ts'
import type { Contract } from '../contract/model.ts'
import { locatePointer, Positions, type Source } from '../contract/position.ts'
import { type Actor, type ActorCredential, actorFromToken } from '../scan/actor.ts'
import { substitute } from './substitute.ts'

const credentialKeys = ['token', 'basic', 'header', 'query', 'cookie'] as const

/**
 * Reads `actors.yaml`: in whose names a scan calls. Secrets come from the environment as `${NAME}`.
 *
 * @throws Fault `configuration`
 * @example
 * actors:
 *   - { name: userA, token: '${TOKEN_A}' }
 *   - { name: partner, header: { name: X-Api-Key, value: '${KEY}' }, roles: [partner] }
 */
export function parseActors(
  source: Source,
  contract: Contract,
  environment: Readonly<Record<string, string | undefined>>,
): readonly Actor[] {
  const positions = new Positions()
  const composed = compose(source, positions)
  const root = new Entry(
    composed,
    'the file',
    '',
    pointer => locatePointer(positions, composed, pointer),
    'configuration',
  )
  const list = root.members(['actors']).get('actors')
  if (list === undefined)
    throw root.wrong('The file has no "actors".', 'Begin it with: actors: [{ name: userA, token: … }]')
  const names = new Set<string>()
  return list.elements().map(entry => {
    const actor = readActor(entry, contract, environment)
    if (names.has(actor.name))
      throw entry.wrong(`${entry.name} is named "${actor.name}" like another.`, 'Names tell actors apart.')
    names.add(actor.name)
    return actor
  })
}

function readActor(entry: Entry, contract: Contract, environment: Readonly<Record<string, string | undefined>>): Actor {
  const members = entry.members(['name', 'roles', ...credentialKeys])
  const name = members.get('name')?.text()
  if (name === undefined) throw entry.wrong(`${entry.name} has no "name".`, 'Add one: name: userA.')
  const given = credentialKeys.filter(key => members.has(key))
  const [kind] = given
  const member = kind === undefined ? undefined : members.get(kind)
  if (kind === undefined || member === undefined || given.length > 1) {
    throw entry.wrong(`${entry.name} needs one credential.`, `Give one of ${credentialKeys.join(', ')}.`)
  }
  const roles = members.get('roles')?.texts()
  const actor =
    kind === 'token'
      ? actorFromToken(contract, name, substitute(member, environment))
      : { name, credential: readCredential(kind, member, environment) }
  return { ...actor, ...(roles === undefined ? {} : { roles }) }
}

function readCredential(
  kind: Exclude<(typeof credentialKeys)[number], 'token'>,
  entry: Entry,
  environment: Readonly<Record<string, string | undefined>>,
): ActorCredential {
  const keys = kind === 'basic' ? (['user', 'password'] as const) : (['name', 'value'] as const)
  const members = entry.members<string>(keys)
  const [first, second] = keys.map(key => {
    const member = members.get(key)
    if (member === undefined) throw entry.wrong(`${entry.name} has no "${key}".`, `It needs ${keys.join(' and ')}.`)
    return substitute(member, environment)
  })
  if (kind === 'basic') return { kind, user: first ?? '', password: second ?? '' }
  return { kind, name: first ?? '', value: second ?? '' }
}
