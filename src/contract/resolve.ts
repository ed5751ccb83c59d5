import { escapePointerToken, fromPointer, isObject, type JsonObject, type JsonValue } from '../core/json.ts'
import type { Located } from './model.ts'

/** Where a `$ref` leads. */
export type Reference =
  | { readonly kind: 'local'; readonly pointer: string }
  /** Another file or address. */
  | { readonly kind: 'elsewhere' }
  /** `#name`: an `$anchor`, or no pointer at all. */
  | { readonly kind: 'name' }
  | { readonly kind: 'malformed' }

/** Reads a reference by RFC 3986 section 4.4 and RFC 6901 section 6: a fragment is percent-decoded, then unescaped. */
export function parseReference(text: string): Reference {
  if (!text.startsWith('#')) return { kind: text === '' ? 'malformed' : 'elsewhere' }
  let pointer: string
  try {
    pointer = decodeURIComponent(text.slice(1))
  } catch {
    return { kind: 'malformed' }
  }
  if (pointer !== '' && !pointer.startsWith('/')) return { kind: 'name' }
  return /~(?![01])/.test(pointer) ? { kind: 'malformed' } : { kind: 'local', pointer }
}

/** Members that may stand beside `$ref` and say nothing about values, so that only the target matters. */
const silent = new Set(['$ref', 'summary', 'description', '$comment'])

/**
 * The text of a `$ref` that stands for its whole node. In 3.0 siblings are ignored (section 4.7.23); in 3.1 a schema
 * with other keywords beside `$ref` is a schema of its own that also refers. A *property* named `$ref` is no reference:
 * its value is a schema, not text.
 */
export function referenceOf(value: JsonValue | undefined, version: '3.0' | '3.1'): string | undefined {
  if (!isObject(value) || !Object.hasOwn(value, '$ref')) return undefined
  const reference = value['$ref']
  if (typeof reference !== 'string') return undefined
  if (version === '3.0') return reference
  return Object.keys(value).every(key => silent.has(key) || key.startsWith('x-')) ? reference : undefined
}

export interface Resolver {
  at(pointer: string): Located | undefined
  /** Where one `$ref` text leads, if that is in this document. */
  follow(reference: string): Located | undefined
  /** As `Contract.resolve`. */
  resolve(located: Located): Located | undefined
  /** The same for objects that are no schemas: what stands beside their `$ref` is ignored in every version. */
  target(located: Located): Located | undefined
}

/** The references of one document as a graph: followed one by one, never written out. */
export function createResolver(root: JsonObject, version: '3.0' | '3.1'): Resolver {
  const followed = new Map<string, Located | undefined>()
  const at = (pointer: string) => valueAt(root, pointer)

  const follow = (text: string): Located | undefined => {
    if (followed.has(text)) return followed.get(text)
    const reference = parseReference(text)
    const target = reference.kind === 'local' ? at(reference.pointer) : undefined
    followed.set(text, target)
    return target
  }

  // Where each reference text leads in the end, so that a long chain is walked once and not from each of its links.
  const ends = { '3.0': new Map<string, Located | undefined>(), '3.1': new Map<string, Located | undefined>() }
  const chase = (located: Located, rules: '3.0' | '3.1'): Located | undefined => {
    let reference = referenceOf(located.value, rules)
    if (reference === undefined) return located
    const known = ends[rules]
    const trail = new Set<string>()
    let current: Located | undefined
    // Each text is followed once; coming back to one is a circle, and leads nowhere.
    while (reference !== undefined && !known.has(reference) && !trail.has(reference)) {
      trail.add(reference)
      current = follow(reference)
      reference = current === undefined ? undefined : referenceOf(current.value, rules)
    }
    const end = reference === undefined ? current : known.get(reference)
    for (const text of trail) known.set(text, end)
    return end
  }

  return { at, follow, resolve: located => chase(located, version), target: located => chase(located, '3.0') }
}

function valueAt(root: JsonValue, pointer: string): Located | undefined {
  const tokens = fromPointer(pointer)
  if (tokens === undefined) return undefined
  let value: JsonValue | undefined = root
  let canonical = ''
  for (const token of tokens) {
    // RFC 6901 section 4: an index has no leading zeros.
    if (Array.isArray(value)) value = /^(?:0|[1-9]\d*)$/.test(token) ? value[Number(token)] : undefined
    else value = isObject(value) && Object.hasOwn(value, token) ? value[token] : undefined
    if (value === undefined) return undefined
    canonical += `/${escapePointerToken(token)}`
  }
  return { value, pointer: canonical }
}
