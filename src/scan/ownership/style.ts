import { isObject, type JsonValue, member } from '../../core/json.ts'
import type { Field } from '../../exposure/fields.ts'
import type { Actor } from '../actor.ts'
import { type Call, inputAt, withValue } from '../call.ts'
import { withMark } from '../free-text.ts'
import type { Happy } from '../happy.ts'
import { leavesOf } from '../oracle.ts'
import type { Scene } from '../scene.ts'
import type { Sight } from './state.ts'

/** A way to write the same request with other contents each time, since the same contents twice change nothing. */
export interface Style {
  /** True where each request has an effect of its own, whatever it says: an order, a transfer. */
  readonly acts: boolean
  /** @param now what its owner sees of the object that is written to, so that something else is said */
  readonly call: (turn: number, now?: Sight) => Call
}

/** The ways to write another user's own, working request, the most telling first. */
export function stylesFor(scene: Scene, known: Happy, actor: Actor): readonly Style[] {
  const { exposure } = scene
  const replaces = isReplacing(scene)
  const marked = (where: 'sent' | 'all'): Style => ({
    acts: false,
    call: () => withMark(known.call, exposure, scene.marker(), where),
  })
  const varied: Style = { acts: false, call: (turn, now) => withOtherValues(scene, known.call, turn, now) }
  const rebuilt: Style = {
    acts: false,
    call: turn => {
      const call = scene.build(exposure, { inputs: 'all', examples: false, choice: turn, fresh: true }, actor)
      return scene.references(exposure).reduce(
        (result, { field }) => {
          const value = inputAt(known.call, field)
          return value === undefined ? result : withValue(result, field, value)
        },
        { ...call, parameters: known.call.parameters },
      )
    },
  }
  const plain: Style = { acts: !replaces, call: () => known.call }
  const styles = replaces
    ? [marked('sent'), varied, marked('all'), rebuilt, plain]
    : [marked('sent'), plain, varied, marked('all'), rebuilt]
  // What says the same as the request that already worked shows nothing, except where each request acts.
  return styles.filter(style => style.acts || style.call(0).body !== known.call.body)
}

/** PUT and PATCH write what they say; a POST does something, at least as far as its method tells. */
export function isReplacing({ exposure }: Scene): boolean {
  return exposure.operation.method === 'PUT' || exposure.operation.method === 'PATCH'
}

/** The request with its numbers, choices, switches and dates exchanged for valid ones that the object does not hold. */
function withOtherValues(scene: Scene, call: Call, turn: number, now: Sight | undefined): Call {
  if (!isObject(call.body)) return call
  const { fields, urls } = scene.exposure
  const taken = new Set<Field>(urls.map(({ field }) => field))
  const references = new Set(scene.references(scene.exposure).map(({ field }) => field.path.join('.')))
  return fields.in.reduce((result, field) => {
    if (field.place !== 'body' || field.readOnly || taken.has(field) || references.has(field.path.join('.')))
      return result
    if (field.path.some(part => part === '[]' || part === '*')) return result
    const sent = inputAt(call, field)
    if (sent === undefined || typeof sent === 'object') return result
    const current = now === undefined ? [] : valuesNamed(now, field.name)
    const value = otherValue(field, sent, turn, new Set([...current, String(sent)]))
    return value === undefined ? result : withValue(result, field, value)
  }, call)
}

function otherValue(field: Field, sent: JsonValue, turn: number, taken: ReadonlySet<string>): JsonValue | undefined {
  const schema = field.schema?.value
  const options = member(schema, 'enum')
  const pick = (values: readonly JsonValue[]) => {
    const free = values.filter(value => !taken.has(String(value)))
    return free[turn % Math.max(1, free.length)]
  }
  // A document's values are JSON.
  if (Array.isArray(options)) return pick(options as readonly JsonValue[])
  if (typeof sent === 'boolean') return pick([true, false]) ?? !sent
  if (typeof sent === 'number') return pick(numbersNear(schema, sent))
  const format = member(schema, 'format')
  const day = (at: number) => `2031-0${(at % 8) + 1}-1${turn % 9}`
  if (format === 'date') return pick(Array.from({ length: 4 }, (_, at) => day(at)))
  if (format === 'date-time') return pick(Array.from({ length: 4 }, (_, at) => `${day(at)}T10:00:00Z`))
  return undefined
}

function numbersNear(schema: unknown, sent: number): readonly number[] {
  const step = Number(member(schema, 'multipleOf') ?? 1) || 1
  const bound = (name: string, fallback: number) => {
    const value = member(schema, name)
    return typeof value === 'number' ? value : fallback
  }
  const least = Math.max(bound('minimum', Number.NEGATIVE_INFINITY), bound('exclusiveMinimum', -Infinity) + step)
  const most = Math.min(bound('maximum', Number.POSITIVE_INFINITY), bound('exclusiveMaximum', Infinity) - step)
  return [1, 2, 3, 4, 5, 6, -1, -2, -3]
    .map(times => sent + times * step)
    .filter(value => value >= least && value <= most && (value > 0 || sent <= 0))
}

/** What the owner sees under a name, whatever is around it. */
function valuesNamed({ leaves }: Sight, name: string): readonly string[] {
  return [...leaves].flatMap(([at, value]) => (at.slice(at.lastIndexOf('/') + 1) === name ? [String(value)] : []))
}

/** What a request says of an object, compared with what its owner sees under the same names now. */
export function effectOf(scene: Scene, call: Call, now: Sight): 'new' | 'nothing-new' | 'unseen' {
  const references = new Set(scene.references(scene.exposure).map(({ field }) => field.path.at(-1)))
  let seen = false
  for (const [pointer, value] of leavesOf(call.body)) {
    const name = pointer.slice(pointer.lastIndexOf('/') + 1)
    if (references.has(name)) continue
    const current = valuesNamed(now, name)
    if (current.some(other => other !== String(value))) return 'new'
    seen ||= current.length > 0
  }
  return seen ? 'nothing-new' : 'unseen'
}
