import { Buffer, isUtf8 } from 'node:buffer'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { Fault, type FaultPlace } from '../core/fault.ts'
import { lineStarts, type Source } from './position.ts'

/** The largest file that is read. The largest contract known to us has 78 MB with every reference copied in, 14 without. */
export const largestFile = 64 * 1024 * 1024

/**
 * Reads a file that should hold JSON or YAML. Whatever is not a regular file is refused before a byte is read: a FIFO
 * would wait for ever, a device would never end.
 *
 * @throws Fault `file-unreadable`, `contract-malformed`
 */
export async function readSource(file: string): Promise<Source> {
  let handle: FileHandle
  try {
    // Without O_NONBLOCK opening a FIFO waits until somebody writes to it; Windows has neither.
    handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    throw unreadable(file, cause)
  }
  try {
    const status = await handle.stat()
    if (!status.isFile()) throw notAFile(file, status.isDirectory() ? 'is a folder' : 'is not a regular file')
    if (status.size > largestFile) throw tooLarge(file)
    return decodeSource(file, await readUpTo(handle, status.size, file))
  } catch (cause) {
    throw cause instanceof Fault ? cause : unreadable(file, cause)
  } finally {
    await handle.close()
  }
}

async function readUpTo(handle: FileHandle, expected: number, file: string): Promise<Uint8Array> {
  // One byte more than the size tells whether the file grew meanwhile.
  let buffer = Buffer.allocUnsafe(expected + 1)
  let length = 0
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length)
    if (bytesRead === 0) return buffer.subarray(0, length)
    length += bytesRead
    if (length > largestFile) throw tooLarge(file)
    if (length === buffer.length) buffer = Buffer.concat([buffer], length * 2)
  }
}

/**
 * The text of a file's bytes: UTF-8 and nothing else, without byte order mark.
 *
 * @throws Fault `contract-malformed` with line and column where there is one
 */
export function decodeSource(file: string, bytes: Uint8Array): Source {
  if (bytes.length > largestFile) throw tooLarge(file)
  const [first, second] = bytes
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  // RFC 4627 section 3: JSON and YAML begin with ASCII, so a NUL among the first two bytes is UTF-16 without a mark.
  const unmarked = bytes.length > 1 && (first === 0) !== (second === 0) && !isBinaryStart(bytes)
  if (marked || unmarked) {
    throw malformed('The file is UTF-16, not UTF-8.', { file, line: 1, column: 1 }, 'Save it as UTF-8.')
  }
  if (!isUtf8(bytes)) {
    const place = placeOfOffset(file, bytes.subarray(0, firstInvalid(bytes)))
    throw malformed('The file is not valid UTF-8.', place, 'Save it as UTF-8; if it is not text, name another file.')
  }
  return checkText(file, new TextDecoder('utf-8').decode(bytes))
}

/**
 * What every text must pass, wherever it came from: not empty, no NUL, no byte order mark at its start.
 *
 * @throws Fault `contract-malformed`
 */
export function checkText(file: string, raw: string): Source {
  const text = raw.startsWith('\uFEFF') ? raw.slice(1) : raw
  if (text.trim() === '') throw malformed('The file is empty.', { file }, 'Name a file that holds JSON or YAML.')
  const nul = text.indexOf('\0')
  if (nul >= 0) {
    const starts = lineStarts(text.slice(0, nul))
    const place = { file, line: starts.length, column: nul - (starts.at(-1) ?? 0) + 1 }
    throw malformed(
      'The file holds a NUL character.',
      place,
      'A contract is text: name a file of JSON or YAML in UTF-8.',
    )
  }
  return { file, text }
}

function isBinaryStart(bytes: Uint8Array): boolean {
  // UTF-16 text has its NULs on one side only, as far as it is ASCII.
  const sample = bytes.subarray(0, 64)
  const even = sample.filter((byte, index) => index % 2 === 0 && byte === 0).length
  const odd = sample.filter((byte, index) => index % 2 === 1 && byte === 0).length
  return Math.min(even, odd) > 0 || Math.max(even, odd) < sample.length / 4
}

/** The offset of the first byte that is not part of valid UTF-8, found by halving: every valid prefix is shorter. */
function firstInvalid(bytes: Uint8Array): number {
  let low = 0
  let high = bytes.length
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (isUtf8(bytes.subarray(0, wholeCharacters(bytes, middle)))) low = middle
    else high = middle - 1
  }
  return wholeCharacters(bytes, low)
}

/** The largest offset up to `end` that does not cut a character in two. */
function wholeCharacters(bytes: Uint8Array, end: number): number {
  let at = end
  while (at > 0 && end - at < 3 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--
  return at
}

function placeOfOffset(file: string, before: Uint8Array): FaultPlace {
  const text = new TextDecoder('utf-8').decode(before)
  const starts = lineStarts(text)
  return { file, line: starts.length, column: text.length - (starts.at(-1) ?? 0) + 1 }
}

function malformed(message: string, place: FaultPlace, hint: string): Fault {
  return new Fault('contract-malformed', message, { place, hint })
}

function tooLarge(file: string): Fault {
  const hint = 'Split it, or leave out examples and descriptions.'
  return new Fault('contract-malformed', 'The file is larger than 64 MB.', { place: { file }, hint })
}

function notAFile(file: string, what: string): Fault {
  return new Fault('file-unreadable', `${file} ${what}.`, { place: { file }, hint: 'Name a file of JSON or YAML.' })
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  EISDIR: 'is a folder',
  ENOTDIR: 'does not exist: a part of its path is not a folder',
  ELOOP: 'is a link that leads in a circle',
  ENAMETOOLONG: 'does not exist: its name is too long',
  ENXIO: 'is not a regular file',
}

function unreadable(file: string, cause: unknown): Fault {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const reason = reasons[code] ?? `cannot be read (${code || 'unknown reason'})`
  return new Fault('file-unreadable', `${file} ${reason}.`, { hint: 'Check the path.', place: { file }, cause })
}
