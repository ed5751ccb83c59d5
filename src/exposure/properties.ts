import type { ValueExtension } from '../contract/extension.ts'
import type { Contract, Located, Schema } from '../contract/model.ts'
import { schemaTypeName, schemaTypes, walkSchema } from '../contract/walk.ts'
import { escapePointerToken, isObject, type JsonObject, type JsonValue, member } from '../core/json.ts'

/** A property, or an item of a list of plain values, with what the contract says about it. */
export interface Property {
  readonly name: string
  /** Names from the root, `[]` for the items of a list, `*` for the values of a map. */
  readonly path: readonly string[]
  readonly pointer: string
  /** References followed. */
  readonly schema: Located<Schema>
  readonly types: readonly string[]
  readonly required: boolean
  readonly readOnly: boolean
  readonly writeOnly: boolean
  readonly extension: ValueExtension
  /** The object schema that declares it; absent for items. */
  readonly parent?: Located<Schema>
  readonly parentType?: string
}

/** Enough for every table of facts; a mesh of schemas that refer to each other is cut off here. */
const mostProperties = 3000
const deepest = 10

interface Open {
  readonly schema: Located<Schema>
  readonly path: readonly string[]
  /** The schemas on the way here, so that a circle is entered once. */
  readonly above: Above | undefined
}

interface Above {
  readonly value: JsonValue
  readonly next: Above | undefined
}

/**
 * The properties of a schema, breadth first: what is near the root is never lost to what is deep. Each schema of the
 * contract is read once, however many operations use it.
 */
export function propertiesOf(contract: Contract, root: Located<Schema>): Property[] {
  const found: Property[] = []
  const open: Open[] = [{ schema: root, path: [], above: undefined }]
  for (let at = 0; at < open.length && found.length < mostProperties; at++) {
    const entry = open[at]
    if (entry === undefined || entry.path.length >= deepest) continue
    const { members, below } = shapeOf(contract, entry.schema)
    for (const item of members) found.push({ ...item, path: [...entry.path, ...item.path] })
    for (const { step, schema, value } of below) {
      if (isAbove(entry.above, value)) continue
      open.push({ schema, path: [...entry.path, ...step], above: { value, next: entry.above } })
    }
  }
  return found
}

function isAbove(above: Above | undefined, value: JsonValue): boolean {
  for (let entry = above; entry !== undefined; entry = entry.next) if (entry.value === value) return true
  return false
}

/** One level of a schema: what it declares, and where it goes on. */
interface Shape {
  readonly members: readonly Property[]
  readonly below: readonly {
    readonly step: readonly string[]
    readonly schema: Located<Schema>
    readonly value: JsonValue
  }[]
}

const shapes = new WeakMap<Contract, Map<JsonValue, Shape>>()

function shapeOf(contract: Contract, site: Located<Schema>): Shape {
  const known = shapes.get(contract) ?? new Map<JsonValue, Shape>()
  shapes.set(contract, known)
  const target = follow(contract, site)
  const before = known.get(target.value)
  if (before !== undefined) return before
  const shape = readShape(contract, target)
  known.set(target.value, shape)
  return shape
}

function readShape(contract: Contract, schema: Located<Schema>): Shape {
  const members: Property[] = []
  const below: Shape['below'][number][] = []
  const goOn = (step: string, child: JsonValue | undefined, pointer: string) => {
    if (!isSchema(child)) return
    const target = follow(contract, { value: child, pointer })
    if (holdsMore(contract, target)) below.push({ step: [step], schema: target, value: target.value })
    else if (step === '[]') members.push(itemOf(contract, { value: child, pointer }, target))
  }
  const parts = [...walkSchema(contract, schema)]
  const required = new Set(parts.filter(part => part.always).flatMap(part => requiredOf(part.schema.value)))
  for (const { schema: part, always } of parts) {
    const { value, pointer } = part
    // What holds for every value is the object's own, whichever part of its composition declares it.
    const parent = always ? schema : part
    const parentType = schemaTypeName(parent.pointer) ?? schemaTypeName(part.pointer) ?? schemaTypeName(schema.pointer)
    const own = new Set([...required, ...requiredOf(value)])
    for (const [name, child] of entriesOf(value['properties'])) {
      const at = { value: child, pointer: `${pointer}/properties/${escapePointerToken(name)}` }
      const visit = memberOf(
        contract,
        at,
        { parent, ...(parentType === undefined ? {} : { parentType }) },
        name,
        own.has(name),
      )
      members.push(visit)
      // By the site, so that what stands beside a $ref in 3.1 is seen as well.
      if (holdsMore(contract, at)) below.push({ step: [name], schema: at, value: visit.schema.value })
    }
    for (const keyword of ['items', 'unevaluatedItems']) goOn('[]', value[keyword], `${pointer}/${keyword}`)
    for (const keyword of ['additionalProperties', 'unevaluatedProperties']) {
      goOn('*', value[keyword], `${pointer}/${keyword}`)
    }
    const { prefixItems } = value
    for (const [index, item] of Array.isArray(prefixItems) ? prefixItems.entries() : []) {
      goOn('[]', item, `${pointer}/prefixItems/${index}`)
    }
    for (const [name, child] of entriesOf(value['patternProperties'])) {
      goOn('*', child, `${pointer}/patternProperties/${escapePointerToken(name)}`)
    }
  }
  return { members, below }
}

function memberOf(
  contract: Contract,
  site: Located<Schema>,
  holder: Pick<Property, 'parent' | 'parentType'>,
  name: string,
  required: boolean,
): Property {
  const schema = follow(contract, site)
  // Beside a $ref, 3.0 ignores readOnly; people write it there all the same and mean it.
  const said: readonly JsonValue[] = [site.value, schema.value]
  return {
    name,
    path: [name],
    pointer: site.pointer,
    schema,
    ...holder,
    extension: contract.valueExtension(site),
    required,
    readOnly: said.some(part => member(part, 'readOnly') === true),
    writeOnly: said.some(part => member(part, 'writeOnly') === true),
    types: schemaTypes(contract, site),
  }
}

function itemOf(contract: Contract, site: Located<Schema>, schema: Located<Schema>): Property {
  return {
    name: '[]',
    path: ['[]'],
    pointer: site.pointer,
    schema,
    types: schemaTypes(contract, site),
    required: false,
    readOnly: false,
    writeOnly: false,
    extension: contract.valueExtension(site),
  }
}

/** True for whatever is, or may be, an object with properties, a list or a map. */
function holdsMore(contract: Contract, schema: Located<Schema>): boolean {
  for (const { schema: part } of walkSchema(contract, schema)) {
    const { properties, items, additionalProperties, patternProperties, prefixItems } = part.value
    if (isObject(properties) || isObject(items) || isObject(patternProperties)) return true
    if (isObject(additionalProperties) || Array.isArray(prefixItems)) return true
  }
  return false
}

/** The schema that a reference leads to; one that leads nowhere stays as it was written, and has been reported. */
export function follow(contract: Contract, schema: Located<Schema>): Located<Schema> {
  const target = contract.resolve(schema)
  return target !== undefined && isSchema(target.value) ? { value: target.value, pointer: target.pointer } : schema
}

function requiredOf(schema: JsonObject): string[] {
  const { required } = schema
  return Array.isArray(required) ? required.filter(name => typeof name === 'string') : []
}

function entriesOf(value: JsonValue | undefined): [string, Schema][] {
  if (!isObject(value)) return []
  return Object.entries(value).filter((entry): entry is [string, Schema] => isSchema(entry[1]))
}

function isSchema(value: JsonValue | undefined): value is Schema {
  return isObject(value) || typeof value === 'boolean'
}
