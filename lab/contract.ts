/** Reads a case's contract and overlay just enough to check the case against them. Written for the lab's own files. */

import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { entriesOf, textAt, valueAt } from './json.ts'

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

/** The parsed YAML of a case's file. */
export function readYaml(folder: string, file: string): unknown {
  return load(readFileSync(new URL(`${folder}/${file}`, import.meta.url), 'utf8'))
}

/** `METHOD /template` of every operation. */
export function operationsOf(contract: unknown): readonly string[] {
  return entriesOf(valueAt(contract, 'paths')).flatMap(([path, item]) =>
    entriesOf(item).flatMap(([method]) => (methods.includes(method) ? [`${method.toUpperCase()} ${path}`] : [])),
  )
}

/** The operation whose template fits a concrete path. */
export function operationAt(contract: unknown, method: string, path: string): string | undefined {
  return operationsOf(contract).find(operation => {
    const [verb = '', template = ''] = operation.split(' ')
    const pattern = template.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')
    return verb === method && new RegExp(`^${pattern}$`).test(path)
  })
}

/** The place of an operation's JSON schema for a status, as tokens; undefined when the contract has none. */
export function responseSchemaAt(contract: unknown, operation: string, status: number): readonly string[] | undefined {
  const [verb = '', template = ''] = operation.split(' ')
  const place = ['paths', template, verb.toLowerCase(), 'responses', String(status)]
  const reference = textAt(valueAt(contract, ...place), '$ref')
  const response = reference === undefined ? place : reference.slice(2).split('/')
  const schema = [...response, 'content', 'application/json', 'schema']
  return valueAt(contract, ...schema) === undefined ? undefined : schema
}

/** JSON Pointers of the properties in `value` that its schema does not declare. Knows `$ref`, objects and arrays. */
export function undeclaredIn(contract: unknown, schema: unknown, value: unknown, at = ''): readonly string[] {
  const reference = textAt(schema, '$ref')
  if (reference !== undefined) {
    return undeclaredIn(contract, valueAt(contract, ...reference.slice(2).split('/')), value, at)
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => undeclaredIn(contract, valueAt(schema, 'items'), item, `${at}/${index}`))
  }
  return entriesOf(value).flatMap(([name, member]) => {
    const declared = valueAt(schema, 'properties', name)
    return declared === undefined ? [`${at}/${name}`] : undeclaredIn(contract, declared, member, `${at}/${name}`)
  })
}

/** What a JSONPath selects, for the part of RFC 9535 that overlays of the lab use: names, `*`, `[?@.name == 'x']`. */
export function select(document: unknown, path: string): readonly unknown[] {
  const segments = path.slice(1).match(/\.(?:[\w-]+|\*)|\['[^']*'\]|\[\?@\.\w+ == '[^']*'\]/g) ?? []
  if (path[0] !== '$' || segments.join('') !== path.slice(1)) throw new Error(`Not a JSONPath the lab knows: ${path}`)
  return segments.reduce<readonly unknown[]>((nodes, segment) => nodes.flatMap(node => step(node, segment)), [document])
}

function step(node: unknown, segment: string): readonly unknown[] {
  const [, key, wanted] = /^\[\?@\.(\w+) == '([^']*)'\]$/.exec(segment) ?? []
  const children = Array.isArray(node) ? node : entriesOf(node).map(([, child]) => child)
  if (key !== undefined) return children.filter(child => valueAt(child, key) === wanted)
  if (segment === '.*') return children
  const found = valueAt(node, segment.startsWith('.') ? segment.slice(1) : segment.slice(2, -2))
  return found === undefined ? [] : [found]
}
