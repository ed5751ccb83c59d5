import type { Secret } from './actor.ts'
import type { WireRequest } from './wire.ts'

// What curl sends by itself, or what only concerns this scan.
const implied = new Set(['accept', 'content-length', 'host', 'user-agent', 'x-rugged-scan'])

/**
 * One shell line that repeats a request. Every secret is written as a variable (`"$TOKEN_USERA"`), so that the line
 * can be pasted into a ticket; POSIX quoting, whatever the values hold.
 *
 * @param origin without a trailing slash
 */
export function curlLine(request: WireRequest, origin: string, secrets: readonly Secret[]): string {
  const quote = (text: string) => shellQuote(text, secrets)
  const parts = ['curl', '-sS', '-g', '--path-as-is']
  if (request.method === 'HEAD') parts.push('-I')
  else if (request.method !== 'GET') parts.push('-X', request.method)
  parts.push(quote(`${origin}${request.path}`))
  for (const [name, value] of Object.entries(request.headers)) {
    // curl drops a header that is written `name:`; `name;` sends it empty.
    if (!implied.has(name)) parts.push('-H', quote(value === '' ? `${name};` : `${name}: ${value}`))
  }
  if (request.body !== undefined) parts.push('--data-raw', quote(request.body))
  return parts.join(' ')
}

/** Quotes for a POSIX shell: single quotes, with variables in double quotes where a secret stood. */
export function shellQuote(text: string, secrets: readonly Secret[] = []): string {
  // The longest first, so that a secret that holds another one goes as a whole.
  const known = secrets.filter(secret => secret.value !== '').toSorted((a, b) => b.value.length - a.value.length)
  const found = known
    .flatMap(secret => [secret.value, encodeURIComponent(secret.value)].map(value => ({ value, secret })))
    .find(({ value }) => text.includes(value))
  if (found === undefined) return quoteText(text)
  const [before = '', ...after] = text.split(found.value)
  const variable = `"$${found.secret.variable}"`
  const rest = after.map(part => `${variable}${part === '' ? '' : shellQuote(part, secrets)}`).join('')
  return `${before === '' ? '' : shellQuote(before, secrets)}${rest}`
}

function quoteText(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
