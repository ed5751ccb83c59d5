import type { Contract, Located, MediaType, Parameter, Schema } from '../contract/model.ts'
import { isObject, isString, type JsonValue, member } from '../core/json.ts'
import { wordsOf } from '../core/words.ts'
import type { OperationExposure } from '../exposure/exposure.ts'
import { type Call, parameterKey } from './call.ts'
import { textForPattern } from './pattern.ts'
import type { Random } from './random.ts'
import { type FlatSchema, flattenSchema } from './schema.ts'
import { isJsonType } from './wire.ts'

/** How a request is filled. The scan goes through several until one is accepted. */
export interface Variant {
  /** Whether optional inputs are left out or sent. */
  readonly inputs: 'required' | 'all'
  /** Whether the contract's examples are used where it has some. */
  readonly examples: boolean
  /** Which value of an enumeration and which branch of `oneOf`, counted round. */
  readonly choice: number
  /** True where names, e-mail addresses and the like must be ones that nobody has used yet. */
  readonly fresh: boolean
}

interface ValueSource {
  readonly contract: Contract
  readonly random: Random
  /** Makes texts of this scan unlike those of any other. */
  readonly nonce: string
  /** What other answers held under this name. */
  readonly learnt: (name: string) => JsonValue | undefined
  /** A text of this form that the actor was answered, another one each time while there are some. */
  readonly fitting?: (form: { readonly pattern?: string; readonly format?: string }) => string | undefined
}

/** Optional properties are sent up to here; what requires itself without end is cut off at twice the depth. */
const deepest = 6

/** Fills an operation's inputs with valid values. References to objects are for the caller to replace. */
export function buildCall({ operation }: OperationExposure, variant: Variant, source: ValueSource): Call {
  const parameters = new Map<string, JsonValue>()
  for (const parameter of operation.parameters) {
    if (!parameter.required && (variant.inputs === 'required' || parameter.deprecated)) continue
    // A credential is the actor's to send, and the client's headers are its own (OpenAPI 3.1 section 4.8.12.1).
    if (parameter.in === 'header' && /^(?:accept|content-type|authorization)$/i.test(parameter.name)) continue
    parameters.set(parameterKey(parameter.in, parameter.name), parameterValue(parameter, variant, source))
  }
  const media = preferredMedia(operation.body?.content ?? [])
  if (media === undefined) return { operation, parameters }
  return { operation, parameters, body: bodyValue(media, variant, source), mediaType: media.type }
}

/** JSON before forms before the rest: what can be looked into best. */
function preferredMedia(content: readonly MediaType[]): MediaType | undefined {
  return (
    content.find(media => isJsonType(media.type)) ??
    content.find(media => media.type === 'application/x-www-form-urlencoded') ??
    content.find(media => media.type === 'multipart/form-data') ??
    content[0]
  )
}

function parameterValue(parameter: Parameter, variant: Variant, source: ValueSource): JsonValue {
  const example = variant.examples ? exampleAt(source.contract, parameter.pointer, variant.choice) : undefined
  return example ?? generate(parameter.schema, parameter.name, variant, source, 0)
}

function bodyValue(media: MediaType, variant: Variant, source: ValueSource): JsonValue {
  const generated = generate(media.schema, '', variant, source, 0)
  const example = variant.examples ? exampleAt(source.contract, media.pointer, variant.choice) : undefined
  // An example made for the whole body fits together; it is kept to what the variant wants to send.
  if (!isObject(example) || !isObject(generated)) return example ?? generated
  if (variant.inputs === 'all') return { ...generated, ...example }
  return Object.fromEntries(Object.entries(generated).map(([name, value]) => [name, example[name] ?? value]))
}

/** `example`, or the values of `examples`, beside a parameter's or media type's schema (OpenAPI 3.1 section 4.8.19). */
function exampleAt(contract: Contract, pointer: string, choice: number): JsonValue | undefined {
  const single = contract.at(`${pointer}/example`)?.value
  if (single !== undefined) return single
  const several = contract.at(`${pointer}/examples`)
  if (several === undefined || !isObject(several.value)) return undefined
  const names = Object.keys(several.value)
  const name = names[choice % Math.max(1, names.length)]
  if (name === undefined) return undefined
  const token = name.replaceAll('~', '~0').replaceAll('/', '~1')
  const entry = contract.resolve({ value: several.value[name] ?? null, pointer: `${several.pointer}/${token}` })
  // What stands under `value` in a parsed document is JSON.
  return member(entry?.value, 'value') as JsonValue | undefined
}

function generate(
  schema: Located<Schema> | undefined,
  name: string,
  variant: Variant,
  source: ValueSource,
  depth: number,
): JsonValue {
  const flat = flattenSchema(source.contract, schema, variant.choice)
  const fixed = givenValue(flat, name, variant, source)
  const type = flat.types[0]
  if (type === 'object' || (type === undefined && flat.properties.size > 0)) {
    return objectValue(flat, fixed, variant, source, depth)
  }
  if (fixed !== undefined) return fixed
  if (type === 'array') {
    const least = Number(flat.keywords['minItems'] ?? 1)
    if (depth >= deepest) return []
    const count = Math.min(Math.max(least, 1), 20)
    return Array.from({ length: count }, () => generate(flat.items, name, variant, source, depth + 1))
  }
  if (type === 'boolean') return variant.choice % 2 === 1
  if (type === 'integer' || type === 'number') return numberValue(flat, type === 'integer', source.random)
  return textValue(flat, name, variant, source)
}

function objectValue(
  flat: FlatSchema,
  given: JsonValue | undefined,
  variant: Variant,
  source: ValueSource,
  depth: number,
): JsonValue {
  const example = isObject(given) ? given : {}
  const value: Record<string, JsonValue> = {}
  if (depth >= deepest * 2) return value
  for (const [name, property] of flat.properties) {
    const required = flat.required.has(name)
    const inner = flattenSchema(source.contract, property)
    if (inner.keywords['readOnly'] === true || (inner.keywords['deprecated'] === true && !required)) continue
    if (!required && (variant.inputs === 'required' || depth >= deepest)) continue
    value[name] = example[name] ?? generate(property, name, variant, source, depth + 1)
  }
  for (const name of flat.required) {
    if (!flat.properties.has(name)) value[name] = example[name] ?? `rugged ${source.nonce}`
  }
  return value
}

/** What the schema itself gives: the one value, an example, a default, one of the choices, or one that was seen. */
function givenValue(flat: FlatSchema, name: string, variant: Variant, source: ValueSource): JsonValue | undefined {
  const { const: only, enum: options, example, examples, default: standard } = flat.keywords
  if (only !== undefined) return only
  if (Array.isArray(options) && options.length > 0) {
    const preferred = variant.choice === 0 && variant.examples ? [example, ...listOf(examples), standard] : []
    const known = preferred.find(value => value !== undefined && options.includes(value))
    const usable = options.filter(option => option !== null)
    return known ?? usable[variant.choice % Math.max(1, usable.length)] ?? null
  }
  if (variant.fresh && isOneOfAKind(flat, name)) return undefined
  if (!variant.examples) return source.learnt(name)
  const list = listOf(examples)
  return example ?? list[variant.choice % Math.max(1, list.length)] ?? standard ?? undefined
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}

/** Names and addresses of people are what an API most often wants to be unique. */
function isOneOfAKind(flat: FlatSchema, name: string): boolean {
  if (!flat.types.includes('string')) return false
  return (
    flat.keywords['format'] === 'email' ||
    /\b(?:e ?mail|user ?name|login|handle|slug|sku|code|name|title|key)\b/.test(wordsOf(name).join(' '))
  )
}

function numberValue({ keywords }: FlatSchema, whole: boolean, random: Random): number {
  const step =
    typeof keywords['multipleOf'] === 'number' && keywords['multipleOf'] > 0 ? keywords['multipleOf'] : whole ? 1 : 0.5
  const exclusive = (keyword: string, bound: string) =>
    typeof keywords[keyword] === 'number' ? keywords[keyword] : keywords[keyword] === true ? keywords[bound] : undefined
  const above = exclusive('exclusiveMinimum', 'minimum')
  const below = exclusive('exclusiveMaximum', 'maximum')
  const least =
    typeof above === 'number' ? above + step : typeof keywords['minimum'] === 'number' ? keywords['minimum'] : undefined
  const greatest =
    typeof below === 'number' ? below - step : typeof keywords['maximum'] === 'number' ? keywords['maximum'] : undefined
  // Small amounts are the ones that most balances, stocks and ranges allow.
  const from = least ?? Math.min(1, greatest ?? 1)
  const raw = from + random.below(3) * step
  const value = Math.ceil(Math.min(raw, greatest ?? raw) / step) * step
  return greatest !== undefined && value > greatest ? Math.floor(greatest / step) * step : value
}

function textValue(flat: FlatSchema, name: string, variant: Variant, source: ValueSource): string {
  const { keywords } = flat
  const { format, pattern } = keywords
  // What has to have a form mostly names something that there is: what the actor was shown is tried before chance.
  const form = { ...(isString(pattern) ? { pattern } : {}), ...(format === 'uuid' ? { format } : {}) }
  const shown = variant.fresh || Object.keys(form).length === 0 ? undefined : source.fitting?.(form)
  if (shown !== undefined) return shown
  if (isString(format)) {
    const text = formatted(format, source)
    if (text !== undefined) return text
  }
  if (isString(pattern)) {
    const text = textForPattern(pattern, source.random)
    if (text !== undefined) return text
  }
  const words = wordsOf(name).join(' ')
  const least = typeof keywords['minLength'] === 'number' ? keywords['minLength'] : 0
  const greatest = typeof keywords['maxLength'] === 'number' ? keywords['maxLength'] : Math.max(least, 64)
  const natural =
    namedText(words, source) ?? (variant.fresh ? `rugged ${source.nonce}` : `rugged ${source.random.below(10_000)}`)
  return natural.padEnd(Math.min(least, 4_096), 'x').slice(0, Math.max(greatest, 1))
}

function namedText(words: string, { nonce, random }: ValueSource): string | undefined {
  if (/\be ?mail\b/.test(words)) return `rugged.${nonce}${random.below(1_000)}@example.com`
  if (/\bpass ?(?:word|phrase)\b/.test(words)) return `Rugged-${nonce}-7!`
  if (/\b(?:phone|mobile|msisdn)\b/.test(words)) return `+15550${String(100_000 + random.below(899_999))}`
  if (/\b(?:url|uri|href|link|webhook|callback)$/.test(words)) return 'https://www.example.com/'
  if (/\b(?:date of birth|birth ?date|birthday|dob)\b/.test(words)) return '1990-04-12'
  if (/\bcurrency\b/.test(words)) return 'USD'
  if (/\bcountry\b/.test(words)) return 'DE'
  if (/\b(?:amount|price|total|size|quantity)\b/.test(words)) return '1.00'
  return undefined
}

function formatted(format: string, { nonce, random }: ValueSource): string | undefined {
  switch (format) {
    case 'uuid':
      return `${hex(8, random)}-${hex(4, random)}-4${hex(3, random)}-8${hex(3, random)}-${hex(12, random)}`
    case 'email':
    case 'idn-email':
      return `rugged.${nonce}${random.below(1_000)}@example.com`
    case 'date':
      return '2030-06-15'
    case 'date-time':
      return '2030-06-15T10:00:00Z'
    case 'time':
      return '10:00:00Z'
    case 'duration':
      return 'P1D'
    case 'uri':
    case 'url':
    case 'iri':
      return 'https://www.example.com/'
    case 'uri-reference':
      return '/'
    case 'hostname':
    case 'idn-hostname':
      return 'www.example.com'
    case 'ipv4':
      return '192.0.2.10'
    case 'ipv6':
      return '2001:db8::10'
    case 'byte':
      return Buffer.from(`rugged ${nonce}`).toString('base64')
    case 'password':
      return `Rugged-${nonce}-7!`
    default:
      return undefined
  }
}

function hex(length: number, random: Random): string {
  return Array.from({ length }, () => random.below(16).toString(16)).join('')
}
