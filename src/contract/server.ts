import { isString, type JsonValue, member } from '../core/json.ts'
import type { Server } from './model.ts'
import type { Reader } from './reader.ts'

/**
 * The servers under a `servers` member; undefined when it says nothing. An empty list means the root, as does none at
 * the document (OpenAPI 3.1 section 4.8.1.1).
 */
export function readServers(
  reader: Reader,
  value: JsonValue | undefined,
  pointer: string,
): readonly Server[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) {
    reader.report(pointer, '"servers" must be a list; it is left out.')
    return undefined
  }
  const servers = value.flatMap((entry: JsonValue, index) => readServer(reader, entry, `${pointer}/${index}`) ?? [])
  return servers.length === 0 ? undefined : servers
}

/** What holds when nobody names a server. */
export const rootServer: Server = { url: '/', basePath: '', pointer: '' }

function readServer(reader: Reader, value: JsonValue, pointer: string): Server | undefined {
  const written = member(value, 'url')
  if (!isString(written)) {
    reader.report(pointer, 'A server needs a "url"; it is left out.')
    return undefined
  }
  const url = fillVariables(reader, written, member(value, 'variables'), pointer)
  const basePath = basePathOf(url)
  if (basePath === undefined) {
    reader.report(`${pointer}/url`, `The server URL "${written}" cannot be read; its path is taken to be empty.`)
  }
  return { url, basePath: basePath ?? '', pointer }
}

function fillVariables(reader: Reader, url: string, variables: unknown, pointer: string): string {
  return url.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
    const variable = member(variables, name)
    const value = member(variable, 'default')
    if (isString(value) || typeof value === 'number') return String(value)
    const listed = member(variable, 'enum')
    const first = Array.isArray(listed) ? listed[0] : undefined
    reader.report(
      `${pointer}/url`,
      `The server variable ${whole} has no default; ${isString(first) ? `"${first}"` : 'nothing'} is used.`,
    )
    return isString(first) ? first : ''
  })
}

/** The path below which all paths of the server stand, without a slash at its end. */
function basePathOf(url: string): string | undefined {
  // A path in the document is often written without its first slash; it is relative to where the document lies.
  const absolute = /^[a-z][a-z0-9+.-]*:/i.test(url) || url.startsWith('/') ? url : `/${url.replace(/^\.\//, '')}`
  try {
    return new URL(absolute, 'http://document.invalid').pathname.replace(/\/+$/, '')
  } catch {
    return undefined
  }
}
