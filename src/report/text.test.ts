import { describe, expect, it } from 'vitest'
import { finding, proof, report } from './finding.fixture.ts'
import { renderText } from './text.ts'
import { displayWidth } from './width.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: takes colours away
const withoutColour = (text: string) => text.replace(/\u001b\[[\d;]*m/g, '')

describe('renderText', () => {
  it('shows the worst first, with place, code, message, remedy and the command that repeats it', () => {
    const lineOf = (file: string, line: number) =>
      file === 'api/openapi.yaml' && line === 42 ? '            post: {}' : undefined
    expect(
      renderText(report(), { width: 90, lineOf }),
    ).toBe(`${"critical  Access to somebody else's object".padEnd(65)}API1 probe/foreign-object
          POST /v1/orders
          B placed an order on A's account.
  repeat  curl -X POST 'http://127.0.0.1:3000/v1/orders' -d '{"from":1}'
  fix     State the owner of the account with x-rugged \`owner\`.

${'high      Object id without an access rule'.padEnd(70)}API1 rule/owner-rule
          POST /v1/orders
          api/openapi.yaml:42:13
          42 |             post: {}
             |             ^
          The order names an account, and nothing says whose account that may be.
  fix     State the owner of the account with x-rugged \`owner\`.

Not evaluated (1)
- GET /v1/orders: A second user is needed. (probe/foreign-object)

2 findings: 1 critical, 1 high. 1 could not be evaluated.
The same as data: --format json, sarif, junit, html or github.
`)
  })

  it('writes the remedy of findings of one card once', () => {
    const paths = ['/a', '/b', '/c']
    const findings = paths.map(path => finding({ operation: { method: 'GET', path } }))
    const text = renderText(report({ findings }))
    expect(text).toContain('Object id without an access rule (3)')
    expect(text.match(/^ {2}fix/gm)).toHaveLength(1)
    expect(
      renderText(report({ findings: [...findings, finding({ remedy: 'Another.' })] })).match(/^ {2}fix/gm),
    ).toHaveLength(2)
  })

  it('uses colour only when asked, and nothing else changes', () => {
    expect(renderText(report())).not.toContain('\u001b')
    const coloured = renderText(report(), { colour: true })
    expect(coloured).toContain('\u001b[1;31m')
    expect(withoutColour(coloured)).toBe(renderText(report()))
  })

  it.each([[40], [80], [100], [120], [400]])('keeps to 80–120 columns on a terminal of %i', width => {
    const long = 'A sentence that goes on and on, über 日本語 and further. '.repeat(8).trim()
    const path = `/${'segment/'.repeat(30)}`
    const findings = [finding({ message: long, remedy: long, operation: { method: 'GET', path } })]
    const lines = renderText(report({ findings }), { width, lineOf: () => 'x'.repeat(5_000) }).split('\n')
    const widest = Math.max(...lines.map(displayWidth))
    expect(widest).toBeLessThanOrEqual(Math.min(120, Math.max(80, width)))
  })

  it('does not wrap a command, so that it can be copied', () => {
    const curl = `curl 'http://127.0.0.1/${'x'.repeat(300)}'`
    expect(renderText(report({ findings: [proof({ curl })] }))).toContain(`  repeat  ${curl}\n`)
  })

  it.each([
    [13, '    "x": 1, "y"', '    "x": 1, "y"', 12],
    [5, '\t\t\t\t日本', '        日本', 8],
    [3, '日本語', '日本語', 4],
    [500, `${'a'.repeat(499)}HERE${'b'.repeat(499)}`, 'aaaaaaaaHERE', 8],
  ])('marks column %i of %j', (column, code, shown, at) => {
    const where = { file: 'a.yaml', line: 7, column, pointer: '' }
    const text = renderText(report({ findings: [finding({ where })] }), { lineOf: () => code })
    expect(text).toContain(`          7 | ${shown}`)
    expect(text).toContain(`            | ${' '.repeat(at)}^\n`)
  })

  it('says of a guess that it is one', () => {
    expect(renderText(report({ findings: [finding({ confidence: 'tentative' })] }))).toContain('A guess from names')
    expect(renderText(report())).not.toContain('A guess from names')
  })

  it('says plainly that nothing was found, and when that is not the whole truth', () => {
    expect(renderText(report({ findings: [], notEvaluated: [] }))).toBe('Nothing found.\n')
    expect(renderText(report({ findings: [] }))).toContain('Nothing found. 1 could not be evaluated.\n')
  })

  it('ends with the hint of the command', () => {
    expect(renderText(report(), { hint: 'Next: rugged fix.' }).split('\n').at(-2)).toBe('Next: rugged fix.')
  })
})
