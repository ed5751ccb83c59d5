import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { canonicalAddress, clientNetwork, parseAddress } from '../core/address.ts'

/** Where a request comes from; `network` is what limits count. */
export interface Origin {
  readonly address: string
  readonly network: string
}

// A connection's peer never changes, and parsing an address costs more than looking it up.
const peers = new WeakMap<Socket, Origin>()

/** The address at the other end of the connection. */
export function peerOf(socket: Socket): Origin {
  const known = peers.get(socket)
  if (known !== undefined) return known
  const origin = originOf(socket.remoteAddress ?? '')
  peers.set(socket, origin)
  return origin
}

/**
 * Who is really calling, behind a known number of proxies that each append to `X-Forwarded-For`. Entries further left
 * were written by the client and count for nothing; a list that is too short or not made of addresses gives the peer.
 */
export function clientOf(request: IncomingMessage, trustedHops: number): Origin {
  const peer = peerOf(request.socket)
  if (trustedHops === 0) return peer
  const chain = forwardedFor(request)
  const entry = chain[chain.length - trustedHops]
  const address = entry === undefined ? undefined : parseAddress(withoutPort(entry))
  return address === undefined || entry === undefined ? peer : originOf(withoutPort(entry))
}

/** The entries of `X-Forwarded-For`, client first; Node has joined repeated lines in order. */
export function forwardedFor(request: IncomingMessage): readonly string[] {
  const header = request.headers['x-forwarded-for']
  const text = Array.isArray(header) ? header.join(',') : header
  return text === undefined ? [] : text.split(',').map(entry => entry.trim())
}

function withoutPort(entry: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(entry)?.[1]
  if (bracketed !== undefined) return bracketed
  return /^[\d.]+:\d+$/.test(entry) ? entry.slice(0, entry.indexOf(':')) : entry
}

function originOf(text: string): Origin {
  const address = canonicalAddress(text)
  return { address, network: clientNetwork(address) }
}
