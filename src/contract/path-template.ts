/** One segment of a path template: text and variables in turn. `/{id}.json` has a variable and then text. */
export interface TemplateSegment {
  readonly parts: readonly TemplatePart[]
}

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }

export interface PathTemplate {
  readonly segments: readonly TemplateSegment[]
  /** In the order of the path. */
  readonly variables: readonly string[]
  /** The template with its variables' names left out: two templates with one shape match the same paths. */
  readonly shape: string
}

/**
 * Reads a path template (OpenAPI 3.1 section 4.8.2). Variables are never empty and never reach across a slash.
 * Undefined when a brace has no partner, a variable has no name or stands twice.
 */
export function parseTemplate(path: string): PathTemplate | undefined {
  if (!path.startsWith('/')) return undefined
  const variables: string[] = []
  const segments: TemplateSegment[] = []
  // A variable's name may hold a slash in nobody's contract; braces first would make room for it, slashes first does not.
  for (const segment of path.slice(1).split('/')) {
    const parts: TemplatePart[] = []
    let at = 0
    while (at < segment.length) {
      const open = segment.indexOf('{', at)
      const text = open < 0 ? segment.slice(at) : segment.slice(at, open)
      if (text.includes('}')) return undefined
      if (text !== '') parts.push({ kind: 'text', text })
      if (open < 0) break
      const close = segment.indexOf('}', open)
      const name = close < 0 ? '' : segment.slice(open + 1, close)
      if (name === '' || name.includes('{') || variables.includes(name)) return undefined
      parts.push({ kind: 'variable', name })
      variables.push(name)
      at = close + 1
    }
    segments.push({ parts })
  }
  return { segments, variables, shape: path.replace(/\{[^}]*\}/g, '{}') }
}
