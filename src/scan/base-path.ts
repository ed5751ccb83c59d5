import type { Operation } from '../contract/model.ts'
import { Fault } from '../core/fault.ts'
import type { ApiExposure, OperationExposure } from '../exposure/exposure.ts'
import { type Actor, anonymous } from './actor.ts'
import type { Client } from './client.ts'
import type { Random } from './random.ts'
import { buildCall } from './values.ts'
import { writeRequest } from './wire.ts'

/** What stands before the contract's paths on the running API. */
export interface BasePath {
  readonly chosen: 'url' | 'contract' | 'origin'
  /** One sentence for the user. */
  readonly because: string
  /** Without a trailing slash. */
  of(operation: Operation): string
}

const mostTries = 6

/**
 * Decides where the API begins: a path in the URL is the base; else the contract's server path is tried, and the bare
 * origin where everything under it is answered 404.
 *
 * @throws Fault `upstream-unreachable` when no connection can be made
 */
export async function findBasePath(
  api: ApiExposure,
  url: URL,
  client: Client,
  users: readonly Actor[],
  random: Random,
): Promise<BasePath> {
  const given = url.pathname.replace(/\/+$/, '')
  const declared = (operation: Operation) => operation.servers[0]?.basePath ?? ''
  const fromUrl: BasePath = { chosen: 'url', because: `The URL says that the API begins at ${given}.`, of: () => given }
  const fromContract: BasePath = {
    chosen: 'contract',
    because: `The API begins where the contract's servers say.`,
    of: declared,
  }
  const bare: BasePath = {
    chosen: 'origin',
    because: `Everything under the contract's server path was answered 404, so the API begins at the bare origin.`,
    of: () => '',
  }
  const first = given === '' ? fromContract : fromUrl
  const samples = samplesOf(api)
  const found = await answers(first, samples, client, users, random, api)
  if (found === 'unreachable') {
    throw new Fault('upstream-unreachable', `There is no API at ${url.origin}: no connection could be made.`, {
      hint: 'Start it, or give the address that it listens on with --url.',
    })
  }
  if (found === 'something' || given !== '' || samples.every(({ operation }) => declared(operation) === ''))
    return first
  return (await answers(bare, samples, client, users, random, api)) === 'something' ? bare : first
}

/** Reads without references first: the ones that a running API answers with anything but 404. */
function samplesOf({ operations }: ApiExposure): readonly OperationExposure[] {
  const cost = ({ operation, effect, uses }: OperationExposure) =>
    (effect === 'reads' ? 0 : 100) + uses.length * 10 + operation.path.split('{').length
  return operations.toSorted((a, b) => cost(a) - cost(b)).slice(0, mostTries)
}

async function answers(
  base: BasePath,
  samples: readonly OperationExposure[],
  client: Client,
  users: readonly Actor[],
  random: Random,
  { contract }: ApiExposure,
): Promise<'something' | 'nothing' | 'unreachable'> {
  let connected = samples.length === 0
  for (const exposure of samples) {
    const actor = exposure.access.anonymous ? anonymous : (users[0] ?? anonymous)
    const variant = { inputs: 'required', examples: true, choice: 0, fresh: false } as const
    const source = { contract, random, nonce: 'base', learnt: () => undefined }
    const { parameters, operation } = buildCall(exposure, variant, source)
    const request = writeRequest({ operation, parameters }, base.of(operation), actor)
    // Nothing is to be changed here: what may change something is only asked whether it is there.
    const answer = await client.send(exposure.effect === 'reads' ? request : { ...request, method: 'OPTIONS' })
    if (answer.failure !== 'unreachable') connected = true
    if (answer.status !== 0 && answer.status !== 404) return 'something'
    if (!connected) return 'unreachable'
  }
  return connected ? 'nothing' : 'unreachable'
}
