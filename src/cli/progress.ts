import type { ScanProgress } from '../app/run-scan.ts'
import type { Terminal } from './terminal.ts'

/** One line that is redrawn on a terminal, and one line every few seconds where it cannot be. */
export interface Progress<Report> {
  show(report: Report): void
  end(): void
}

/** Milliseconds between two lines. */
const pace = { redrawn: 100, printed: 5_000 }

export function scanProgress(terminal: Terminal): Progress<ScanProgress> {
  return pacedLine(terminal, ({ phase, operation, probe, requests, findings, left }) => {
    const what = [probe, operation].filter(part => part !== undefined).join(' · ')
    return `${phase} ${what} · ${requests} requests · ${findings} findings · at most ${Math.ceil(left / 1_000)} s left`
  })
}

export function stepProgress(terminal: Terminal): Progress<string> {
  return pacedLine(terminal, step => step)
}

function pacedLine<Report>(terminal: Terminal, describe: (report: Report) => string): Progress<Report> {
  let last = Date.now()
  let drawn = false
  return {
    show(report) {
      const now = Date.now()
      if (now - last < (terminal.interactive ? pace.redrawn : pace.printed)) return
      last = now
      const line = describe(report).slice(0, terminal.width - 1)
      terminal.err(terminal.interactive ? `\r\u001b[2K${line}` : `${line}\n`)
      drawn = terminal.interactive
    },
    end() {
      if (drawn) terminal.err('\r\u001b[2K')
    },
  }
}
