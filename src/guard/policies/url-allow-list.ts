import type { UrlRule } from '../../contract/extension.ts'
import { hostListed, parseRemoteUrl, type RemoteUrl, readsAsRemote, remoteScope } from '../../core/url.ts'
import type { UrlInput } from '../../exposure/urls.ts'
import type { UrlSighting } from '../../risk/event.ts'
import type { Exchange } from '../exchange.ts'
import { compileInputReader, parameterKey } from '../places.ts'
import { definePolicy, type Verdict } from '../policy.ts'
import { declaredTypes, placeName } from '../references.ts'
import { type JudgeName, judgeNames, unknown } from '../remote-hosts.ts'
import { bodySchemas, byPointer, compileTree, type SchemaTree } from '../schema-tree.ts'
import { editMarked, visitMarked } from '../tree-walk.ts'

/** URLs in one request: more than any form has, fewer than would make the guard a tool against name servers. */
const mostUrls = 50

/**
 * An attacker gives the API a URL to fetch, and the API's own place in the network takes it where he cannot go: the
 * cloud's metadata service and its keys, an unprotected admin page, the database's port. He writes the address in one of
 * a hundred spellings, hides it behind a name that resolves to it, in userinfo, or in a character that one parser reads
 * otherwise than the next.
 *
 * Every input of the contract that holds a URL is parsed once, in query, path, headers and deep in bodies, by the rules
 * of the WHATWG; spellings on which parsers disagree are refused. With a `url` rule, scheme, host and port must be on its
 * lists; without a list of ports, only the scheme's own port passes, or one that stands beside the host (`a.example:8443`).
 * A host that the rule lists may be an inner one. Without hosts in a rule, only `http` and `https` pass, and
 * nothing that leads to private, loopback, link-local, metadata, reserved or multicast addresses or inner names: names
 * are looked up, and every address they have is checked. What was checked is what the API gets: the canonical form.
 *
 * When it is wrong. The API looks the name up once more when it fetches: a name server that gives another answer then
 * (rebinding), and a redirect of an allowed host, are not seen here. A list of hosts closes the first; both are closed
 * by sending what the API fetches through the egress proxy. Network-specific NAT64 prefixes look like any public address.
 * A name that cannot be looked up within two seconds is refused. Inputs that are only *named* like URLs may also hold
 * relative references and mail or telephone links; free text that begins like a URL is refused there. Media types of a
 * rule are for egress.
 *
 * To waive it, list the host in a `url` rule, or set the mode for an operation.
 */
export const urlAllowList = definePolicy({
  kind: 'policy',
  id: 'url-allow-list',
  summary: 'Lets a request send the API only to addresses that are declared, or at least public.',
  covers: ['server-side-request-forgery', 'url-without-allow-list'],
  serves: ['API7-b', 'API7-d', 'API7-e', 'API7-h'],
  severity: 'critical',
  remedy: 'List the schemes, hosts and ports that the input may name, and let the API fetch through an egress proxy.',
  references: [
    'https://owasp.org/API-Security/editions/2023/en/0xa7-server-side-request-forgery/',
    'CWE-918',
    'RFC 6890',
  ],
  operation(exposure, api, _options, ports) {
    if (exposure.urls.length === 0) return undefined
    const inputs = exposure.urls.map(url => compileInput(url))
    const parameters = inputs
      .filter(({ url }) => url.field.place !== 'body')
      .map(input => ({ input, key: parameterKey(input.url.field), read: compileInputReader(input.url.field) }))
    const inBody = inputs.filter(({ url }) => url.field.place === 'body')
    const tree = compileTree<CheckedInput, never>(api.contract, bodySchemas(exposure.operation.body?.content ?? []), {
      property: byPointer(inBody, ({ url }) => url.field.pointer),
    })
    const sure = declaredTypes(inBody.filter(({ url }) => url.source !== 'guessed').map(({ url }) => url.field))
    const concerned = new Set<string>(inputs.map(({ url }) => url.field.place))
    const judgeName = judgeNames(ports)

    return {
      access(exchange) {
        const { input, rawBody, inputProblems } = exchange
        if (inputProblems.some(problem => concerned.has(problem.in))) return unclear
        const found: { readonly input: CheckedInput; readonly value: unknown }[] = []
        for (const { input: checked, read } of parameters) {
          const { values, complete } = read(input)
          if (!complete) return tooMany
          for (const value of values) found.push({ input: checked, value })
        }
        if (tree !== undefined && !visitMarked(input.body, tree, (mark, value) => found.push({ input: mark, value }))) {
          return tooMany
        }
        const unread =
          input.body === undefined && rawBody !== undefined && rawBody.length > 0 && sure.take(input.mediaType)
        if (unread) return refuse('The body cannot be read, and may hold a URL.', 'server-side-request-forgery')
        if (found.length === 0) return undefined
        if (found.length > mostUrls) return tooMany

        const names = new Map<string, CheckedInput>()
        const changes = new Map<string, string>()
        for (const { input: checked, value } of found) {
          const judged = judgeValue(checked, value)
          if (judged === undefined) continue
          sight(exchange, judged.sighting)
          if (judged.refuse !== undefined) return judged.refuse
          if (judged.lookUp !== undefined) names.set(judged.lookUp, checked)
          if (judged.change !== undefined) changes.set(judged.change[0], judged.change[1])
        }
        if (names.size === 0) return rewrite(exchange, changes, parameters, tree)
        return resolveAll(exchange, names, judgeName).then(
          refused => refused ?? rewrite(exchange, changes, parameters, tree),
        )
      },
    }
  },
})

/** An input with its rule made comparable once. */
interface CheckedInput {
  readonly url: UrlInput
  readonly schemes: ReadonlySet<string>
  readonly hosts: readonly string[] | undefined
  readonly ports: readonly number[] | undefined
}

function compileInput(url: UrlInput): CheckedInput {
  const { schemes = ['http', 'https'], hosts, ports }: UrlRule = url.allow ?? {}
  return {
    url,
    schemes: new Set(schemes.map(scheme => scheme.toLowerCase().replace(/:(?:\/\/)?$/, ''))),
    hosts: hosts?.map(canonicalHost),
    ports,
  }
}

/** A host of a rule as it stands in a parsed URL: IDNA-mapped, addresses in their one form; wildcards keep their star. */
function canonicalHost(entry: string): string {
  const [, star = '', rest = entry] = /^(\*\.)?(.*)$/.exec(entry.trim()) ?? []
  const bare = rest.includes('://') ? rest.slice(rest.indexOf('://') + 3) : rest
  const written = /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*$/i.test(bare) ? `[${bare}]` : bare
  const parsed = URL.parse(`x-any://${written}/`)?.port ?? ''
  const host = URL.parse(`http://${written.replace(/:\d+$/, '')}/`)?.hostname
  if (host === undefined) return entry
  return `${star}${host}${parsed === '' ? '' : `:${parsed}`}`
}

interface Judged {
  readonly sighting: UrlSighting
  readonly refuse?: NonNullable<Verdict>
  /** A name whose addresses have to be known first. */
  readonly lookUp?: string
  /** What was sent, and what is to be forwarded instead. */
  readonly change?: readonly [string, string]
}

/** Undefined for what is no URL and need not be one. */
function judgeValue(input: CheckedInput, value: unknown): Judged | undefined {
  const {
    url: { field, source },
    schemes,
    hosts,
    ports,
  } = input
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string') {
    if (source === 'guessed') return undefined
    return {
      sighting: unreadable,
      refuse: refuse(`${placeName(field)} does not hold a text.`, 'server-side-request-forgery'),
    }
  }
  const url = parseRemoteUrl(text)
  if ('problem' in url) {
    if (mayBeRelative(input) && (!readsAsRemote(text) || /^(?:mailto|tel|sms|geo|urn):/i.test(text))) return undefined
    const log = `${placeName(field)} is refused before anybody fetches it: ${url.problem}.`
    return { sighting: unreadable, refuse: refuse(log, 'server-side-request-forgery') }
  }
  const listed = hosts !== undefined && hostListed(url, hosts)
  const scope = remoteScope(url)
  const sighting = { scope: listed ? 'listed' : scope, host: url.host.slice(0, 255) }
  const log = objection(input, url, listed, schemes, ports)
  if (log !== undefined) return { sighting, refuse: refuse(log, 'url-without-allow-list') }
  const inner = !listed && scope !== 'public' && scope !== 'unresolved'
  if (inner) {
    return { sighting, refuse: refuse(`${placeName(field)} leads inside: ${scope}.`, 'server-side-request-forgery') }
  }
  // An empty path is the same in every reader; whoever sent it without a slash gets it back without one.
  const same = url.href === text || url.href === `${text}/`
  return {
    sighting,
    ...(!listed && scope === 'unresolved' ? { lookUp: url.host } : {}),
    ...(same ? {} : { change: [text, url.href] as const }),
  }
}

function objection(
  { url: { field }, hosts }: CheckedInput,
  url: RemoteUrl,
  listed: boolean,
  schemes: ReadonlySet<string>,
  ports: readonly number[] | undefined,
): string | undefined {
  const place = placeName(field)
  if (!schemes.has(url.scheme)) return `${place} has the scheme ${url.scheme}, which is not allowed.`
  if (hosts !== undefined && !listed) return `${place} names a host that is not on its list.`
  if (ports !== undefined && !ports.includes(url.port))
    return `${place} names the port ${url.port}, which is not allowed.`
  // A host that is listed without ports is listed for the port of the scheme: the next one may be its database.
  if (listed && ports === undefined && !hasUsualPort(url) && !hostListed(url, hosts?.filter(namesPort) ?? []))
    return `${place} names the port ${url.port}, and its list names no ports.`
  return undefined
}

/** The canonical form leaves the scheme's own port out. */
function hasUsualPort({ href }: RemoteUrl): boolean {
  return URL.parse(href)?.port === ''
}

function namesPort(host: string): boolean {
  return /:\d+$/.test(host)
}

/** Inputs that are only named like a URL, and those whose format says that it may be relative. */
function mayBeRelative({ url: { source, field } }: CheckedInput): boolean {
  if (source === 'guessed') return true
  const schema = field.schema?.value
  const format = typeof schema === 'object' ? schema['format'] : undefined
  return source === 'derived' && (format === 'uri-reference' || format === 'iri-reference')
}

async function resolveAll(
  exchange: Exchange,
  names: ReadonlyMap<string, CheckedInput>,
  judgeName: JudgeName,
): Promise<Verdict> {
  for (const [host, { url }] of names) {
    const scope = await judgeName(host)
    if (scope === 'public') continue
    sight(exchange, { scope, host: host.slice(0, 255) })
    const place = placeName(url.field)
    const log =
      scope === unknown
        ? `The name in ${place} could not be looked up.`
        : `The name in ${place} leads inside: ${scope}.`
    return refuse(log, 'server-side-request-forgery')
  }
  return undefined
}

/** Puts what was checked in the place of what was sent. */
function rewrite(
  { input }: Exchange,
  changes: ReadonlyMap<string, string>,
  parameters: readonly { readonly key: string }[],
  tree: SchemaTree<CheckedInput, never> | undefined,
): Verdict {
  if (changes.size === 0) return undefined
  const put = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(put)
    return (typeof value === 'string' ? changes.get(value) : undefined) ?? value
  }
  const rewritten = new Map(input.parameters)
  for (const { key } of parameters) if (rewritten.has(key)) rewritten.set(key, put(rewritten.get(key)))
  if (tree === undefined || input.body === undefined) return { rewrite: { parameters: rewritten }, safe: false }
  const { value: body } = editMarked(input.body, tree, { property: (_, value) => put(value) })
  return { rewrite: { parameters: rewritten, ...(body === input.body ? {} : { body }) }, safe: false }
}

const unreadable: UrlSighting = { scope: 'unreadable', host: '' }

function sight({ sightings }: Exchange, sighting: UrlSighting): void {
  if (sightings.urls.length < mostUrls) sightings.urls.push(sighting)
}

function refuse(log: string, weakness: 'server-side-request-forgery' | 'url-without-allow-list'): NonNullable<Verdict> {
  return {
    refuse: 400,
    because: { weakness, problem: 'url-not-allowed', detail: 'A URL in this request is not allowed here.', log },
  }
}

const unclear = refuse('A part of the request that holds a URL can be read in two ways.', 'server-side-request-forgery')

const tooMany = refuse(
  `The request holds more than ${mostUrls} URLs, or more than can be read.`,
  'server-side-request-forgery',
)
