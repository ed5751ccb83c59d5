import { writeFile } from 'node:fs/promises'
import { Fault } from '../core/fault.ts'

/** Where a command writes: results to `out`, progress and prose to `err`, so that output can be piped. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** Colour for results and for prose; off for pipes, in CI and with NO_COLOR (no-color.org). */
  readonly colour: { readonly out: boolean; readonly err: boolean }
  /** True when progress may be redrawn in place. */
  readonly interactive: boolean
  readonly width: number
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
}

export function processTerminal(signal: AbortSignal): Terminal {
  const { stdout, stderr, env } = process
  // A reader that went away (`rugged audit … | head`) is no error of ours.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined)
  const plain = (env['NO_COLOR'] ?? '') !== '' || env['CI'] !== undefined || env['TERM'] === 'dumb'
  return {
    out: text => void stdout.write(text),
    err: text => void stderr.write(text),
    colour: { out: stdout.isTTY === true && !plain, err: stderr.isTTY === true && !plain },
    interactive: stderr.isTTY === true && !plain,
    width: Math.max(60, Math.min(stdout.columns ?? 100, 140)),
    signal,
  }
}

/** Writes a result to the file the user named, or to standard output. */
export async function deliver(text: string, file: string | undefined, terminal: Terminal): Promise<void> {
  if (file === undefined) {
    terminal.out(text)
    return
  }
  try {
    await writeFile(file, text)
  } catch (cause) {
    throw new Fault('file-unwritable', `Cannot write ${file}.`, {
      hint: 'Check the folder and its permissions.',
      cause,
    })
  }
}
