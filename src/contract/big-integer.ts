import { isObject } from '../core/json.ts'
import type { Contract, Located, Schema } from './model.ts'
import { jsonType } from './types.ts'
import type { ValueProblem } from './value-problem.ts'
import { schemaTypes, walkSchema } from './walk.ts'

const ranges: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int8: [-128n, 127n],
  uint8: [0n, 255n],
  int16: [-32_768n, 32_767n],
  uint16: [0n, 65_535n],
  int32: [-2_147_483_648n, 2_147_483_647n],
  uint32: [0n, 4_294_967_295n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
}

/** Longer than any integer that a format names; comparing texts of any length would take time. */
const mostDigits = 40

/** Whether a parameter's value is an integer that stayed text because a number would round it. */
export function isBigInteger(contract: Contract, schema: Located<Schema>, value: unknown): value is string {
  if (typeof value !== 'string' || !/^-?\d{16,}$/.test(value)) return false
  const types = schemaTypes(contract, schema)
  return (types.includes('integer') || types.includes('number')) && !types.includes('string')
}

/**
 * Checks an integer beyond 2^53 against formats, limits and steps of its schema without rounding it. Values that the
 * contract lists are numbers of a contract, and so never that large.
 */
export function checkBigInteger(
  contract: Contract,
  schema: Located<Schema>,
  text: string,
): Pick<ValueProblem, 'keyword' | 'message' | 'pointer'> | undefined {
  const fail = (keyword: string, message: string) => ({ keyword, message, pointer: '' })
  if (text.length > mostDigits) return fail('format', 'must be an integer of at most 64 bits')
  const value = BigInt(text)
  for (const { schema: part, always } of walkSchema(contract, schema)) {
    const { format, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = part.value
    if (!always || !isObject(part.value)) continue
    if (Object.hasOwn(part.value, 'enum') || Object.hasOwn(part.value, 'const')) {
      return fail('enum', 'must be one of the values that the contract lists')
    }
    const range = typeof format === 'string' ? ranges[format] : undefined
    if (range !== undefined && (value < range[0] || value > range[1])) {
      return fail('format', `must have the format "${String(format)}"`)
    }
    // Compared as exact values: JavaScript compares integers and fractions without rounding either.
    if (typeof minimum === 'number' && (exclusiveMinimum === true ? value <= minimum : value < minimum)) {
      return fail('minimum', `must be >= ${minimum}`)
    }
    if (typeof maximum === 'number' && (exclusiveMaximum === true ? value >= maximum : value > maximum)) {
      return fail('maximum', `must be <= ${maximum}`)
    }
    if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) {
      return fail('exclusiveMinimum', `must be > ${exclusiveMinimum}`)
    }
    if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) {
      return fail('exclusiveMaximum', `must be < ${exclusiveMaximum}`)
    }
    if (jsonType(multipleOf) === 'integer' && Number(multipleOf) > 0 && value % BigInt(Number(multipleOf)) !== 0n) {
      return fail('multipleOf', `must be multiple of ${String(multipleOf)}`)
    }
  }
  return undefined
}
