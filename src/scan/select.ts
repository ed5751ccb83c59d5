import type { Operation } from '../contract/model.ts'

/** Whether any of the selectors (operation id, `METHOD /path`, path with `*`, tag) names the operation. */
export function selects(operation: Operation, selectors: readonly string[] | undefined, whenNone: boolean): boolean {
  if (selectors === undefined || selectors.length === 0) return whenNone
  return selectors.some(selector => {
    if (selector === operation.id || operation.tags.includes(selector)) return true
    const [first = '', second] = selector.trim().split(/\s+/)
    const [method, path] = second === undefined ? [undefined, first] : [first, second]
    if (method !== undefined && method.toUpperCase() !== operation.method) return false
    return matchesPath(path, operation.path)
  })
}

/** `*` stands for any text; compared piece by piece, so that no selector can take long. */
function matchesPath(selector: string, path: string): boolean {
  const pieces = selector.split('*')
  const [first = '', ...rest] = pieces
  if (rest.length === 0) return selector === path
  if (!path.startsWith(first)) return false
  let at = first.length
  const last = rest.at(-1) ?? ''
  for (const piece of rest.slice(0, -1)) {
    const found = path.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return path.length - last.length >= at && path.endsWith(last)
}
