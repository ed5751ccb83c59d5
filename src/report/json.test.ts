import { describe, expect, it } from 'vitest'
import { finding, hostile, proof, report } from './finding.fixture.ts'
import { renderJson } from './json.ts'

describe('renderJson', () => {
  it('prints the stable object', () => {
    expect(JSON.parse(renderJson(report()))).toEqual({
      rugged: '0.1.0',
      command: 'audit',
      findings: [proof(), finding()],
      notEvaluated: report().notEvaluated,
      summary: {
        findings: 2,
        notEvaluated: 1,
        bySeverity: { critical: 1, high: 1, medium: 0, low: 0, info: 0 },
        byRisk: { API1: 2, API2: 0, API3: 0, API4: 0, API5: 0, API6: 0, API7: 0, API8: 0, API9: 0, API10: 0 },
      },
    })
  })

  it('keeps its members in one order', () => {
    expect(Object.keys(JSON.parse(renderJson(report())))).toEqual([
      'rugged',
      'command',
      'findings',
      'notEvaluated',
      'summary',
    ])
  })

  it('gives hostile text back unchanged to whoever parses it, and shows none of it', () => {
    const text = renderJson(hostile)
    expect(JSON.parse(text).findings).toEqual(hostile.findings)
    expect(text).not.toMatch(/[<>]/)
  })

  it('is in order: worst first, API2 before API10, then by card and place', () => {
    const at = (line: number) => ({ file: 'a', line, column: 1, pointer: '' })
    const findings = [
      finding({ severity: 'low', id: '5' }),
      finding({ risk: 'API10', id: '4' }),
      finding({ risk: 'API2', where: at(20), id: '3' }),
      finding({ risk: 'API2', where: at(3), id: '2' }),
      finding({ severity: 'critical', risk: 'API10', id: '1' }),
    ]
    const ids = JSON.parse(renderJson(report({ findings }))).findings.map(({ id }: { readonly id: string }) => id)
    expect(ids).toEqual(['1', '2', '3', '4', '5'])
  })
})
