import { printable } from './printable.ts'
import { painter, type Style } from './style.ts'
import { displayWidth, padTo, wrap } from './width.ts'

/** A text, or one with a meaning that shows where colour is allowed. */
export type Cell = string | { readonly text: string; readonly style: Style }

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** Longer text goes on in the next line. */
  readonly most?: number
}

export interface TableOptions {
  readonly colour?: boolean
  /** Blanks before each line. */
  readonly indent?: number
}

/**
 * An aligned table without ruled lines, ending with a line break. Cells that are missing are empty; control characters
 * in cells are made visible.
 *
 * @example renderTable([{ title: 'id' }, { title: 'n', align: 'right' }], [['a', '1'], ['b', { text: '22', style: 'bad' }]])
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions = {},
): string {
  const paint = painter(options.colour === true)
  const header = columns.map(({ title }) => ({ text: title, style: 'strong' as const }))
  const laid = [header, ...rows].map(row => columns.map((column, index) => layCell(row[index] ?? '', column)))
  const widths = columns.map((_, index) => {
    return Math.max(...laid.map(row => Math.max(0, ...(row[index]?.lines ?? []).map(displayWidth))))
  })
  const indent = ' '.repeat(options.indent ?? 0)
  const lines = laid.flatMap(row => {
    const height = Math.max(1, ...row.map(({ lines }) => lines.length))
    return Array.from({ length: height }, (_, line) => {
      const cells = row.map((cell, index) => {
        const padded = padTo(cell.lines[line] ?? '', widths[index] ?? 0, columns[index]?.align)
        return { padded, style: cell.style }
      })
      return indent + joinCells(cells, paint)
    })
  })
  return lines.map(line => `${line}\n`).join('')
}

interface LaidCell {
  readonly lines: readonly string[]
  readonly style: Style | undefined
}

function layCell(cell: Cell, { most }: Column): LaidCell {
  const text = printable(typeof cell === 'string' ? cell : cell.text)
  return {
    lines: most === undefined ? [text] : wrap(text, Math.max(2, most)),
    style: typeof cell === 'string' ? undefined : cell.style,
  }
}

/** Blanks stay outside the colour, and none are left at the end of a line. */
function joinCells(
  cells: readonly { readonly padded: string; readonly style: Style | undefined }[],
  paint: ReturnType<typeof painter>,
): string {
  const last = cells.findLastIndex(({ padded }) => padded.trim() !== '')
  return cells
    .slice(0, last + 1)
    .map(({ padded, style }, index) => {
      const shown = index === last ? padded.trimEnd() : padded
      if (style === undefined) return shown
      const text = shown.trim()
      const before = shown.indexOf(text)
      return `${shown.slice(0, before)}${paint(style, text)}${shown.slice(before + text.length)}`
    })
    .join('  ')
}
