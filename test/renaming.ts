/** Gives an API other names: in its contract, its overlay, and — through a proxy — in every request and answer. */

import { createServer, type IncomingMessage } from 'node:http'
import { isObject, type JsonValue } from '../src/core/json.ts'

/** Old name to new: path segments, parameters, properties, component names. */
export type Names = Readonly<Record<string, string>>

export function inverse(names: Names): Names {
  return Object.fromEntries(Object.entries(names).map(([from, to]) => [to, from]))
}

const renamed = (names: Names, name: string) => (Object.hasOwn(names, name) ? (names[name] ?? name) : name)

/** Renames the members of a JSON value, at every depth. */
export function renameMembers(names: Names, value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(item => renameMembers(names, item))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [renamed(names, key), renameMembers(names, item ?? null)]),
  )
}

/** Renames the fixed segments of a path or template, what stands in braces, and the names of a query. */
export function renameTarget(names: Names, target: string): string {
  const [path = '', query] = target.split('?', 2)
  const segments = path
    .split('/')
    .map(segment =>
      segment.replace(/^\{(.*)\}$|^(.*)$/, (_all, inner?: string, fixed?: string) =>
        inner === undefined ? renamed(names, fixed ?? '') : `{${renamed(names, inner)}}`,
      ),
    )
  const pairs = query?.split('&').map(pair => pair.replace(/^[^=]*/, name => renamed(names, name)))
  return [segments.join('/'), pairs?.join('&')].filter(part => part !== undefined).join('?')
}

/** Renames an OpenAPI document: where names of the API stand, never the words of the specification. */
export function renameContract(names: Names, document: JsonValue): JsonValue {
  return walk(document, [])

  function walk(value: JsonValue, trail: readonly string[]): JsonValue {
    const [last = '', before = ''] = [trail.at(-1), trail.at(-2)]
    if (Array.isArray(value)) {
      const names_ =
        last === 'required' ? value.map(item => (typeof item === 'string' ? renamed(names, item) : item)) : value
      return names_.map((item, index) => walk(item, [...trail, String(index)]))
    }
    if (isObject(value)) {
      // Examples hold data of the API: there every member is a name of ours.
      if (last === 'example' || (before === 'examples' && trail.length > 1)) return renameMembers(names, value)
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [keyAt(key, last, before), walk(item ?? null, [...trail, key])]),
      )
    }
    if (typeof value !== 'string') return value
    if (last === '$ref') return value.replace(/[^/]+$/, name => renamed(names, name))
    if (last === 'name' && trail.at(-3) === 'parameters') return renamed(names, value)
    if (last === 'target') return renameJsonPath(names, value)
    if (last === 'property') return renamed(names, value)
    if (last === 'operationId') return `op_${value.length}_${[...value].reverse().join('')}`
    return ['summary', 'description', 'title'].includes(last) ? '' : value
  }

  function keyAt(key: string, last: string, before: string): string {
    if (last === 'paths') return renameTarget(names, key)
    if (last === 'properties' || before === 'components') return renamed(names, key)
    return key
  }
}

/** `$.components.schemas.Account.properties.id`, `$.paths['/v1/orders'].post.parameters[?@.name == 'url']`. */
function renameJsonPath(names: Names, path: string): string {
  return path
    .replace(/(?<=\.(?:schemas|properties)\.)\w+/g, name => renamed(names, name))
    .replace(/(?<=\.paths\[')[^']+/g, template => renameTarget(names, template))
    .replace(/(?<=@\.name == ')[^']+/g, name => renamed(names, name))
}

export interface RenamingProxy {
  readonly url: string
  close(): Promise<void>
}

/** Speaks `inbound` names to its clients and the inverse ones to the API behind it. */
export async function renamingProxy(upstream: string, toUpstream: Names): Promise<RenamingProxy> {
  const toClient = inverse(toUpstream)
  const server = createServer((request, response) => {
    void forward(request).then(
      answer => response.writeHead(answer.status, answer.headers).end(answer.body),
      () => response.writeHead(502).end(),
    )
  })
  async function forward(request: IncomingMessage) {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    const body = text === '' ? undefined : renameText(toUpstream, text)
    const { host: _host, 'content-length': _length, connection: _connection, ...headers } = request.headers
    const answer = await fetch(upstream + renameTarget(toUpstream, request.url ?? '/'), {
      method: request.method ?? 'GET',
      headers: Object.entries(headers).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value] as [string, string]] : [],
      ),
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    })
    const passed = ['content-type', 'retry-after', 'ratelimit', 'ratelimit-policy', 'location']
    return {
      status: answer.status,
      headers: Object.fromEntries([...answer.headers].filter(([name]) => passed.includes(name))),
      body: renameText(toClient, await answer.text()),
    }
  }
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** JSON is renamed; anything else passes as it is, since the attacks send broken bodies too. */
function renameText(names: Names, text: string): string {
  try {
    return JSON.stringify(renameMembers(names, JSON.parse(text)))
  } catch {
    return text
  }
}
