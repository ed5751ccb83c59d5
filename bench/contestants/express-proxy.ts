import { Agent, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import express, { type Response } from 'express'
import { middleware } from 'express-openapi-validator'
import { createProxyMiddleware, fixRequestBody } from 'http-proxy-middleware'
import { contractFile, takeSeat, upstreamUrl } from './seat.ts'

/**
 * Express with `express-openapi-validator` and `http-proxy-middleware`: routing and validation by the same contract.
 * It does NOT limit rates, write events, or refuse duplicate JSON keys.
 *
 * @param validateResponses The validator sees an answer only where the application gives it as a value (`res.json`),
 *   so a proxy that uses it has to collect, parse and write the answer again. Without it, answers are streamed.
 */
export function startExpress(validateResponses: boolean): void {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(express.json())
  app.use(
    middleware({
      apiSpec: fileURLToPath(contractFile),
      validateRequests: true,
      validateResponses,
      validateSecurity: false,
    }),
  )
  app.use(
    createProxyMiddleware({
      target: upstreamUrl(),
      agent: new Agent({ keepAlive: true, maxSockets: 256, scheduling: 'lifo' }),
      selfHandleResponse: validateResponses,
      on: {
        proxyReq: fixRequestBody,
        ...(validateResponses ? { proxyRes: (answer, _, response) => giveAsValue(answer, response) } : {}),
      },
    }),
  )
  app.use((error: unknown, _request: unknown, response: Response, _next: unknown) => {
    // The validator's errors carry the status that they stand for.
    const status = (error as { readonly status?: number }).status ?? 500
    response.status(status).json({ title: 'The message does not fit the contract', status })
  })
  const server = app.listen(0, '127.0.0.1', () => {
    // A server that listens on a TCP port has an address with a port.
    takeSeat((server.address() as AddressInfo).port)
  })
  server.keepAliveTimeout = 60_000
}

function giveAsValue(answer: IncomingMessage, response: Response): void {
  const chunks: Buffer[] = []
  answer.on('data', (chunk: Buffer) => chunks.push(chunk))
  answer.on('end', () => {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString())
    try {
      response.status(answer.statusCode ?? 502).json(value)
    } catch {
      response.status(502).end()
    }
  })
}
