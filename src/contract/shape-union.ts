import { escapePointerToken, isObject, type JsonObject, type JsonValue } from '../core/json.ts'
import type { Contract, Located, Schema } from './model.ts'
import { opennessOf } from './openness.ts'
import { walkSchema } from './walk.ts'

/**
 * What a contract declares at one place: the union over all alternatives, found when it is first asked for, so that
 * recursive schemas have a shape too.
 */
export interface Shape {
  /** Whether undeclared names pass, because the contract lets them or says nothing about objects here. */
  readonly open: boolean
  /** What may stand under a name; undefined when nothing may. */
  property(name: string): Shape | undefined
  /** Whether a name is declared itself, rather than let in by a map. */
  declares(name: string): boolean
  /** What may stand in a list; undefined when no list may stand here. */
  items(): Shape | undefined
}

/** Says nothing, so anything passes as it is. */
const openShape: Shape = { open: true, property: () => openShape, declares: () => false, items: () => openShape }

/** The shapes of one contract in one direction, each made once. */
export class Shapes {
  readonly contract: Contract
  readonly #hidden: 'readOnly' | 'writeOnly'
  readonly #known = new Map<string, Shape>()
  readonly #ids = new WeakMap<object, number>()
  #count = 0

  constructor(contract: Contract, hidden: 'readOnly' | 'writeOnly') {
    this.contract = contract
    this.#hidden = hidden
  }

  /** One shape for several schemas of which any may hold. */
  of(schemas: readonly Located<Schema>[]): Shape {
    const distinct = new Map(schemas.map(schema => [this.#idOf(schema.value), schema]))
    const key = [...distinct.keys()].sort((a, b) => a - b).join()
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const shape = new UnionShape(this, [...distinct.values()])
    this.#known.set(key, shape)
    return shape
  }

  #idOf(value: Schema): number {
    if (typeof value === 'boolean') return value ? -1 : -2
    const known = this.#ids.get(value)
    if (known !== undefined) return known
    this.#ids.set(value, ++this.#count)
    return this.#count
  }

  /** Whether a property has no place in this direction. Beside a `$ref` it counts in 3.0 too: people mean it. */
  isHidden(schema: Located<Schema>): boolean {
    if (isObject(schema.value) && schema.value[this.#hidden] === true) return true
    return walkSchema(this.contract, schema).some(part => part.always && part.schema.value[this.#hidden] === true)
  }
}

class UnionShape implements Shape {
  readonly #shapes: Shapes
  readonly #schemas: readonly Located<Schema>[]
  readonly #properties = new Map<string, Shape | undefined>()
  #parts: readonly Located<JsonObject>[] | undefined
  #declared: ReadonlyMap<string, readonly Located<Schema>[]> | undefined
  #open: boolean | undefined
  /** Null until it was found out. */
  #items: Shape | undefined | null = null
  #others: Shape | undefined | null = null

  constructor(shapes: Shapes, schemas: readonly Located<Schema>[]) {
    this.#shapes = shapes
    this.#schemas = schemas
  }

  get open(): boolean {
    this.#open ??= this.#schemas.some(schema => {
      const openness = opennessOf(this.#shapes.contract, schema, 'object')
      return openness === 'silent' || (openness === 'explicit' && this.#rest().length === 0)
    })
    return this.#open
  }

  declares(name: string): boolean {
    return this.#declarations(name).length > 0
  }

  property(name: string): Shape | undefined {
    const known = this.#properties.get(name)
    if (known !== undefined) return known
    // A name that only a map lets in is not kept: a client could send any number of them.
    const declarations = this.#declarations(name)
    if (declarations.length === 0) return this.#undeclared()
    if (!this.#properties.has(name)) {
      const visible = declarations.some(schema => this.#shapes.isHidden(schema)) ? [] : declarations
      this.#properties.set(name, visible.length === 0 ? undefined : this.#shapes.of(visible))
    }
    return this.#properties.get(name)
  }

  items(): Shape | undefined {
    if (this.#items === null) this.#items = this.#findItems()
    return this.#items
  }

  #findItems(): Shape | undefined {
    const found = this.#allParts().flatMap(({ value, pointer }) => [
      ...childAt(value, 'items', pointer),
      ...listAt(value, 'prefixItems', pointer),
      ...childAt(value, 'unevaluatedItems', pointer),
    ])
    if (found.length > 0) return this.#shapes.of(found)
    const open = this.#schemas.some(schema => opennessOf(this.#shapes.contract, schema, 'array') !== 'closed')
    return open ? openShape : undefined
  }

  #undeclared(): Shape | undefined {
    if (this.#others === null) {
      const rest = this.#rest()
      this.#others = rest.length > 0 ? this.#shapes.of(rest) : this.open ? openShape : undefined
    }
    return this.#others
  }

  /** The schemas of names that are not declared one by one. */
  #rest(): readonly Located<Schema>[] {
    return this.#allParts().flatMap(({ value, pointer }) => [
      ...childAt(value, 'additionalProperties', pointer),
      ...childAt(value, 'unevaluatedProperties', pointer),
      ...mapAt(value, 'patternProperties', pointer),
    ])
  }

  #declarations(name: string): readonly Located<Schema>[] {
    this.#declared ??= this.#findDeclared()
    return this.#declared.get(name) ?? []
  }

  #findDeclared(): ReadonlyMap<string, Located<Schema>[]> {
    const declared = new Map<string, Located<Schema>[]>()
    for (const { value, pointer } of this.#allParts()) {
      const { properties } = value
      for (const [name, child] of Object.entries(isObject(properties) ? properties : {})) {
        const found = located(child, `${pointer}/properties/${escapePointerToken(name)}`)
        declared.set(name, [...(declared.get(name) ?? []), ...found])
      }
    }
    return declared
  }

  #allParts(): readonly Located<JsonObject>[] {
    this.#parts ??= this.#schemas.flatMap(schema => walkSchema(this.#shapes.contract, schema).map(part => part.schema))
    return this.#parts
  }
}

/** The schema under a keyword; `false` is none, and `true` lets anything in. */
function childAt(schema: JsonObject, key: string, pointer: string): readonly Located<Schema>[] {
  const child = schema[key]
  return child === false ? [] : located(child, `${pointer}/${key}`)
}

function listAt(schema: JsonObject, key: string, pointer: string): readonly Located<Schema>[] {
  const list = schema[key]
  if (!Array.isArray(list)) return []
  return list.flatMap((child: JsonValue, index) => located(child, `${pointer}/${key}/${index}`))
}

function mapAt(schema: JsonObject, key: string, pointer: string): readonly Located<Schema>[] {
  const map = schema[key]
  if (!isObject(map)) return []
  return Object.entries(map).flatMap(([name, child]) => located(child, `${pointer}/${key}/${escapePointerToken(name)}`))
}

function located(value: JsonValue | undefined, pointer: string): readonly Located<Schema>[] {
  return isObject(value) || typeof value === 'boolean' ? [{ value, pointer }] : []
}
