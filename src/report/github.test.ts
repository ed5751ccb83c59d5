import { describe, expect, it } from 'vitest'
import { finding, hostile, report } from './finding.fixture.ts'
import { renderGithub } from './github.ts'

describe('renderGithub', () => {
  it('writes a workflow command for each finding and a summary', () => {
    expect(renderGithub(report())).toBe(
      [
        "::error title=critical%3A Access to somebody else's object (API1)::POST /v1/orders: B placed an order on A's account.%0AFix: State the owner of the account with x-rugged `owner`.%0ARepeat: curl -X POST 'http://127.0.0.1:3000/v1/orders' -d '{\"from\":1}'",
        '::error file=api/openapi.yaml,line=42,col=13,title=high%3A Object id without an access rule (API1)::POST /v1/orders: The order names an account, and nothing says whose account that may be.%0AFix: State the owner of the account with x-rugged `owner`.',
        '::notice title=Not evaluated (probe/foreign-object)::GET /v1/orders: A second user is needed.',
        'rugged: 2 found (1 critical, 1 high)',
        '',
      ].join('\n'),
    )
  })

  it.each([
    ['critical', 'error'],
    ['high', 'error'],
    ['medium', 'warning'],
    ['low', 'notice'],
    ['info', 'notice'],
  ] as const)('shows %s as %s', (severity, command) => {
    expect(renderGithub(report({ findings: [finding({ severity })] }))).toMatch(new RegExp(`^::${command} file=`))
  })

  it('keeps one line for each finding, whatever is in it, and lets no value end a property', () => {
    const lines = renderGithub(hostile).trimEnd().split('\n')
    expect(lines).toHaveLength(4)
    expect(lines.slice(0, 3).every(line => /^::(?:error|notice) [^\n]*::/.test(line))).toBe(true)
    const where = { file: 'a,title=x::y%.yaml', line: 1, column: 1, pointer: '' }
    expect(renderGithub(report({ findings: [finding({ where })] }))).toContain('file=a%2Ctitle=x%3A%3Ay%25.yaml,line=1')
  })
})
