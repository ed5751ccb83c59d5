import { memberWire, type Read, readList, readScalar } from './coerce.ts'
import type { Wire } from './model.ts'
import { bracketNames } from './query.ts'

interface Branch {
  readonly texts: string[]
  readonly members: Map<string, Branch>
}

const newBranch = (): Branch => ({ texts: [], members: new Map() })

/**
 * Reads `filter[status]=open&filter[tags][]=a` (style deepObject). OpenAPI defines one level; the deeper ones are read
 * as those who use them do: names nest, `[]` or `[0]`, `[1]` … make a list. A name that is value and object at once, or
 * stands twice, is a problem. Undefined when nothing of the parameter is there.
 */
export function readDeepObject(
  values: ReadonlyMap<string, readonly string[]>,
  name: string,
  wire: Wire,
  claimed: Set<string>,
): Read | undefined {
  const root = newBranch()
  let found = false
  for (const [key, texts] of values) {
    const names = bracketNames(key, name)
    if (names === undefined) continue
    claimed.add(key)
    found = true
    let branch = root
    for (const member of names) {
      const next = branch.members.get(member) ?? newBranch()
      branch.members.set(member, next)
      branch = next
    }
    branch.texts.push(...texts)
  }
  return found ? toValue(root, wire, '') : undefined
}

function toValue(branch: Branch, wire: Wire, pointer: string): Read {
  const { texts, members } = branch
  if (texts.length > 0 && members.size > 0) return repeated(pointer)
  if (members.size === 0) {
    if (texts.length > 1) return repeated(pointer)
    return at(pointer, readScalar(texts[0] ?? '', wire))
  }
  const loose = members.get('')
  if (loose !== undefined) {
    if (members.size > 1 || loose.members.size > 0) return repeated(pointer)
    return at(pointer, readList(loose.texts, wire))
  }
  if (wire.types.includes('array') && [...members.keys()].every(key => /^(?:0|[1-9]\d{0,3})$/.test(key))) {
    return toList(members, wire, pointer)
  }
  const entries: [string, unknown][] = []
  for (const [key, member] of members) {
    const read = toValue(member, memberWire(wire, key), `${pointer}/${key}`)
    if ('problem' in read) return read
    entries.push([key, read.value])
  }
  return { value: Object.fromEntries(entries) }
}

function toList(members: ReadonlyMap<string, Branch>, wire: Wire, pointer: string): Read {
  const list: unknown[] = []
  for (const [key, member] of [...members].sort(([a], [b]) => Number(a) - Number(b))) {
    const read = toValue(member, wire.items ?? { types: [] }, `${pointer}/${key}`)
    if ('problem' in read) return read
    list.push(read.value)
  }
  return { value: list }
}

function repeated(pointer: string): Read {
  return { problem: { keyword: 'repeated', message: 'stands more than once', pointer } }
}

function at(pointer: string, read: Read): Read {
  return 'problem' in read ? { problem: { ...read.problem, pointer: `${pointer}${read.problem.pointer}` } } : read
}
