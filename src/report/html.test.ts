import { describe, expect, it } from 'vitest'
import { hostile, hostileText, report } from './finding.fixture.ts'
import { renderHtml } from './html.ts'

/** The elements of a page, and whether each attribute is quoted. */
function elements(html: string): readonly string[] {
  return [...html.matchAll(/<([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)>/g)].map(([, name = '']) => name)
}

const allowed = new Set(
  'html head meta title style body header h1 p span main article h2 code strong details summary pre section ul li footer'.split(
    ' ',
  ),
)

describe('renderHtml', () => {
  it('is one page for a telephone that loads nothing and runs nothing', () => {
    const html = renderHtml(report())
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(html).toContain('name="viewport" content="width=device-width, initial-scale=1"')
    expect(html).toContain("default-src 'none'")
    expect(html).not.toMatch(/<script|<link|<img|url\(|@import|src=|href=/i)
    expect(html).toContain('<meta charset="utf-8">')
  })

  it('shows findings, worst first, what to do, and what was not evaluated', () => {
    const html = renderHtml(report())
    const titles = [...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title)
    expect(titles).toEqual([
      '<span class="severity critical">critical</span> Access to somebody else&#39;s object',
      '<span class="severity high">high</span> Object id without an access rule',
      'Not evaluated',
    ])
    expect(html).toContain('<code>api/openapi.yaml:42:13</code>')
    expect(html).toContain('<strong>What to do:</strong> State the owner')
    expect(html).toContain('<summary>Repeat it</summary><pre>curl -X POST &#39;http')
    expect(html).toContain('<span class="severity critical">1 critical</span>')
    expect(html).toContain('GET /v1/orders: A second user is needed.')
  })

  it('turns hostile text into text, everywhere', () => {
    const html = renderHtml(hostile)
    for (const name of elements(html)) expect(allowed).toContain(name)
    expect(html.match(/</g)?.length).toBe(
      html.match(/<\/?[a-z][a-z0-9]*(?: [a-z-]+="[^"<>]*")*>|<!doctype html>/g)?.length,
    )
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(html).not.toContain(hostileText.slice(0, 25))
  })

  it('says that nothing was found', () => {
    expect(renderHtml(report({ findings: [], notEvaluated: [] }))).toContain('<p>Nothing found.</p>')
  })
})
