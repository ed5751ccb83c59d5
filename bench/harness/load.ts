import { connect, type Socket } from 'node:net'
import { readAnswer } from './answer.ts'
import { quantile } from './statistics.ts'

/** A request as bytes, with what has to come back. */
export interface Shot {
  readonly bytes: Buffer
  readonly status: number
  readonly bodyLength: number
}

export interface LoadPlan {
  readonly port: number
  readonly shots: readonly Shot[]
  readonly connections: number
  /** Milliseconds under load before anything counts. */
  readonly lead: number
  /** Milliseconds that count. */
  readonly length: number
  /** The load ends after so many requests, whatever the clock says. */
  readonly most: number
  /** Milliseconds without any answer after which nobody waits any more. */
  readonly silence: number
}

export interface LoadResult {
  readonly requests: number
  readonly milliseconds: number
  readonly p50: number
  readonly p99: number
  /** The first thing that went wrong; nothing of this result counts then. */
  readonly broken: string | undefined
}

/**
 * A closed loop: each connection has one request under way and sends the next one when the answer is there, whole and
 * as it has to be. Loopback alone. `onBegin` is called when the counting begins.
 */
export function runLoad(plan: LoadPlan, onBegin: () => void): Promise<LoadResult> {
  return new Promise(resolve => {
    const sockets: Socket[] = []
    const latencies: number[] = []
    let begun: number | undefined
    let lastAnswer = performance.now()
    // A busy machine may stop everybody for a second; that is no reason to call anybody broken.
    let overdue = false
    let over = false

    const finish = (broken?: string) => {
      if (over) return
      over = true
      const milliseconds = performance.now() - (begun ?? performance.now())
      for (const timer of timers) clearTimeout(timer)
      for (const socket of sockets) socket.destroy()
      latencies.sort((left, right) => left - right)
      const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)]
      resolve({ requests: latencies.length, milliseconds, p50, p99, broken })
    }
    const begin = () => {
      begun = performance.now()
      onBegin()
    }
    const timers = [
      setTimeout(begin, plan.lead),
      setTimeout(() => {
        overdue = true
        if (latencies.length > 0) finish()
      }, plan.lead + plan.length),
      setInterval(() => {
        if (performance.now() - lastAnswer > plan.silence) finish('It does not answer.')
      }, plan.silence / 4),
    ]
    for (let index = 0; index < plan.connections; index++) {
      // Each connection begins somewhere else, so that they do not all ask for the same thing at once.
      const first = Math.floor((index * plan.shots.length) / plan.connections)
      const count = (latency: number) => {
        lastAnswer = performance.now()
        if (begun === undefined) return
        latencies.push(latency)
        if (overdue || latencies.length >= plan.most) finish()
      }
      sockets.push(openConnection(plan, first, count, finish))
    }
  })
}

function openConnection(
  { port, shots }: LoadPlan,
  first: number,
  count: (latency: number) => void,
  fail: (why: string) => void,
): Socket {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  let next = first
  let shot: Shot | undefined
  let sentAt = 0
  let pending: Buffer | undefined
  const send = () => {
    shot = shots[next++ % shots.length]
    if (shot === undefined) return fail('There is nothing to send.')
    sentAt = performance.now()
    socket.write(shot.bytes)
  }
  socket.on('connect', send)
  socket.on('data', (chunk: Buffer) => {
    const bytes = pending === undefined ? chunk : Buffer.concat([pending, chunk])
    try {
      const answer = readAnswer(bytes)
      if (answer === undefined) {
        pending = bytes
        return
      }
      pending = undefined
      if (answer.end !== bytes.length) return fail('It sent more than one answer to a request.')
      if (answer.status !== shot?.status) return fail(`It answered ${answer.status} where ${shot?.status} is right.`)
      if (answer.bodyLength !== shot.bodyLength) {
        return fail(`It answered with ${answer.bodyLength} bytes where ${shot.bodyLength} are right.`)
      }
      if (answer.closes) return fail('It does not keep connections open.')
    } catch (error) {
      return fail(`It sent ${error instanceof Error ? error.message : String(error)}.`)
    }
    count(performance.now() - sentAt)
    if (!socket.destroyed) send()
  })
  socket.on('error', error => fail(`The connection broke: ${error.message}.`))
  socket.on('close', () => fail('It closed a connection.'))
  return socket
}
