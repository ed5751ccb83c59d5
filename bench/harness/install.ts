import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Fault } from '../../src/core/fault.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))

/**
 * Installs the peers at their first use: they are packages of the bench alone, from a lock file of its own.
 *
 * @throws Fault `incomplete`
 */
export async function installPeers(signal: AbortSignal, progress: (line: string) => void): Promise<void> {
  // npm writes this file when it is done, so an installation that was broken off is begun again.
  if (existsSync(new URL('../node_modules/.package-lock.json', import.meta.url))) return
  progress('Installing the peers into bench/node_modules …')
  const code = await new Promise<number | null>((resolve, reject) => {
    const args = ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error']
    // On Windows npm is a command file, which only a shell starts; every argument here is our own.
    const child = spawn('npm', args, { stdio: ['ignore', 2, 2], signal, shell: process.platform === 'win32' })
    child.on('error', reject)
    child.on('exit', resolve)
  }).catch((cause: unknown) => {
    if (signal.aborted) throw cause
    return null
  })
  if (code === 0) return
  throw new Fault('incomplete', 'The peers could not be installed.', {
    hint: 'Run npm ci --prefix bench and see what it says.',
  })
}
