import type { UrlRule } from '../contract/extension.ts'
import { isObject, isString, member } from '../core/json.ts'
import { wordsOf } from '../core/words.ts'
import type { FactSource } from './fact.ts'
import type { Field, OperationFields } from './fields.ts'

/** An input that holds a URL which the API may go and fetch. */
export interface UrlInput {
  readonly field: Field
  /** What it may be; absent when nobody said. */
  readonly allow?: UrlRule
  readonly source: FactSource
}

const urlFormats = new Set(['uri', 'url', 'iri', 'uri-reference', 'iri-reference'])
const urlWord = /^(?:url|uri|urls|uris|href|link|links|webhook|callback|endpoint)$/
const urlCompound = /(?:url|uri|href|webhook)s?$/
// Where the user's browser goes next: named like URLs, fetched by nobody behind the API.
const notFetched =
  /^(?:(?:oauth|post logout|after \w+) )?(?:redirect|return(?: to)?|next|success|cancel|cancell?ed|failure|error|back|continue|login|logout|referr?er|origin)(?: (?:uri|url|urls|uris|link))?$/
const ownHeaders = new Set(['referer', 'referrer', 'origin', 'host', 'link', 'location', 'content-location'])

/** Inputs in parameters and bodies alike, by declaration, by format, and by name as a last resort. */
export function urlInputsOf(fields: OperationFields): readonly UrlInput[] {
  return fields.in.flatMap(field => {
    const source = sourceOf(field)
    if (source === undefined) return []
    const allow = field.extension.url
    return [{ field, source, ...(allow === undefined ? {} : { allow }) }]
  })
}

function sourceOf(field: Field): FactSource | undefined {
  // A list of URLs is checked item by item, and each carries what is declared of the list.
  if (field.types.includes('array') && isObject(member(field.schema?.value, 'items'))) return undefined
  if (field.extension.url !== undefined) return 'declared'
  const takesText = field.types.length === 0 || field.types.includes('string')
  if (!takesText || field.readOnly) return undefined
  const schema = field.schema?.value
  if (isObject(member(schema, 'properties'))) return undefined
  if (Array.isArray(member(schema, 'enum')) || member(schema, 'const') !== undefined) return undefined
  if (field.place === 'header' && ownHeaders.has(field.name.toLowerCase())) return undefined
  const words = wordsOf(namedPart(field.path) ?? field.name)
  if (notFetched.test(words.join(' '))) return undefined
  const format = member(schema, 'format')
  if (isString(format)) return urlFormats.has(format) ? 'derived' : undefined
  const last = words.at(-1) ?? ''
  return urlWord.test(last) || urlCompound.test(last) ? 'guessed' : undefined
}

/** The last property name of a path: an item of a list is called as the list is. */
function namedPart(path: readonly string[]): string | undefined {
  return path.findLast(part => part !== '[]' && part !== '*')
}
