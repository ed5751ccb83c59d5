const longestSegment = 32
const mostSegments = 12

// A word of a path as developers write them: letters with a version's digit or two, `v1`, `oauth2`, `order-items`.
const word = /^(?:[A-Za-z_]+\d{0,2})?$/
const hexadecimal = /^[0-9a-f]{8,}$/i

/**
 * A path without the values in it: what does not look like a developer's word becomes `{}`, so that a thousand orders
 * are one place, and neither an e-mail address nor a token ends up in a finding.
 *
 * @example pathShape('/internal/users/4711/keys') // '/internal/users/{}/keys'
 */
export function pathShape(path: string): string {
  const segments = path.split(/[?#]/, 1).join('').split('/')
  const shape = segments.slice(0, mostSegments).map(segment => (segment === '' || isWord(segment) ? segment : '{}'))
  return `${shape.join('/')}${segments.length > mostSegments ? '/…' : ''}`
}

function isWord(segment: string): boolean {
  if (segment.length > longestSegment || (hexadecimal.test(segment) && /\d/.test(segment))) return false
  return segment.split(/[.-]/).every(part => word.test(part))
}

/** The path of a property without keys that are values: `balances.4711.amount` becomes `balances.{}.amount`. */
export function propertyShape(property: string): string {
  const separator = property.includes('/') ? '/' : '.'
  const parts = property.split(separator).slice(0, mostSegments)
  return parts.map(part => (/^(?:\[\]|\*|)$/.test(part) || isPropertyName(part) ? part : '{}')).join(separator)
}

function isPropertyName(part: string): boolean {
  const name = part.replace(/\[\]$/, '')
  return name.length <= longestSegment && /^[A-Za-z_$@-]+(?:\d{1,2}[A-Za-z_$-]+)*\d{0,2}$/.test(name)
}
