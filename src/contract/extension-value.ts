import { type Entry, parseTime } from './entry.ts'
import {
  type Budget,
  flowPresets,
  type Limit,
  limitSubjects,
  type NamedFlow,
  type ObjectExtension,
  type OperationExtension,
  type Rate,
  type UrlRule,
  type View,
} from './extension.ts'

/** Reads `5/1m`, `1000/s`, `10000/day`, `5/15m`: a count, then a time. */
export function parseRate(text: string): Rate | undefined {
  const [, count = '', time = ''] = /^(\d{1,12})\s?\/\s?(.+)$/.exec(text) ?? []
  const milliseconds = parseTime(time)
  if (count === '' || milliseconds === undefined || milliseconds === 0) return undefined
  return { count: Number(count), milliseconds }
}

function readRate(entry: Entry): Rate {
  const rate = typeof entry.value === 'string' ? parseRate(entry.value) : undefined
  if (rate !== undefined) return rate
  throw entry.wrong(`${entry.name} must be a rate.`, 'Write count/time: "5/1m", "1000/s", "10000/day".')
}

const limitKeys = ['per', 'target', 'rate', 'burst', 'cost', 'penalty'] as const

export function readLimit(entry: Entry): Limit {
  const found = entry.members(limitKeys)
  const [per, rate] = [found.get('per'), found.get('rate')]
  if (per === undefined)
    throw entry.wrong(`${entry.name} lacks "per".`, `Say whom it counts: ${limitSubjects.join(', ')}.`)
  if (rate === undefined) throw entry.wrong(`${entry.name} lacks "rate".`, 'Write count/time: rate: "5/1m".')
  const subject = per.word(limitSubjects)
  if (subject === 'target' && !found.has('target')) {
    throw entry.wrong(`${entry.name} counts per target and names none.`, 'Add target: a parameter, or a JSON Pointer.')
  }
  const [target, burst] = [found.get('target')?.text(), found.get('burst')?.count()]
  const [cost, penalty] = [found.get('cost')?.count(1), found.get('penalty')?.text()]
  return {
    per: subject,
    rate: readRate(rate),
    ...(target === undefined ? {} : { target }),
    ...(burst === undefined ? {} : { burst }),
    ...(cost === undefined ? {} : { cost }),
    ...(penalty === undefined ? {} : { penalty }),
  }
}

export function readBudget(entry: Entry): Budget {
  const found = entry.members(['objects', 'per'])
  const [objects, per] = [found.get('objects'), found.get('per')]
  if (objects === undefined || per === undefined) {
    throw entry.wrong(`${entry.name} needs "objects" and "per".`, 'Write { objects: 500, per: day }.')
  }
  return { objects: objects.count(), per: per.word(['minute', 'hour', 'day', 'month']) }
}

export function readFlow(entry: Entry): NonNullable<OperationExtension['flow']> {
  if (typeof entry.value === 'string') {
    const preset = flowPresets.find(candidate => candidate === entry.value)
    // A word of one's own would be a flow of one step: far more often it is a typing error.
    return preset ?? entry.word(flowPresets)
  }
  const found = entry.members(['name', 'step', 'after', 'least'])
  const name = found.get('name')
  if (name === undefined)
    throw entry.wrong(`${entry.name} lacks "name".`, 'Write { name: checkout, step: pay, after: [cart] }.')
  const [step, after, least] = [found.get('step')?.text(), found.get('after')?.texts(), found.get('least')?.time()]
  const flow: NamedFlow = {
    name: name.text(),
    ...(step === undefined ? {} : { step }),
    ...(after === undefined ? {} : { after }),
    ...(least === undefined ? {} : { least }),
  }
  return flow
}

/** `acr` and `max_age` are the words of OpenID Connect Core section 2 and RFC 9470; `max_age` in seconds. */
export function readConfirm(entry: Entry): NonNullable<OperationExtension['confirm']> {
  const found = entry.members(['acr', 'max_age', 'maxAge'])
  const acr = found.get('acr')?.text()
  const age = (found.get('max_age') ?? found.get('maxAge'))?.time()
  return { ...(acr === undefined ? {} : { acr }), ...(age === undefined ? {} : { maxAge: Math.floor(age / 1000) }) }
}

/** A date, or a date and time, as RFC 3339 has them. */
export function readDate(entry: Entry): string {
  const text = entry.text()
  const shape = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d))?$/
  if (shape.test(text) && !Number.isNaN(Date.parse(text))) return text
  throw entry.wrong(`${entry.name} must be a date.`, 'Write 2027-01-31 or 2027-01-31T00:00:00Z.')
}

export function readOwner(entry: Entry): NonNullable<ObjectExtension['owner']> {
  const found = entry.members(['property', 'is', 'check'])
  const check = found.get('check')?.word(['read-before-write'])
  return { ...readClaim(entry, found), ...(check === undefined ? {} : { check }) }
}

export function readTenant(entry: Entry): NonNullable<ObjectExtension['tenant']> {
  return readClaim(entry, entry.members(['property', 'is']))
}

function readClaim(entry: Entry, found: ReadonlyMap<string, Entry>): { property: string; is: string } {
  const [property, is] = [found.get('property'), found.get('is')]
  if (property === undefined || is === undefined) {
    throw entry.wrong(`${entry.name} needs "property" and "is".`, 'Write { property: userId, is: sub }.')
  }
  return { property: property.text(), is: is.text() }
}

/** `masked`, `{ rounded: 2 }`, `{ aggregate: 20 }`, or the last two as text. */
export function readView(entry: Entry): View {
  if (typeof entry.value === 'string') {
    const [, kind = entry.value, number] = /^(\w+)\s*:\s*(\d{1,9})$/.exec(entry.value) ?? []
    if (kind === 'masked' && number === undefined) return { kind }
    if (kind === 'rounded' && number !== undefined) return { kind, decimals: Number(number) }
    if (kind === 'aggregate' && number !== undefined) return { kind, least: Number(number) }
    throw entry.wrong(`${entry.name} is not understood.`, 'Write masked, { rounded: 2 } or { aggregate: 20 }.')
  }
  const found = entry.members(['rounded', 'aggregate'])
  const [rounded, aggregate] = [found.get('rounded'), found.get('aggregate')]
  if (rounded !== undefined && aggregate === undefined) return { kind: 'rounded', decimals: rounded.count() }
  if (aggregate !== undefined && rounded === undefined) return { kind: 'aggregate', least: aggregate.count(1) }
  throw entry.wrong(`${entry.name} must say one thing.`, 'Write masked, { rounded: 2 } or { aggregate: 20 }.')
}

export function readUrlRule(entry: Entry): UrlRule {
  const found = entry.members(['schemes', 'hosts', 'ports', 'mediaTypes', 'media_types'])
  const [schemes, hosts] = [found.get('schemes')?.texts(), found.get('hosts')?.texts()]
  const ports = found
    .get('ports')
    ?.elements()
    .map(port => port.count(1))
  const mediaTypes = (found.get('mediaTypes') ?? found.get('media_types'))?.texts()
  return {
    ...(schemes === undefined ? {} : { schemes }),
    ...(hosts === undefined ? {} : { hosts }),
    ...(ports === undefined ? {} : { ports }),
    ...(mediaTypes === undefined ? {} : { mediaTypes }),
  }
}
