import type { Format } from 'ajv'
import { fullFormats } from 'ajv-formats/dist/formats.js'

/**
 * The formats that are enforced: those of JSON Schema 2020-12 and of the OpenAPI format registry. Others say nothing.
 * Each has a longest text, since the expressions behind some of them take quadratic time; a longer text is not of the
 * format. `password` and `binary` describe, and let everything pass.
 */
export const formats: ReadonlyMap<string, Format> = new Map<string, Format>([
  ...ofText(64, ['date', 'time', 'date-time', 'duration', 'ipv4', 'ipv6']),
  ...ofText(320, ['email', 'hostname']),
  ...ofText(8192, ['uri', 'uri-reference', 'uri-template', 'json-pointer', 'relative-json-pointer', 'regex']),
  // What people call a URL; ajv-formats would refuse private hosts and run an expression of unbounded time.
  ['url', atMost(8192, fullFormats['uri'])],
  // RFC 4122 without the `urn:uuid:` that ajv-formats lets pass: JSON Schema section 7.3.5 has no such prefix.
  ['uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i],
  ['byte', isBase64],
  ['base64url', /^[A-Za-z0-9_-]*={0,2}$/],
  ['password', true],
  ['binary', true],
  ...integers({
    int8: [-128, 127],
    uint8: [0, 255],
    int16: [-32_768, 32_767],
    uint16: [0, 65_535],
    int32: [-2_147_483_648, 2_147_483_647],
    uint32: [0, 4_294_967_295],
    int64: [-(2 ** 63), 2 ** 63],
    uint64: [0, 2 ** 64],
  }),
  ['float', { type: 'number', validate: (value: number) => Number.isFinite(value) }],
  ['double', { type: 'number', validate: (value: number) => Number.isFinite(value) }],
])

function ofText(longest: number, names: readonly string[]): [string, Format][] {
  return names.map(name => [name, atMost(longest, fullFormats[name as keyof typeof fullFormats])]) // as: listed above
}

/** The check of a format of ajv-formats, in any of the ways they are written, for texts up to a length. */
function atMost(longest: number, format: unknown): Format {
  const inner = typeof format === 'object' && format !== null && 'validate' in format ? format.validate : format
  const test = inner instanceof RegExp ? (text: string) => inner.test(text) : inner
  if (typeof test !== 'function') throw new TypeError('ajv-formats has changed: a format is missing')
  return (text: string) => text.length <= longest && test(text) === true
}

/** Base64 with padding (RFC 4648 section 4); line breaks are not part of it. */
function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}

function integers(ranges: Readonly<Record<string, readonly [number, number]>>): [string, Format][] {
  return Object.entries(ranges).map(([name, [least, most]]) => [
    name,
    { type: 'number', validate: (value: number) => Number.isInteger(value) && value >= least && value <= most },
  ])
}
