import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Fault } from '../../src/core/fault.ts'

/** A process of the bench that talks over its own channel. `In` is what it is told, `Out` what it says. */
export class Worker<In extends object, Out extends { readonly kind: string }> {
  readonly name: string
  readonly #child: ChildProcess
  readonly #waiting = new Map<Out['kind'], { resolve: (message: never) => void; reject: (fault: Fault) => void }>()
  #complaints = ''
  #gone = false

  /** @param core Where it runs, and nowhere else; undefined leaves that to the system. */
  constructor(name: string, file: URL, args: readonly string[], core: number | undefined) {
    this.name = name
    const command = [process.execPath, fileURLToPath(file), ...args]
    const pinned = core === undefined ? command : ['taskset', '-c', String(core), ...command]
    const [program = '', ...rest] = pinned
    this.#child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], windowsHide: true })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-4_000)
    })
    this.#child.on('message', message => this.#take(message))
    this.#child.on('error', () => this.#end())
    this.#child.on('close', () => this.#end())
  }

  /** Sends nothing; waits for the next message of a kind. */
  wait<Kind extends Out['kind']>(kind: Kind, milliseconds: number): Promise<Extract<Out, { readonly kind: Kind }>> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.delete(kind)
        reject(new Fault('incomplete', `${this.name} said nothing for ${milliseconds / 1_000} seconds.`))
      }, milliseconds)
      const settle = () => {
        clearTimeout(late)
        this.#waiting.delete(kind)
      }
      this.#waiting.set(kind, {
        resolve: (message: Extract<Out, { readonly kind: Kind }>) => {
          settle()
          resolve(message)
        },
        reject: fault => {
          settle()
          reject(fault)
        },
      })
      if (this.#gone) this.#end()
    })
  }

  tell(message: In): void {
    if (!this.#gone) this.#child.send(message)
  }

  /** At once and for good; whoever waits is told that it ended. */
  stop(): Promise<void> {
    if (this.#gone) return Promise.resolve()
    return new Promise(resolve => {
      this.#child.once('close', () => resolve())
      this.#child.kill('SIGKILL')
    })
  }

  #take(message: unknown): void {
    // Only our own processes have an end of this channel.
    const known = message as Out
    // The kind names the waiter, and the waiter was made for that kind.
    this.#waiting.get(known.kind)?.resolve(known as never)
  }

  #end(): void {
    this.#gone = true
    const last = this.#complaints
      .split('\n')
      .map(line => line.trim())
      .find(line => /error|fault/i.test(line))
    const fault = new Fault('incomplete', `${this.name} ended before its time${last ? `: ${last}` : '.'}`)
    for (const { reject } of [...this.#waiting.values()]) reject(fault)
  }
}
