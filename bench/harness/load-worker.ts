import { type LoadResult, runLoad, type Shot } from './load.ts'
import { traffic } from './parts.ts'

export interface LoadOrder {
  readonly port: number
  readonly connections: number
  readonly lead: number
  readonly length: number
  readonly most: number
}

export type LoadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'begun' }
  | { readonly kind: 'done'; readonly result: LoadResult }

const longestSilence = 10_000

/** The load as a process of its own: its work is counted to nobody. */
if (process.send === undefined) throw new Error('The load is started by the bench: node bench/guard.ts')
const tell = (message: LoadMessage) => void process.send?.(message)

process.on('message', message => {
  // Only the bench has the other end of this channel.
  const order = message as LoadOrder
  const shots = shotsAt(order.port)
  void runLoad({ ...order, shots, silence: longestSilence }, () => tell({ kind: 'begun' })).then(result =>
    tell({ kind: 'done', result }),
  )
})
process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)
tell({ kind: 'ready' })

function shotsAt(port: number): readonly Shot[] {
  return traffic().map(({ method, path, body, status, answer }) => {
    const lines = [`${method} ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`, 'accept: application/json']
    if (body !== undefined) lines.push('content-type: application/json', `content-length: ${Buffer.byteLength(body)}`)
    const bytes = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`)
    return { bytes, status, bodyLength: Buffer.byteLength(JSON.stringify(answer)) }
  })
}
