/**
 * The network as this server sees it. Every address leads to a loopback port or nowhere: the lab never opens a
 * connection to another machine, whatever URL it is given.
 */

import { type IncomingHttpHeaders, request } from 'node:http'
import type { Neighbours } from './neighbours.ts'

export interface Outgoing {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  /** Sent as JSON. */
  readonly body?: unknown
}

export interface Fetched {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Network {
  /** The answer, or undefined where there is no route or nobody answers. Never follows a redirect. */
  fetch(outgoing: Outgoing): Promise<Fetched | undefined>
}

const timeout = 2_000
const largestAnswer = 64 * 1024

/** Where `url` leads: a port of 127.0.0.1, or undefined for everything that the lab does not know. */
export function routeOf(url: URL, ports: Neighbours['ports']): number | undefined {
  // The WHATWG parser has already turned every spelling of an IPv4 address into four decimals; a final dot in a name
  // only says that it is absolute.
  const host = url.hostname.replace(/\.$/, '')
  if (url.protocol === 'http:' && (host === '127.0.0.1' || host === 'localhost')) return Number(url.port || 80)
  // TLS ends in the lab's network: an https URL of a neighbour is carried over the same loopback port in the clear.
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.port !== '') return undefined
  switch (host) {
    case '169.254.169.254':
    case '[::ffff:a9fe:a9fe]':
    // A public name whose address record says 169.254.169.254.
    case 'metadata.lab.example':
      return ports.metadata
    case 'files.partner.example':
    case 'hooks.partner.example':
      return ports.partner
    case 'go.attacker.example':
      return ports.attacker
    default:
      return undefined
  }
}

/** A network with these neighbours. */
export function openNetwork(ports: Neighbours['ports']): Network {
  return {
    fetch(outgoing) {
      const port = routeOf(outgoing.url, ports)
      return port === undefined ? Promise.resolve(undefined) : exchange(port, outgoing)
    },
  }
}

function exchange(port: number, { url, method, body }: Outgoing): Promise<Fetched | undefined> {
  const content = body === undefined ? undefined : JSON.stringify(body)
  const type = content === undefined ? {} : { 'content-type': 'application/json' }
  return new Promise(resolve => {
    const headers = { host: url.host, connection: 'close', ...type }
    const path = `${url.pathname}${url.search}`
    const signal = AbortSignal.timeout(timeout)
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: false, signal })
    outgoing.on('socket', socket =>
      socket.once('connect', () => {
        if (socket.remoteAddress !== '127.0.0.1') socket.destroy(new Error('The lab left loopback: fix network.ts.'))
      }),
    )
    outgoing.once('error', () => resolve(undefined))
    outgoing.once('response', incoming => {
      const chunks: Buffer[] = []
      let size = 0
      const finish = () => {
        const text = Buffer.concat(chunks).toString('utf8').slice(0, largestAnswer)
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text })
        outgoing.destroy()
      }
      incoming.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        size += chunk.length
        if (size > largestAnswer) finish()
      })
      incoming.once('end', finish)
      incoming.once('error', () => resolve(undefined))
    })
    outgoing.end(content)
  })
}
