import type { ApiEvent, EventCaller, ObjectSighting } from '../risk/event.ts'
import type { Finding } from '../risk/finding.ts'
import type { Detector } from './detector.ts'
import { watchEvents } from './stream.ts'

export const start = Date.UTC(2026, 0, 15, 9, 0, 0)
export const second = 1_000
export const minute = 60_000
export const hour = 3_600_000

export function subject(id: string, address = '198.51.100.7'): EventCaller {
  return { kind: 'subject', id, address }
}

export function credential(id: string, address = '198.51.100.7'): EventCaller {
  return { kind: 'credential', id, address }
}

export function applicationKey(id: string, address = '198.51.100.9'): EventCaller {
  return { kind: 'key', id, address }
}

export function anonymous(address = '192.0.2.44'): EventCaller {
  return { kind: 'anonymous', id: address, address }
}

export function object(type: string, id: string | number, place = 'body id'): ObjectSighting {
  return { type, id: `${type}#${id}`, place }
}

/** `count` objects of one type, numbered from `from`. */
export function objects(type: string, count: number, from = 1): readonly ObjectSighting[] {
  return Array.from({ length: count }, (_, index) => object(type, from + index))
}

let serial = 0

/** An event as the guard writes it: a read by an anonymous caller that passed, unless told otherwise. */
export function event(parts: Partial<ApiEvent> & { readonly path?: string; readonly unmatched?: true } = {}): ApiEvent {
  const { unmatched, ...rest } = parts
  const method = parts.method ?? 'GET'
  const path = parts.path ?? '/things'
  return {
    at: start,
    id: `incident-${++serial}`,
    api: 'shop',
    ...(unmatched ? {} : { operation: { method, path } }),
    method,
    path,
    caller: anonymous(),
    status: 200,
    decision: 'passed',
    reasons: [],
    used: [],
    handed: [],
    handedCount: parts.handed?.length ?? 0,
    urls: [],
    sensitive: [],
    undeclared: [],
    bytesIn: 0,
    bytesOut: 100,
    milliseconds: 3,
    ...rest,
  }
}

/** What one detector, or all of them, find in a list of events. */
export function findingsOf(
  events: readonly ApiEvent[],
  detector?: Detector<unknown>,
  options: unknown = undefined,
): readonly Finding[] {
  const watch = watchEvents(
    detector === undefined
      ? {}
      : { detectors: [detector], ...(options === undefined ? {} : { options: { [detector.id]: options } }) },
  )
  return events.flatMap(one => watch.observe(one))
}
