/**
 * What the bench uses of its peers, and no more: they are installed by the first run of the bench, so that the types
 * of this repository can be checked without them. An ambient module goes before an installed one.
 */

declare module 'fastify' {
  import type { IncomingHttpHeaders } from 'node:http'
  import type { AddressInfo } from 'node:net'

  interface Request {
    readonly body: unknown
    readonly headers: IncomingHttpHeaders
  }
  interface Reply {
    from(path?: string): Reply
  }
  interface Route {
    readonly method: string
    readonly url: string
    readonly schema: Readonly<Record<string, unknown>>
    handler(request: Request, reply: Reply): unknown
  }
  interface Instance {
    register(plugin: unknown, options: unknown): Instance
    setValidatorCompiler(
      compile: (route: { readonly schema: unknown; readonly httpPart?: string }) => unknown,
    ): Instance
    route(route: Route): Instance
    listen(options: { readonly host: string; readonly port: number }): Promise<string>
    addresses(): AddressInfo[]
  }
  export function fastify(options: { readonly logger: boolean; readonly disableRequestLogging?: boolean }): Instance
}

declare module '@fastify/reply-from' {
  export const fastifyReplyFrom: unknown
}

declare module 'express' {
  import type { IncomingMessage, Server, ServerResponse } from 'node:http'

  export interface Request extends IncomingMessage {
    body: unknown
  }
  export interface Response extends ServerResponse {
    status(code: number): Response
    json(value: unknown): Response
  }
  export type Next = (error?: unknown) => void
  export type Handler = (request: Request, response: Response, next: Next) => void
  export type ErrorHandler = (error: unknown, request: Request, response: Response, next: Next) => void
  interface Application {
    disable(setting: string): Application
    use(...handlers: readonly (Handler | ErrorHandler | readonly Handler[])[]): Application
    listen(port: number, host: string, ready: () => void): Server
  }
  const express: { (): Application; json(options?: { readonly limit?: string }): Handler }

  // biome-ignore lint/style/noDefaultExport: it is theirs, and they have no other
  export { express as default }
}

declare module 'express-openapi-validator' {
  import type { Handler } from 'express'

  interface Options {
    readonly apiSpec: string
    readonly validateRequests: boolean | Readonly<Record<string, unknown>>
    readonly validateResponses: boolean | Readonly<Record<string, unknown>>
    readonly validateSecurity: boolean
  }
  export function middleware(options: Options): Handler[]
}

declare module 'http-proxy-middleware' {
  import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
  import type { Handler, Request, Response } from 'express'

  interface Options {
    readonly target: string
    readonly agent: Agent
    readonly selfHandleResponse?: boolean
    readonly on: {
      readonly proxyReq: (sent: ClientRequest, request: Request) => void
      readonly proxyRes?: (answer: IncomingMessage, request: Request, response: Response) => void
    }
  }
  export function createProxyMiddleware(options: Options): Handler
  export function fixRequestBody(sent: ClientRequest, request: Request): void
}
