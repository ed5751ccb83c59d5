/** A request target after the one reading that everything later relies on. */
export interface RequestTarget {
  readonly segments: readonly PathSegment[]
  /** The path as it was sent. */
  readonly path: string
  /** What follows the first `?`, as it was sent; empty without one. */
  readonly query: string
}

export interface PathSegment {
  /** As it was sent, but with the digits of escapes in upper case. */
  readonly raw: string
  /** Percent-decoded once, as UTF-8. */
  readonly text: string
}

export type TargetProblem = { readonly why: string }

const longest = 16_384
const mostSegments = 256

// RFC 3986 section 3.3: pchar and slash. Everything else has to be escaped, and who does not means something by it.
const pathCharacters = /^[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*$/
// Browsers send some characters of a query as they are (WHATWG URL, query state); no reader disagrees about these.
const queryCharacters = /^[\x21\x22\x24-\x7e]*$/

/**
 * Reads a request target in origin form (RFC 9112 section 3.2.1). What it decodes must be what any upstream would see,
 * so every spelling on which servers are known to disagree is refused:
 *
 * - absolute form, authority form, `*` and a fragment;
 * - a back-slash, a character outside RFC 3986, a control character, escaped or not;
 * - an escape that is incomplete or no UTF-8;
 * - an escaped slash or back-slash: some upstreams decode it before they split the path;
 * - `.` and `..` as segments, escaped or not; an empty segment, but for one trailing slash;
 * - an escape of an escape (`%252F`) that a second decoding would turn into one of the above.
 */
export function readTarget(target: string): RequestTarget | TargetProblem {
  if (target.length > longest) return { why: 'the request target is too long' }
  if (!target.startsWith('/')) return { why: 'the request target is not a path' }
  if (target.includes('#')) return { why: 'the request target has a fragment' }
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const query = mark < 0 ? '' : target.slice(mark + 1)
  if (!pathCharacters.test(path)) return { why: 'the path has a character that must be escaped' }
  if (!queryCharacters.test(query)) return { why: 'the query has a character that must be escaped' }
  const raws = path.slice(1).split('/')
  if (raws.length > mostSegments) return { why: 'the path has too many segments' }
  const segments: PathSegment[] = []
  for (const [index, raw] of raws.entries()) {
    if (raw === '' && index < raws.length - 1) return { why: 'the path has an empty segment' }
    const segment = readSegment(raw)
    if ('why' in segment) return segment
    segments.push(segment)
  }
  return { segments, path, query }
}

function readSegment(raw: string): PathSegment | TargetProblem {
  if (!raw.includes('%')) return isDots(raw) ? { why: 'the path has a dot segment' } : { raw, text: raw }
  let text: string
  try {
    text = decodeURIComponent(raw)
  } catch {
    return { why: 'the path has an escape that cannot be decoded' }
  }
  if (isDots(text)) return { why: 'the path has a dot segment' }
  if (text.includes('/') || text.includes('\\')) return { why: 'the path has an escaped slash' }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x1f\x7f]/.test(text)) return { why: 'the path has an escaped control character' }
  if (/%(?:2f|5c|2e|00|0a|0d|25|3b)/i.test(text)) return { why: 'the path is escaped twice' }
  return { raw: raw.replace(/%[0-9a-f]{2}/gi, octet => octet.toUpperCase()), text }
}

function isDots(text: string): boolean {
  return text === '.' || text === '..'
}
