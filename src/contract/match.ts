import type { Contract, Method, Operation } from './model.ts'
import { parseTemplate, type TemplateSegment } from './path-template.ts'
import { type PathSegment, readTarget } from './request-target.ts'
import { type Capture, decodeLoosely, matchSegment, segmentShape } from './segment-match.ts'

export type Match =
  | {
      readonly kind: 'found'
      readonly operation: Operation
      /** By name, percent-decoded once. */
      readonly pathParameters: ReadonlyMap<string, string>
      /** As it was sent. */
      readonly path: string
      /** As it was sent, without the question mark. */
      readonly query: string
    }
  | { readonly kind: 'method-not-allowed'; readonly allow: readonly Method[] }
  | { readonly kind: 'not-found' }
  /** Spelled in a way that this side and the upstream might read differently; `why` completes "refused, because". */
  | { readonly kind: 'refused'; readonly why: string }

export interface Matcher {
  /** `target` as in the request line: path and query, not decoded. */
  match(method: string, target: string): Match
}

/** An operation below one base path, with its variables in the order of the path. */
interface Route {
  readonly operation: Operation
  readonly variables: readonly string[]
  /** Variables that may begin with a semicolon, because their parameter has the style `matrix`. */
  readonly matrix: ReadonlySet<string>
}

interface Node {
  /** By spelling: as the contract writes it, and as RFC 3986 would. */
  readonly literals: Map<string, Node>
  /** The same decoded, to notice other spellings. */
  readonly texts: Set<string>
  /** The same without what some upstreams overlook. */
  readonly folded: Set<string>
  /** Segments with variables, by shape; those with more text first. */
  templates: readonly { readonly shape: string; readonly segment: TemplateSegment; readonly node: Node }[]
  readonly routes: Map<Method, Route>
}

const newNode = (): Node => ({
  literals: new Map(),
  texts: new Set(),
  folded: new Set(),
  templates: [],
  routes: new Map(),
})

/**
 * Compiles the paths of a contract into a tree by segments. A path decides first, then the method: literal text beats a
 * variable, segment by segment from the left, and more text beats less. Case counts, and so does a trailing slash.
 * Literal text must be spelled as in the contract: another spelling of it (`%61dmin`) is refused, for upstreams that do
 * not decode before they route would see another path. So is a segment that two variables could share in two ways, and
 * `;` outside literal text and `matrix` parameters. Everything else: see `readTarget`.
 *
 * @example compileMatcher(contract).match('GET', '/v1/accounts/17?full=1')
 */
export function compileMatcher(contract: Contract): Matcher {
  const root = newNode()
  for (const operation of contract.operations) {
    for (const basePath of new Set(operation.servers.map(server => server.basePath))) {
      insert(root, operation, basePath)
    }
  }
  return { match: (method, target) => match(root, method, target) }
}

function insert(root: Node, operation: Operation, basePath: string): void {
  const template = parseTemplate(operation.path)
  if (template === undefined) return
  const base = basePath.split('/').slice(1)
  let node = root
  for (const text of base) node = child(node, { parts: [{ kind: 'text', text }] })
  for (const segment of template.segments) node = child(node, segment)
  const matrix = operation.parameters.filter(parameter => parameter.style === 'matrix').map(parameter => parameter.name)
  // Of two operations that match the same requests the first counts; the contract has reported it.
  if (node.routes.has(operation.method)) return
  node.routes.set(operation.method, { operation, variables: template.variables, matrix: new Set(matrix) })
}

function child(node: Node, segment: TemplateSegment): Node {
  const shape = segmentShape(segment)
  if (!segment.parts.some(part => part.kind === 'variable')) {
    const written = segment.parts.map(part => (part.kind === 'text' ? part.text : '')).join('')
    const found = node.literals.get(shape) ?? newNode()
    node.literals.set(shape, found).set(upperEscapes(written), found)
    node.texts.add(decodeLoosely(written))
    node.folded.add(fold(decodeLoosely(written)))
    return found
  }
  const known = node.templates.find(template => template.shape === shape)
  if (known !== undefined) return known.node
  const added = { shape, segment, node: newNode() }
  node.templates = [...node.templates, added].sort(
    (a, b) => b.shape.length - a.shape.length || (a.shape < b.shape ? -1 : 1),
  )
  return added.node
}

/** How many nodes one request may visit for each of its segments; contracts need two or three. */
const visitsPerSegment = 64

interface Search {
  readonly segments: readonly PathSegment[]
  visits: number
  refused: string | undefined
}

interface Reached {
  readonly node: Node
  readonly captures: readonly Capture[]
}

function match(root: Node, method: string, target: string): Match {
  const read = readTarget(target)
  if ('why' in read) return { kind: 'refused', why: read.why }
  const { segments, path, query } = read
  const search: Search = { segments, visits: visitsPerSegment * (segments.length + 1), refused: undefined }
  const reached = descend(search, root, 0, [])
  if (search.refused !== undefined) return { kind: 'refused', why: search.refused }
  if (reached === undefined) {
    // A path parameter that some servers would drop and others keep.
    return path.includes(';') ? { kind: 'refused', why: 'the path has a semicolon' } : { kind: 'not-found' }
  }
  // as: a name that is no method finds no route
  const route = reached.node.routes.get(method as Method)
  if (route === undefined) return { kind: 'method-not-allowed', allow: [...reached.node.routes.keys()] }
  const pathParameters = new Map<string, string>()
  for (const [index, name] of route.variables.entries()) {
    const capture = reached.captures[index]
    if (capture === undefined) continue
    if (capture.semicolon && !route.matrix.has(name)) return { kind: 'refused', why: 'the path has a semicolon' }
    pathParameters.set(name, capture.text)
  }
  return { kind: 'found', operation: route.operation, pathParameters, path, query }
}

/**
 * Beside a fixed `/users/admin` a value `ADMIN` of `/users/{name}` is the one to us and may be the other to an upstream
 * that ignores case, trims, or drops what cannot be seen: then it is neither.
 */
function looksLikeText(node: Node, text: string): boolean {
  return node.folded.size > 0 && node.folded.has(fold(text))
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}\p{White_Space}]/gu, '')
    .toLowerCase()
}

/** The most specific path below a node that fits all segments from `depth` on. */
function descend(search: Search, node: Node, depth: number, captures: readonly Capture[]): Reached | undefined {
  const segment = search.segments[depth]
  if (segment === undefined) return node.routes.size > 0 ? { node, captures } : undefined
  if (search.visits-- <= 0) search.refused = 'the path fits too many templates'
  if (search.refused !== undefined) return undefined
  const literal = node.literals.get(segment.raw)
  if (literal !== undefined) {
    const reached = descend(search, literal, depth + 1, captures)
    if (reached !== undefined || search.refused !== undefined) return reached
  } else if (node.texts.has(segment.text)) {
    search.refused = 'a part of the path is spelled otherwise than in the contract'
    return undefined
  }
  for (const { segment: template, node: next } of node.templates) {
    const found = matchSegment(template, segment)
    if (found === undefined) continue
    if ('why' in found) {
      search.refused = found.why
      return undefined
    }
    const reached = descend(search, next, depth + 1, [...captures, ...found])
    if (reached !== undefined && literal === undefined && looksLikeText(node, segment.text)) {
      search.refused = 'a part of the path is spelled otherwise than in the contract'
      return undefined
    }
    if (reached !== undefined || search.refused !== undefined) return reached
  }
  return undefined
}

function upperEscapes(text: string): string {
  return text.replace(/%[0-9a-f]{2}/gi, octet => octet.toUpperCase())
}
