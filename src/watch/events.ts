import { Fault } from '../core/fault.ts'
import { isObject, isString, type JsonObject } from '../core/json.ts'
import type { ApiEvent } from '../risk/event.ts'

/**
 * Reads events from JSON lines as the guard writes them. The last line may be cut off, as it is while the guard is
 * still writing or was stopped; anything else that is no event is a Fault with its line number. Members that a later
 * version adds are let through.
 *
 * @param file how the faults name the source
 */
export function* readEvents(lines: Iterable<string>, file = 'events'): Generator<ApiEvent, void, void> {
  const reader = eventReader(file)
  for (const line of lines) {
    const event = reader(line)
    if (event !== undefined) yield event
  }
}

/** The same for lines that arrive over time: a `node:readline` interface, a followed file. */
export async function* readEventStream(
  lines: AsyncIterable<string>,
  file = 'events',
): AsyncGenerator<ApiEvent, void, void> {
  const reader = eventReader(file)
  for await (const line of lines) {
    const event = reader(line)
    if (event !== undefined) yield event
  }
}

function eventReader(file: string): (text: string) => ApiEvent | undefined {
  let line = 0
  let pending: Fault | undefined
  return text => {
    line++
    if (text.trim() === '') return undefined
    // A line that was cut off may only be the last one: it becomes a fault when another follows.
    if (pending !== undefined) throw pending
    let value: unknown
    try {
      value = JSON.parse(line === 1 ? text.replace(/^\uFEFF/, '') : text)
    } catch {
      pending = fault(file, line, 'This line is not JSON.')
      return undefined
    }
    const wrong = isObject(value) ? wrongMember(value) : 'the line is not an object'
    if (wrong !== undefined) throw fault(file, line, `This line is not an event: ${wrong}.`)
    // Every member that ApiEvent names was checked by `wrongMember`, save that card and weakness ids are of the catalogue:
    // a guard of another version may know others, and no detector relies on that.
    return value as unknown as ApiEvent
  }
}

function fault(file: string, line: number, message: string): Fault {
  return new Fault('configuration', message, {
    place: { file, line },
    hint: 'Events come from `rugged guard --events FILE`, one JSON object to a line.',
  })
}

type Test = (value: unknown) => boolean

const isCount: Test = value => typeof value === 'number' && Number.isFinite(value) && value >= 0
const oneOf =
  (...allowed: readonly string[]): Test =>
  value =>
    isString(value) && allowed.includes(value)
const optional =
  (test: Test): Test =>
  value =>
    value === undefined || test(value)
const listOf =
  (test: Test): Test =>
  value =>
    Array.isArray(value) && value.every(test)
const shaped =
  (members: Readonly<Record<string, Test>>): Test =>
  value =>
    isObject(value) && Object.entries(members).every(([name, test]) => test(value[name]))

const sightings = listOf(shaped({ type: isString, id: isString, place: isString }))

const eventMembers: Readonly<Record<keyof ApiEvent, Test>> = {
  at: isCount,
  id: isString,
  api: isString,
  operation: optional(shaped({ id: optional(isString), method: isString, path: isString })),
  method: isString,
  path: isString,
  caller: shaped({ kind: oneOf('anonymous', 'credential', 'key', 'subject'), id: isString, address: isString }),
  status: isCount,
  decision: oneOf('passed', 'alerted', 'refused'),
  reasons: listOf(shaped({ card: isString, weakness: isString, mode: oneOf('block', 'alert') })),
  used: sightings,
  handed: sightings,
  handedCount: isCount,
  urls: listOf(shaped({ scope: isString, host: isString })),
  sensitive: listOf(isString),
  undeclared: listOf(isString),
  bytesIn: isCount,
  bytesOut: isCount,
  milliseconds: isCount,
}

function wrongMember(value: JsonObject): string | undefined {
  const wrong = Object.entries(eventMembers).find(([name, test]) => !test(value[name]))?.[0]
  if (wrong === undefined) return undefined
  return value[wrong] === undefined ? `"${wrong}" is missing` : `"${wrong}" is not what it should be`
}
