import { describe, expect, it } from 'vitest'
import { finding, hostile, proof, report } from './finding.fixture.ts'
import { renderJunit } from './junit.ts'

/** Whether tags nest and close, as a parser would find; enough for XML that has neither comments nor CDATA. */
function nests(xml: string): boolean {
  const open: string[] = []
  const body = xml.replace(/^<\?xml[^>]*\?>/, '')
  const tag = /<(\/?)([a-z]+)((?: [a-z]+="[^"<>]*")*)(\/?)>|[<>]/g
  for (const [, close, name, , self] of body.matchAll(tag)) {
    if (name === undefined) return false
    if (close === '/') {
      if (open.pop() !== name) return false
    } else if (self !== '/') open.push(name)
  }
  return open.length === 0 && !/&(?!(?:amp|lt|gt|quot|apos);)/.test(body)
}

describe('renderJunit', () => {
  it('gives a suite for each card, a failure for each finding, a skip for what was not evaluated', () => {
    expect(renderJunit(report())).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="rugged audit" tests="3" failures="2" errors="0">
  <testsuite name="probe/foreign-object" tests="2" failures="1" errors="0" skipped="1">
    <testcase classname="probe/foreign-object" name="POST /v1/orders [foreign-object-87654321]">
      <failure type="critical" message="B placed an order on A&apos;s account.">critical: Access to somebody else&apos;s object (API1)
B placed an order on A&apos;s account.
Fix: State the owner of the account with x-rugged \`owner\`.
Repeat: curl -X POST &apos;http://127.0.0.1:3000/v1/orders&apos; -d &apos;{&quot;from&quot;:1}&apos;</failure>
    </testcase>
    <testcase classname="probe/foreign-object" name="GET /v1/orders">
      <skipped message="A second user is needed."/>
    </testcase>
  </testsuite>
  <testsuite name="rule/owner-rule" tests="1" failures="1" errors="0" skipped="0">
    <testcase classname="rule/owner-rule" name="POST /v1/orders [owner-rule-12345678]">
      <failure type="high" message="The order names an account, and nothing says whose account that may be.">high: Object id without an access rule (API1)
api/openapi.yaml:42:13
The order names an account, and nothing says whose account that may be.
Fix: State the owner of the account with x-rugged \`owner\`.</failure>
    </testcase>
  </testsuite>
</testsuites>
`)
  })

  it('is well-formed whatever stands in it', () => {
    for (const one of [report(), hostile, report({ findings: [], notEvaluated: [] })])
      expect(nests(renderJunit(one))).toBe(true)
    expect(nests(renderJunit(report()).replace('</failure>', ''))).toBe(false)
    expect(nests(renderJunit(report()).replace('&apos;', '<script>'))).toBe(false)
    expect(nests(renderJunit(report()).replace('&apos;', '&nbsp;'))).toBe(false)
  })

  it('has a case that passed where nothing was found', () => {
    expect(renderJunit(report({ findings: [], notEvaluated: [] }))).toContain(
      '<testcase classname="rugged audit" name="nothing found"/>',
    )
  })

  it('names each case, by place or id where there is no operation', () => {
    const { operation: _, ...placed } = finding()
    const { operation: __, ...nowhere } = proof()
    const xml = renderJunit(report({ findings: [placed, nowhere] }))
    expect(xml).toContain('name="api/openapi.yaml:42:13 [owner-rule-12345678]"')
    expect(xml).toContain('name="foreign-object-87654321"')
  })
})
