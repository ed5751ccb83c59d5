import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finding, hostile, hostileText, proof, report } from './finding.fixture.ts'
import { formats, isFormat, render } from './format.ts'
import type { Report } from './report.ts'

// Everything but the line break that a format itself may write.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the very characters that must be gone
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/

/** What is wrong with a rendered text, one line each; the last tests below show that it can fail. */
function faults(format: string, text: string): readonly string[] {
  return [
    ...(controls.test(text) ? ['a control character is left'] : []),
    ...(text.isWellFormed() ? [] : ['a lone surrogate is left']),
    ...(text.endsWith('\n') && !text.endsWith('\n\n') ? [] : ['the last line does not end as it should']),
    ...(['html', 'junit', 'json', 'sarif'].includes(format) && text.includes('<script') ? ['a script is left'] : []),
    ...(format === 'junit' && text.includes(']]>') ? ['an end of CDATA is left'] : []),
    ...(format === 'html' && /\son\w+\s*=\s*["'][^>]*>/.test(text) ? ['an event handler is left'] : []),
    ...(format === 'github' && /^::(?:error|warning)::/m.test(text) ? ['a command was smuggled in'] : []),
  ]
}

const planted: Report = report({
  findings: [
    finding({ severity: 'low' }),
    proof(),
    finding({ where: { file: 'b.yaml', line: 1, column: 1, pointer: '' } }),
  ],
})

describe.each(formats)('format %s', format => {
  it('neutralises hostile text wherever it stands', () => {
    expect(faults(format, render(format, hostile))).toEqual([])
    expect(faults(format, render(format, hostile, { lineOf: () => hostileText }))).toEqual([])
  })

  it('neutralises any text whatever', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => {
        const one = proof({ message: text, remedy: text, curl: text, operation: { method: text, path: text } })
        const placed = finding({ where: { file: text, line: 3, column: 5, pointer: text } })
        const rendered = render(format, report({ findings: [one, placed] }), { lineOf: () => text })
        expect(rendered.replaceAll('\n', '')).not.toMatch(controls)
        expect(rendered.isWellFormed()).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('gives the same bytes whatever order the findings came in, and again', () => {
    const turned = {
      ...planted,
      findings: planted.findings.toReversed(),
      notEvaluated: planted.notEvaluated.toReversed(),
    }
    expect(render(format, turned)).toBe(render(format, planted))
    expect(render(format, planted)).toBe(render(format, planted))
  })

  it('renders a report without findings', () => {
    expect(faults(format, render(format, report({ findings: [], notEvaluated: [] })))).toEqual([])
  })
})

describe('the check for hostile text', () => {
  it.each([
    ['html', '<script>\n', 'a script is left'],
    ['html', '<a onclick="x">\n', 'an event handler is left'],
    ['junit', ']]>\n', 'an end of CDATA is left'],
    ['github', 'a\n::error::x\n', 'a command was smuggled in'],
    ['text', '\u001b[31m\n', 'a control character is left'],
    ['text', '\ud800\n', 'a lone surrogate is left'],
    ['text', 'a', 'the last line does not end as it should'],
  ])('sees in %s what %j would let through', (format, text, fault) => expect(faults(format, text)).toContain(fault))
})

describe('isFormat', () => {
  it.each([
    ['sarif', true],
    ['SARIF', false],
    ['constructor', false],
  ])('%s: %s', (name, known) => expect(isFormat(name)).toBe(known))
})
