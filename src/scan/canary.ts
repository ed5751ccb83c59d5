import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** One address of ours that nobody can know but by having been told. */
export interface Lure {
  /** The path and nothing else, so that the host can be spelled in any way. */
  readonly path: string
  /** What whoever fetches it is given; it stands in no URL, so it cannot be an echo. */
  readonly secret: string
  /** Where a redirecting lure sends those who come. */
  readonly next?: Lure
}

/**
 * A server on loopback that notices who comes. An API that was told one of its addresses and comes has been sent to
 * where it should never go; one that only stored the address has not.
 */
export class Canary {
  readonly #server: Server
  readonly #lures = new Map<string, Lure>()
  readonly #visits = new Map<string, string>()
  readonly port: number

  private constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
    server.on('request', (request, response) => this.#answer(request, response))
  }

  static async start(): Promise<Canary> {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    return new Canary(server, typeof address === 'object' && address !== null ? address.port : 0)
  }

  /** A new address; with `redirects` it answers 302 to another one, which is watched as well. */
  lure(redirects = false): Lure {
    const next = redirects ? { next: this.lure() } : {}
    const lure = {
      path: `/${randomBytes(12).toString('hex')}`,
      secret: `rugged-${randomBytes(12).toString('hex')}`,
      ...next,
    }
    this.#lures.set(lure.path, lure)
    return lure
  }

  /** The method with which somebody came, or undefined. */
  visit(lure: Lure): string | undefined {
    return this.#visits.get(lure.path)
  }

  /** Waits for a visit: some APIs answer first and fetch later. @param timeout milliseconds */
  async waitFor(lure: Lure, timeout: number): Promise<string | undefined> {
    for (let waited = 0; waited < timeout && this.visit(lure) === undefined; waited += 25) await sleep(25)
    return this.visit(lure)
  }

  close(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise(resolve => this.#server.close(() => resolve()))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/'
    const lure = this.#lures.get(path)
    request.resume()
    if (lure === undefined) {
      response.writeHead(404, { 'content-length': '0' }).end()
      return
    }
    if (!this.#visits.has(path)) this.#visits.set(path, request.method ?? 'GET')
    if (lure.next !== undefined) {
      const location = `http://127.0.0.1:${this.port}${lure.next.path}`
      response.writeHead(302, { location, 'content-length': '0' }).end()
      return
    }
    // Not in the title: an API that shows a page's title does what it is for, one that shows its text passes it on.
    const page = `<!doctype html><html><head><title>Canary</title></head><body><p>${lure.secret}</p></body></html>`
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
  }
}
