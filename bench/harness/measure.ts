import type { SeatMessage, SeatQuestion } from '../contestants/seat.ts'
import type { Contestant } from './contestants.ts'
import type { Placement } from './cores.ts'
import type { LoadResult } from './load.ts'
import type { LoadMessage, LoadOrder } from './load-worker.ts'
import { Worker } from './process.ts'

/** One turn of one contestant. */
export interface Turn {
  readonly requestsPerSecond: number
  /** Processor time of the contestant's process for one request, all its threads together. */
  readonly microsecondsPerRequest: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Milliseconds, with one connection and so without any queue. */
  readonly aloneP50: number
  readonly residentBytes: number
}

export interface Seat {
  readonly contestant: Contestant
  readonly worker: Worker<SeatQuestion, SeatMessage>
  readonly port: number
}

export type LoadWorker = Worker<LoadOrder, LoadMessage>

export interface TurnPlan {
  /** Milliseconds that count. */
  readonly length: number
  readonly connections: number
}

const patience = 30_000

/** More than a Node server answers in a minute. */
const mostRequests = 3_000_000

/** V8 still compiles after ten thousand requests, the more code a contestant has the longer; after forty it rests. */
const warmRequests = 40_000

/** Starts a contestant before the API at `upstream` and waits for its port. */
export async function seat(
  contestant: Contestant,
  upstream: string | undefined,
  core: number | undefined,
  keep: (worker: Worker<SeatQuestion, SeatMessage>) => void,
): Promise<Seat> {
  const args = upstream === undefined ? [] : [upstream]
  const worker = new Worker<SeatQuestion, SeatMessage>(contestant.name, contestant.file, args, core)
  keep(worker)
  const { port } = await worker.wait('ready', patience)
  return { contestant, worker, port }
}

export async function startLoad(
  placement: Placement | undefined,
  keep: (worker: LoadWorker) => void,
): Promise<LoadWorker> {
  const load: LoadWorker = new Worker('load', new URL('load-worker.ts', import.meta.url), [], placement?.load)
  keep(load)
  await load.wait('ready', patience)
  return load
}

/** The same number of requests for everybody, as far as they go within five turns. Gives what is broken. */
export async function warmUp(load: LoadWorker, { port }: Seat, plan: TurnPlan): Promise<string | undefined> {
  const length = plan.length * 5
  const done = load.wait('done', length + patience)
  load.tell({ port, connections: plan.connections, lead: 0, length, most: warmRequests })
  const { result } = await done
  return result.broken
}

/** Load on one contestant while all the others sit idle; then the same with one connection. */
export async function takeTurn(load: LoadWorker, { worker, port }: Seat, plan: TurnPlan): Promise<Turn | string> {
  const { length, connections } = plan
  const crowd = await underLoad(load, worker, { port, connections, lead: 300, length, most: mostRequests })
  if (crowd.result.broken !== undefined) return crowd.result.broken
  const short = Math.max(300, length / 3)
  const alone = await underLoad(load, worker, { port, connections: 1, lead: 100, length: short, most: mostRequests })
  if (alone.result.broken !== undefined) return alone.result.broken
  const { requests, milliseconds, p50, p99 } = crowd.result
  return {
    requestsPerSecond: (requests * 1_000) / milliseconds,
    microsecondsPerRequest: crowd.microseconds / requests,
    p50,
    p99,
    aloneP50: alone.result.p50,
    residentBytes: crowd.residentBytes,
  }
}

interface Loaded {
  readonly result: LoadResult
  readonly microseconds: number
  readonly residentBytes: number
}

async function underLoad(load: LoadWorker, worker: Seat['worker'], order: LoadOrder): Promise<Loaded> {
  // Both waits begin before the order is given: a contestant that breaks at once may be done before it has begun.
  const done = load.wait('done', order.lead + order.length + patience)
  const begun = Promise.race([load.wait('begun', order.lead + patience), done])
  load.tell(order)
  await begun
  const before = await usage(worker)
  const { result } = await done
  const after = await usage(worker)
  const microseconds = after.microseconds - before.microseconds
  return { result, microseconds, residentBytes: after.residentBytes }
}

function usage(worker: Seat['worker']): Promise<Extract<SeatMessage, { readonly kind: 'usage' }>> {
  const answer = worker.wait('usage', patience)
  worker.tell({ kind: 'usage?' })
  return answer
}
