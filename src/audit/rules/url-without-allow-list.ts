import { isObject } from '../../core/json.ts'
import { wordsOf } from '../../core/words.ts'
import type { ApiExposure, OperationExposure } from '../../exposure/exposure.ts'
import type { UrlInput } from '../../exposure/urls.ts'
import type { Draft } from '../../risk/finding.ts'
import type { Severity } from '../../risk/weakness.ts'
import { defineRule } from '../rule.ts'
import { listOf, nameField } from '../wording.ts'

/**
 * An attacker gives the API an address of his choice, and the API fetches it from inside: the cloud's metadata service,
 * a database, an admin page that trusts its neighbours.
 *
 * One finding per operation, naming its URL inputs in query, path, header and body alike. `high` where the words of the
 * operation or of the input say that it fetches or calls (import, preview, webhook, callback, proxy, render …), `medium`
 * where the format says that it is a URL, `low` where the name alone does, or says that it is shown rather than fetched
 * (homepage, avatar, website).
 *
 * When it is wrong: the API may never fetch what it is given; a link that is only shown is a matter for the client.
 *
 * To waive it: `x-rugged: { url: { schemes: [https], hosts: [files.example.com] } }` at the input, which the guard enforces.
 */
export const urlWithoutAllowList = defineRule({
  kind: 'rule',
  id: 'url-without-allow-list',
  summary: 'The API takes a URL from the client, and nothing says where it may lead.',
  covers: ['url-without-allow-list'],
  serves: ['API7-a', 'API7-d', 'API7-e'],
  severity: 'high',
  remedy: 'Declare schemes, hosts and ports at the input (x-rugged: url); fetch through an egress that checks them.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa7-server-side-request-forgery/'],
  *operation(row, api) {
    const open = row.urls.filter(({ allow }) => allow?.hosts === undefined || allow.hosts.length === 0)
    const [first] = open
    if (first === undefined) {
      yield* withoutSchemes(row, api)
      return
    }
    const judged = open.map(input => ({ input, severity: judge(input, row, api) }))
    const severity =
      (['high', 'medium', 'low'] as const).find(level => judged.some(entry => entry.severity === level)) ?? 'low'
    const worst = judged.filter(entry => entry.severity === severity).map(({ input }) => input)
    const fetches = severity === 'high' ? ' The words here speak of fetching or calling it.' : ''
    const guess = worst.every(({ source }) => source === 'guessed') ? ' That it is a URL is guessed from its name.' : ''
    yield {
      severity,
      message: `The API takes a URL from the client (${listOf(worst.map(({ field }) => nameField(field)))}) and nothing says where it may lead, so it can be sent to internal addresses.${fetches}${guess}`,
      where: api.contract.place((worst[0] ?? first).field.pointer),
      confidence: guess === '' ? 'firm' : 'tentative',
      evidence: { inputs: open.map(({ field, source }) => ({ at: nameField(field), source })) },
    }
  },
})

/** Hosts are listed, and nothing says that it may not be `ftp:` or another port of theirs. */
function* withoutSchemes({ urls }: OperationExposure, { contract }: ApiExposure): Iterable<Draft> {
  const loose = urls.filter(({ allow }) => allow?.hosts !== undefined && allow.schemes === undefined)
  const [first] = loose
  if (first === undefined) return
  yield {
    severity: 'low',
    message: `The allow-list of ${listOf(loose.map(({ field }) => nameField(field)))} names hosts and no schemes, so every protocol of the fetcher can be used towards them.`,
    where: contract.place(first.field.pointer),
    remedy: 'Name the schemes, and the ports where they are not the usual ones.',
    confidence: 'certain',
  }
}

const fetching =
  /\b(?:fetch(?:es|ed)?|imports?|download(?:s|ed)?|preview(?:s|ed)?|web ?hooks?|call ?backs?|prox(?:y|ies)|render(?:s|ed)?|screenshots?|crawl(?:s|er)?|scrape[sr]?|ingest(?:s|ion)?|mirror(?:s|ed)?|unfurl|oembed|embed|thumbnail|remote|hooks?|ping|notif(?:y|ied|ication)|retrieve[sd]? from|pull(?:s|ed)? from|load(?:s|ed)? from|sends? (?:a |an )?(?:post|requests?|http)|copy from|upload by url|clone|convert|analy[sz]e|scan|check url|forward|deliver(?:s|ed|y)?|subscri(?:be|ption)s?)\b/

/** The description of an input says that the server goes there; `can be used to fetch` speaks of the client. */
const goesThere =
  /\b(?:web ?hooks?|call ?backs?|we (?:\w+ )?(?:send|fetch|post|call|download|ping|notify)|(?:is|are|be|gets?) (?:fetched|called|downloaded|pinged|crawled|imported|rendered)|(?:be|is|are) (?:sent|posted|delivered|forwarded) to|(?:fetch|download|import|load|pull|retrieve|copy|read)(?:s|ed)? (?:\w+ ){0,4}from)\b/

/** Shown in a page or opened by a person. */
const shown =
  /^(?:home ?page|web ?site|blog|avatar|logo|icon|image|photo|picture|banner|cover|thumbnail|profile|html|repo(?:sitory)?|license|docs?|documentation|support|terms|privacy(?: policy)?|contact|external|public|share|details|target|tracking|invoice|receipt|facebook|twitter|linkedin|instagram|youtube|github|social(?: \w+)?)(?: (?:page|link|image|photo))*(?: (?:url|uri|link|href)s?)?$/

function judge(
  { field, source, allow }: UrlInput,
  { operation }: OperationExposure,
  { contract }: ApiExposure,
): Severity {
  const own = wordsOf(field.path.findLast(part => part !== '[]' && part !== '*') ?? field.name).join(' ')
  const schema = contract.at(field.pointer)?.value
  const told =
    isObject(schema) && typeof schema['description'] === 'string'
      ? schema['description'].slice(0, 500).toLowerCase()
      : ''
  const around = [operation.path, operation.id ?? '', operation.summary ?? ''].flatMap(wordsOf).join(' ')
  if (shown.test(own) && !goesThere.test(told)) return 'low'
  // An allow-list without hosts bounds the scheme and leaves the target open.
  if (allow !== undefined) return 'medium'
  const speaks = fetching.test(own) || goesThere.test(told) || fetching.test(around)
  if (source === 'guessed') return speaks ? 'medium' : 'low'
  return speaks ? 'high' : 'medium'
}
