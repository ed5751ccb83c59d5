import type { IncomingMessage, OutgoingMessage } from 'node:http'

export type ReadBody = { readonly body: Buffer | undefined } | { readonly failed: 'too-large' | 'aborted' }

const noBody: ReadBody = { body: undefined }
const tooLarge: ReadBody = { failed: 'too-large' }

/**
 * Ends a message with a body. Node joins header and body into one write only when both are text, and one write is
 * cheaper than a gathered one; Latin-1 maps each byte to one character and back.
 */
export function endWith(message: OutgoingMessage, body: Buffer | undefined): void {
  if (body === undefined) message.end()
  else if (body.length > smallBody) message.end(body)
  else message.end(body.toString('latin1'), 'latin1')
}

const smallBody = 16 * 1024

/** True when the request announces a body (RFC 9112 section 6.3). */
export function announcesBody(request: IncomingMessage): boolean {
  const { headers } = request
  if (headers['transfer-encoding'] !== undefined) return true
  const length = headers['content-length']
  return length !== undefined && length !== '0'
}

/** True when the announced length alone is over the cap: not one byte of it has to be taken. */
export function announcesTooMuch(request: IncomingMessage, cap: number): boolean {
  const length = request.headers['content-length']
  return length !== undefined && Number(length) > cap
}

/** Collects the body up to a cap in bytes; at once, without a promise, where there is none. */
export function readBody(request: IncomingMessage, cap: number): ReadBody | Promise<ReadBody> {
  if (!announcesBody(request)) return noBody
  if (announcesTooMuch(request, cap)) return tooLarge
  return new Promise(resolve => {
    let first: Buffer | undefined
    let chunks: Buffer[] | undefined
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > cap) {
        request.pause()
        resolve(tooLarge)
      } else if (first === undefined) {
        first = chunk
      } else {
        chunks ??= [first]
        chunks.push(chunk)
      }
    })
    request.on('end', () => resolve({ body: chunks === undefined ? first : Buffer.concat(chunks, length) }))
    request.on('error', () => resolve({ failed: 'aborted' }))
    request.on('close', () => resolve({ failed: 'aborted' }))
  })
}
