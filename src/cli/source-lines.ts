import { readFileSync } from 'node:fs'

/** Reads lines of files for code frames: each file once, and nothing when it cannot be read any more. */
export function sourceLines(): (file: string, line: number) => string | undefined {
  const files = new Map<string, readonly string[]>()
  return (file, line) => {
    let lines = files.get(file)
    if (lines === undefined) {
      lines = readLines(file)
      files.set(file, lines)
    }
    return lines[line - 1]
  }
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r\n|\r|\n/)
  } catch {
    // The finding stands without its frame.
    return []
  }
}
