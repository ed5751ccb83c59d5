import { Agent, createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { takeSeat, upstreamUrl } from './seat.ts'

/**
 * The least that a reverse proxy on `node:http` can be: it copies both directions. It checks nothing at all, counts
 * nothing and writes nothing down; it shows what transport alone costs.
 */
const { hostname, port } = new URL(upstreamUrl())
const agent = new Agent({ keepAlive: true, maxSockets: 256, scheduling: 'lifo' })

const server = createServer((request, response) => {
  const { method, url, headers } = request
  const sent = send({ agent, hostname, port, method, path: url, headers }, answer => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  sent.on('error', () => response.writeHead(502).end())
  if (method === 'GET') sent.end()
  else request.pipe(sent)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  // A server that listens on a TCP port has an address with a port.
  takeSeat((server.address() as AddressInfo).port)
})
