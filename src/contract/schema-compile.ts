import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { isObject, type JsonObject, stableStringify } from '../core/json.ts'
import { formats } from './format.ts'
import type { Contract, ContractProblem, Located, Schema } from './model.ts'
import { compilePattern, type LinearPattern } from './pattern.ts'
import { directionKeyword, type Projected, SchemaProjector } from './schema-project.ts'
import type { Direction } from './shape.ts'
import { toValueProblem, type ValueProblem } from './value-problem.ts'

/** Checks a value; `place` goes into the problems. */
export type Check = (value: unknown, place: Pick<ValueProblem, 'in' | 'name'>) => ValueProblem[]

/**
 * The schemas of a contract in one direction, compiled when they are first needed. Each schema object has one id under
 * which every reference finds it, so that it is projected and compiled once and circles close by themselves.
 */
export class SchemaCompiler {
  readonly #ajv: Ajv2020
  readonly #projector: SchemaProjector
  readonly #problems: ContractProblem[]
  readonly #contract: Contract
  readonly #ids = new WeakMap<object, string>()
  readonly #checks = new Map<string, Check>()
  /** Schemas that have an id and are not known to Ajv yet. */
  #waiting: { readonly id: string; readonly schema: Located<JsonObject> }[] = []
  #count = 0

  constructor(contract: Contract, direction: Direction, problems: ContractProblem[]) {
    this.#contract = contract
    this.#problems = problems
    this.#ajv = newAjv()
    this.#projector = new SchemaProjector(contract, direction, { idOf: schema => this.#idOf(schema) })
  }

  check(schema: Located<Schema>): Check {
    if (!isObject(schema.value)) return schema.value === true ? () => [] : refuseAll
    const id = this.#idOf({ value: schema.value, pointer: schema.pointer })
    const known = this.#checks.get(id)
    if (known !== undefined) return known
    this.#projectWaiting()
    const validate = this.#compile(id, schema)
    const check = validate === undefined ? refuseAll : toCheck(validate)
    this.#checks.set(id, check)
    return check
  }

  #idOf(schema: Located<JsonObject>): string {
    const known = this.#ids.get(schema.value)
    if (known !== undefined) return known
    const id = `rugged:${++this.#count}`
    this.#ids.set(schema.value, id)
    this.#waiting.push({ id, schema })
    return id
  }

  /** Hands Ajv all schemas that can be reached from those already wanted; they are compiled when one of them is. */
  #projectWaiting(): void {
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      const projected = this.#projector.project(next.schema)
      this.#reportPatterns(projected, next.schema.pointer)
      this.#ajv.addSchema(typeof projected === 'boolean' ? toObject(projected) : projected, next.id)
    }
  }

  #compile(id: string, schema: Located<Schema>): ValidateFunction | undefined {
    try {
      return this.#ajv.getSchema(id)
    } catch (cause) {
      // Nothing passes a check that cannot be made: what cannot be judged is not let through.
      const reason = cause instanceof Error ? cause.message : 'unknown reason'
      this.#report(schema.pointer, `The schema cannot be compiled, so no value passes it: ${reason.slice(0, 200)}.`)
      return undefined
    }
  }

  #reportPatterns(projected: Projected, pointer: string): void {
    for (const pattern of patternsOf(projected)) {
      const { enforced } = compilePattern(pattern)
      if (enforced === 'whole') continue
      const how = enforced === 'not' ? 'is not enforced' : 'is enforced without its repeat counts'
      const message = `The pattern ${pattern.slice(0, 100)} ${how}: it cannot run in linear time.`
      this.#report(pointer, `${message} Write it without back-references and look-ahead inside.`)
    }
  }

  #report(pointer: string, message: string): void {
    if (this.#problems.some(known => known.message === message && known.where.pointer === pointer)) return
    this.#problems.push({ message, where: this.#contract.place(pointer) })
  }
}

function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    // Schemas are projected from known keywords with values of the right kind, so there is nothing left to check.
    strict: false,
    validateSchema: false,
    meta: false,
    logger: false,
    addUsedSchema: false,
    // `constructor` is there when the value has it, not when its prototype does.
    ownProperties: true,
    // One function for each schema, shared by all that refer to it.
    inlineRefs: false,
    // One error is enough to refuse; collecting all of them would let a client choose how long that takes.
    allErrors: false,
    // 19.99 is a multiple of 0.01, whatever binary fractions make of it.
    multipleOfPrecision: 9,
    code: { regExp: Object.assign((pattern: string) => keyed(pattern), { code: 'compilePattern' }) },
  })
  for (const [name, format] of formats) ajv.addFormat(name, format)
  ajv.addKeyword({ keyword: directionKeyword, schemaType: 'string', validate: refuseDirection })
  // Ajv compares each pair of items: a body with many of them would keep it busy.
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', validate: hasUniqueItems })
  return ajv
}

/** Ajv tells patterns apart by their text. */
function keyed(pattern: string): LinearPattern & { toString(): string } {
  const { test, enforced } = compilePattern(pattern)
  return { test, enforced, toString: () => pattern }
}

interface KeywordCheck {
  (schema: string): boolean
  errors?: Partial<ErrorObject>[]
}

const refuseDirection: KeywordCheck = direction => {
  refuseDirection.errors = [{ keyword: directionKeyword, params: { direction } }]
  return false
}

function hasUniqueItems(wanted: boolean, items: readonly unknown[]): boolean {
  return !wanted || new Set(items.map(stableStringify)).size === items.length
}

function toCheck(validate: ValidateFunction): Check {
  return (value, place) => {
    try {
      if (validate(value)) return []
    } catch (cause) {
      // Recursive schemas follow the value as deep as it goes.
      if (cause instanceof RangeError) return [{ ...place, pointer: '', keyword: 'depth', message: 'nests too deep' }]
      throw cause
    }
    const problem = toValueProblem(validate.errors ?? [], place)
    return [problem ?? { ...place, pointer: '', keyword: 'schema', message: 'does not fit the contract' }]
  }
}

const refuseAll: Check = (_value, place) => [{ ...place, pointer: '', keyword: 'not', message: 'must not be there' }]

function toObject(schema: boolean): { [keyword: string]: unknown } {
  return schema ? {} : { not: {} }
}

/** The patterns of one projected schema; those behind references belong to others. */
function* patternsOf(schema: unknown): Generator<string> {
  if (Array.isArray(schema)) for (const item of schema) yield* patternsOf(item)
  if (!isObject(schema)) return
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'enum' || key === 'const') continue
    if (key === 'pattern' && typeof value === 'string') yield value
    if (key === 'patternProperties' && isObject(value)) yield* Object.keys(value)
    yield* patternsOf(value)
  }
}
