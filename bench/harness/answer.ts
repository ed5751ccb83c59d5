/** One HTTP/1.1 answer as the load needs it. `end` is the offset of the first byte behind it. */
export interface AnswerLine {
  readonly status: number
  readonly bodyLength: number
  readonly end: number
  readonly closes: boolean
}

const headEnd = Buffer.from('\r\n\r\n')
const newLine = Buffer.from('\r\n')

/**
 * Reads an answer from the bytes that came so far; undefined while it is not whole. Much less than a client, so that
 * the load takes little from the machine that it shares with whom it measures.
 *
 * @throws Error when the bytes are no answer of HTTP/1.1 with a known length
 */
export function readAnswer(bytes: Buffer): AnswerLine | undefined {
  const head = bytes.indexOf(headEnd)
  if (head === -1) {
    if (bytes.length > 65_536) throw new Error('a head without end')
    return undefined
  }
  const lines = bytes.toString('latin1', 0, head).toLowerCase()
  const status = Number(lines.slice(9, 12))
  if (!lines.startsWith('http/1.1 ') || !(status >= 200 && status <= 599)) throw new Error('no answer of HTTP/1.1')
  const closes = lines.includes('\r\nconnection: close')
  const start = head + headEnd.length
  const at = lines.indexOf('\r\ncontent-length: ')
  if (at !== -1) {
    const bodyLength = Number.parseInt(lines.slice(at + 18), 10)
    const end = start + bodyLength
    return end <= bytes.length ? { status, bodyLength, end, closes } : undefined
  }
  if (lines.includes('\r\ntransfer-encoding: chunked')) return readChunks(bytes, start, status, closes)
  throw new Error('an answer without a length')
}

function readChunks(bytes: Buffer, start: number, status: number, closes: boolean): AnswerLine | undefined {
  let bodyLength = 0
  let at = start
  for (;;) {
    const line = bytes.indexOf(newLine, at)
    if (line === -1) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16)
    if (Number.isNaN(size)) throw new Error('a chunk without a size')
    at = line + newLine.length + size + newLine.length
    if (at > bytes.length) return undefined
    if (size === 0) return { status, bodyLength, end: at, closes }
    bodyLength += size
  }
}
