import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('../../bin/rugged.js', import.meta.url))

export interface Ended {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

/** Starts the real command, as a user would. */
export function startRugged(argv: readonly string[], cwd?: string): ChildProcess {
  return spawn(process.execPath, [entry, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', RUGGED_DEBUG: '' },
    ...(cwd === undefined ? {} : { cwd }),
  })
}

/** Runs it to its end. */
export function rugged(argv: readonly string[], cwd?: string): Promise<Ended> {
  return ended(startRugged(argv, cwd))
}

export function ended(child: ChildProcess): Promise<Ended> {
  let out = ''
  let err = ''
  child.stdout?.on('data', chunk => (out += chunk))
  child.stderr?.on('data', chunk => (err += chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', status => resolve({ status, out, err }))
  })
}
