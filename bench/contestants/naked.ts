import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerTo, type Prepared } from '../harness/parts.ts'
import { takeSeat } from './seat.ts'

/**
 * The API itself on plain `node:http`, with answers made beforehand: as fast as a Node API can be, so that what is
 * measured is what stands in front of it. One copy serves behind the proxies; another one is a contestant, with
 * nothing in front.
 */
const server = createServer((request, response) => {
  const { method = 'GET', url = '/' } = request
  if (method !== 'POST') return reply(response, answerTo(method, url, undefined))
  readText(request, text => reply(response, answerTo(method, url, text)))
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  // A server that listens on a TCP port has an address with a port.
  const { port } = server.address() as AddressInfo
  takeSeat(port)
})

function readText(request: IncomingMessage, done: (text: string) => void): void {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => {
    text += chunk
    if (text.length > 65_536) request.destroy()
  })
  request.on('end', () => done(text))
}

function reply(response: ServerResponse, { status, body }: Prepared): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length })
  response.end(body)
}
