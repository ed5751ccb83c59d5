import type { JsonObject } from '../core/json.ts'
import type { OperationExposure } from '../exposure/exposure.ts'
import type { Field } from '../exposure/fields.ts'
import type { ObjectReference } from '../exposure/objects.ts'

/** One row for people: the facts of an operation in the fewest words. A question mark is a guess from a name. */
export function describeExposure(row: OperationExposure): string[] {
  const { operation, access, uses, hands, fields, limits, urls } = row
  const own = hands.filter(hand => hand.own)
  const sensitive = fields.out.filter(field => field.sensitive !== undefined)
  return [
    operation.key,
    access.policy === 'required' ? access.weakest : access.policy,
    distinct(uses.map(use => `${use.type}${mark(use.source)} ${use.field.place} ${use.guessability}`)),
    distinct(own.map(hand => `${hand.type}${mark(hand.source)}`)),
    distinct(sensitive.map(field => `${field.sensitive?.class ?? ''}${mark(field.sensitive?.source)}`)),
    distinct([
      ...limits.rates.map(limit => `${limit.rate.count}/${limit.rate.milliseconds / 1_000}s per ${limit.per}`),
      ...limits.pages.map(page => `${page.field.name} ≤ ${page.maximum ?? '∞'}`),
    ]),
    distinct(urls.map(url => `${at(url.field)}${url.allow === undefined ? ' (no allow-list)' : ''}`)),
  ]
}

/** The same as data, with where each fact comes from. */
export function exposureJson(rows: readonly OperationExposure[]): JsonObject {
  return {
    operations: rows.map(({ operation, effect, access, transport, uses, hands, fields, limits, urls }) => ({
      operation: {
        method: operation.method,
        path: operation.path,
        ...(operation.id === undefined ? {} : { id: operation.id }),
      },
      effect,
      access: {
        policy: access.policy,
        anonymous: access.anonymous,
        weakest: access.weakest,
        source: access.source,
        alternatives: access.alternatives.map(({ requirements }) =>
          requirements.map(({ scheme, credential, scopes }) => ({ scheme, credential, scopes })),
        ),
      },
      transport: {
        cleartext: transport.cleartext,
        servers: transport.servers.map(({ url, scheme, internal }) => ({ url, scheme, internal })),
      },
      uses: uses.map(referenceJson),
      hands: hands.map(hand => ({ ...referenceJson(hand), own: hand.own, status: hand.status })),
      sensitive: fields.out.flatMap(field =>
        field.sensitive === undefined
          ? []
          : [{ at: at(field), class: field.sensitive.class, source: field.sensitive.source }],
      ),
      serverSet: fields.in.flatMap(field =>
        field.serverSet === undefined ? [] : [{ at: at(field), kind: field.serverSet }],
      ),
      limits: {
        documented: limits.documented,
        list: limits.list,
        rates: limits.rates.map(({ per, rate }) => ({ per, count: rate.count, milliseconds: rate.milliseconds })),
        pages: limits.pages.map(page => ({ at: at(page.field), maximum: page.maximum ?? null })),
        unbounded: limits.unbounded.map(at),
        uploads: limits.uploads,
      },
      urls: urls.map(url => ({ at: at(url.field), allowList: url.allow !== undefined, source: url.source })),
    })),
  }
}

function referenceJson(reference: ObjectReference): JsonObject {
  const { type, role, field, guessability, source } = reference
  return { type, ...(role === undefined ? {} : { role }), at: at(field), guessability, source }
}

/** `query.limit`, or `body.items[].id`. */
function at(field: Field): string {
  return `${field.place}.${field.path.join('.').replaceAll('.[]', '[]')}`
}

function mark(source: string | undefined): string {
  return source === 'guessed' ? '?' : ''
}

function distinct(texts: readonly string[]): string {
  const unique = [...new Set(texts)]
  return unique.length > 4 ? `${unique.slice(0, 4).join(', ')} and ${unique.length - 4} more` : unique.join(', ')
}
