import { createWriteStream, type WriteStream } from 'node:fs'
import { Fault } from '../core/fault.ts'
import type { ApiEvent } from '../risk/event.ts'

/** Bytes that may wait for a slow disk before events are counted instead of kept. */
const most = 8 * 1024 * 1024

/** Where events go as JSON lines. A disk that is full or slow never holds a request up: what is lost is counted. */
export interface EventLog {
  write(event: ApiEvent): void
  close(): Promise<void>
}

/**
 * Appends events to a file.
 * @param complain is told once when events begin to be lost, and at the end how many were
 * @throws Fault `file-unwritable` when the file cannot be opened
 */
export async function openEventLog(file: string, complain: (message: string) => void): Promise<EventLog> {
  const stream = createWriteStream(file, { flags: 'a' })
  await opened(stream, file)
  let lost = 0
  let broken = false
  const lose = (why: string) => {
    if (lost === 0) complain(`events are being lost: ${why}; requests go on as before`)
    lost++
  }
  stream.on('error', error => {
    broken = true
    lose(error.message)
  })
  return {
    write(event) {
      if (broken) lose('the file cannot be written')
      else if (stream.writableLength > most) lose('the disk is too slow')
      else stream.write(`${JSON.stringify(event)}\n`)
    },
    async close() {
      if (!broken) await new Promise<void>(resolve => stream.end(() => resolve()))
      if (lost > 0) complain(`${lost} events were lost`)
    },
  }
}

function opened(stream: WriteStream, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('open', () => {
      stream.removeAllListeners('error')
      resolve()
    })
    stream.once('error', cause =>
      reject(
        new Fault('file-unwritable', `Cannot write events to ${file}.`, {
          hint: 'Check the folder and its permissions.',
          cause,
        }),
      ),
    )
  })
}
