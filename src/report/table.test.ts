import { describe, expect, it } from 'vitest'
import { renderTable } from './table.ts'

const columns = [{ title: 'breach' }, { title: 'rows', align: 'right' }, { title: 'note', most: 12 }] as const

describe('renderTable', () => {
  it('aligns by columns of the terminal and leaves no blanks at the end of a line', () => {
    const rows = [
      ['日本語', '7', 'short'],
      ['a', '1024', 'goes on in the next line'],
      ['b', '', ''],
    ]
    expect(renderTable(columns, rows)).toBe(
      [
        'breach  rows  note',
        '日本語     7  short',
        'a       1024  goes on in',
        '              the next',
        '              line',
        'b',
        '',
      ].join('\n'),
    )
  })

  it('colours only when asked, and does not let colour shift a column', () => {
    const rows = [[{ text: 'x', style: 'bad' }, { text: '1', style: 'good' }, 'y']] as const
    const coloured = renderTable(columns, rows, { colour: true })
    expect(coloured).toContain('\u001b[1;31mx\u001b[0m')
    const plain = renderTable(columns, rows)
    expect(plain).not.toContain('\u001b')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: takes away the colour that was just asserted
    expect(coloured.replace(/\u001b\[[\d;]*m/g, '')).toBe(plain)
  })

  it('indents, and fills in cells that are missing', () => {
    expect(renderTable([{ title: 'a' }, { title: 'b' }], [['1']], { indent: 2 })).toBe('  a  b\n  1\n')
  })

  it('makes control characters visible', () => {
    expect(renderTable([{ title: 'a' }], [['\u001b[2Jx\ny']], { colour: true })).toContain('\\e[2Jx\\ny')
  })
})
