import { describe, expect, it } from 'vitest'
import { severities } from '../risk/weakness.ts'
import { finding, hostile, report } from './finding.fixture.ts'
import type { Report } from './report.ts'
import { renderSarif } from './sarif.ts'

const runOf = (of: Report) => JSON.parse(renderSarif(of)).runs[0]

/** What breaks SARIF 2.1.0, by the sections that say so; the planted faults below show that it can fail. */
function faults(log: ReturnType<typeof JSON.parse>): readonly string[] {
  const [run] = log.runs
  const rules: { id: string; name: string; help: { text: string }; defaultConfiguration: { level: string } }[] =
    run.tool.driver.rules
  const levels = ['none', 'note', 'warning', 'error']
  return [
    ...(log.version === '2.1.0' ? [] : ['3.13.2: version']),
    ...(typeof log.$schema === 'string' && log.$schema.includes('sarif-2.1.0') ? [] : ['3.13.3: $schema']),
    ...(run.tool.driver.name ? [] : ['3.19.8: name of the driver']),
    ...(new Set(rules.map(({ id }) => id)).size === rules.length ? [] : ['3.19.23: rule ids are not unique']),
    ...rules.flatMap(rule =>
      rule.help.text && levels.includes(rule.defaultConfiguration.level) ? [] : ['3.49: a rule'],
    ),
    ...run.results.flatMap((result: ReturnType<typeof JSON.parse>) => [
      ...(rules[result.ruleIndex]?.id === result.ruleId ? [] : ['3.27.6: ruleIndex']),
      ...(levels.includes(result.level) ? [] : ['3.27.10: level']),
      ...(result.message.text ? [] : ['3.27.11: message']),
      ...Object.values(result.partialFingerprints).flatMap(value =>
        typeof value === 'string' ? [] : ['3.27.17: fingerprint'],
      ),
      ...result.locations.flatMap(({ physicalLocation: physical }: ReturnType<typeof JSON.parse>) => [
        ...(physical === undefined || URL.canParse(physical.artifactLocation.uri, 'file:///checkout/')
          ? []
          : ['3.4.3: uri']),
        ...(physical === undefined || /^[!-~]+$/.test(physical.artifactLocation.uri)
          ? []
          : ['3.4.3: uri is not ASCII']),
        ...(physical === undefined || (physical.region.startLine >= 1 && physical.region.startColumn >= 1)
          ? []
          : ['3.30.5']),
      ]),
    ]),
  ]
}

describe('renderSarif', () => {
  it('gives a log of SARIF 2.1.0', () => {
    for (const one of [report(), hostile, report({ findings: [], notEvaluated: [] })]) {
      expect(faults(JSON.parse(renderSarif(one)))).toEqual([])
    }
  })

  it.each([
    ['another version', /"2\.1\.0"/, '"2.0.0"', '3.13.2: version'],
    ['an index that leads to another rule', /"ruleIndex": 0/, '"ruleIndex": 1', '3.27.6: ruleIndex'],
    ['an unknown level', /"level": "error",\n {10}"message"/, '"level": "high", "message"', '3.27.10: level'],
    ['a line before the first', /"startLine": 42/, '"startLine": 0', '3.30.5'],
  ])('the check notices %s', (_, pattern, replacement, fault) => {
    const broken = renderSarif(report()).replace(pattern, replacement)
    expect(faults(JSON.parse(broken))).toContain(fault)
  })

  it('places a result in the file, with its fingerprint', () => {
    const [, result] = runOf(report()).results
    expect(result).toMatchObject({
      ruleId: 'rule/owner-rule/missing-object-rule',
      level: 'error',
      message: { text: 'The order names an account, and nothing says whose account that may be.' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'api/openapi.yaml' },
            region: { startLine: 42, startColumn: 13 },
          },
          logicalLocations: [{ fullyQualifiedName: 'POST /v1/orders' }],
        },
      ],
      partialFingerprints: { 'rugged/v1': '1234567890abcdef1234567890abcdef' },
    })
  })

  it('names the operation where there is no file, and says how to repeat it', () => {
    const [result] = runOf(report()).results
    expect(result.locations).toEqual([
      { logicalLocations: [{ name: 'POST /v1/orders', fullyQualifiedName: 'POST /v1/orders', kind: 'resource' }] },
    ])
    expect(result.message.text).toContain('Repeat it with: curl -X POST')
  })

  it('maps severities to the levels that there are', () => {
    const levelOf = (severity: (typeof severities)[number]) =>
      runOf(report({ findings: [finding({ severity })] })).results[0].level
    expect(severities.map(levelOf)).toEqual(['error', 'error', 'warning', 'note', 'note'])
  })

  it('explains the rule, with what to do and where to read on', () => {
    const rule = runOf(report()).tool.driver.rules.at(-1)
    expect(rule).toMatchObject({
      id: 'rule/owner-rule/missing-object-rule',
      name: 'RuleOwnerRuleMissingObjectRule',
      shortDescription: { text: 'Object id without an access rule' },
      help: { text: expect.stringContaining('What to do: State the owner') },
      defaultConfiguration: { level: 'error' },
      properties: { tags: ['security', 'API1', 'external/cwe/cwe-862'], 'security-severity': '8.0' },
    })
  })

  it('ranks a rule by its worst finding', () => {
    const rules = runOf(report({ findings: [finding({ severity: 'low' }), finding({ severity: 'critical' })] })).tool
      .driver.rules
    expect(rules).toMatchObject([{ properties: { 'security-severity': '9.5' } }])
  })

  it.each([
    ['./api/openapi.yaml', 'api/openapi.yaml'],
    ['my api/öpen#1.yaml', 'my%20api/%C3%B6pen%231.yaml'],
    ['api\\openapi.yaml', 'api/openapi.yaml'],
    ['c:thing/x.yaml', 'c%3Athing/x.yaml'],
    ['/srv/open api.yaml', 'file:///srv/open%20api.yaml'],
  ])('writes the file %s as the URI %s', (file, uri) => {
    const where = { file, line: 1, column: 1, pointer: '' }
    const [result] = runOf(report({ findings: [finding({ where })] })).results
    expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe(uri)
  })

  it('reports what could not be evaluated', () => {
    expect(runOf(report()).invocations[0].toolExecutionNotifications).toEqual([
      { level: 'note', message: { text: 'GET /v1/orders: A second user is needed. (probe/foreign-object)' } },
    ])
  })
})
