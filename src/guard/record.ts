import type { ApiEvent, EventCaller } from '../risk/event.ts'
import type { LiveExchange } from './live-exchange.ts'

/** How a request ended, as far as the exchange itself does not say. */
export interface Ending {
  readonly status: number
  readonly refused: boolean
  readonly bytesIn: number
  readonly bytesOut: number
  readonly at: number
}

const pathLimit = 200
const listLimit = 100

/** The one event of a request: names, hashes and sizes, never a secret, a value or a raw object id. */
export function toEvent(exchange: LiveExchange, ending: Ending): ApiEvent {
  const { exposure, reasons, sightings } = exchange
  return {
    at: exchange.startedAt,
    id: exchange.id,
    api: exchange.api.contract.title,
    ...(exposure === undefined ? {} : { operation: operationName(exposure.operation) }),
    method: exchange.sentMethod,
    path: exposure === undefined ? sentPath(exchange.target) : exposure.operation.path,
    caller: eventCaller(exchange),
    status: ending.status,
    decision: ending.refused ? 'refused' : exchange.alerted ? 'alerted' : 'passed',
    reasons,
    used: sightings.used,
    handed: sightings.handed.length > listLimit ? sightings.handed.slice(0, listLimit) : sightings.handed,
    handedCount: Math.max(sightings.handedCount, sightings.handed.length),
    urls: sightings.urls,
    sensitive: sightings.sensitive.size === 0 ? none : [...sightings.sensitive],
    undeclared: sightings.undeclared.size === 0 ? none : [...sightings.undeclared].slice(0, listLimit),
    bytesIn: ending.bytesIn,
    bytesOut: ending.bytesOut,
    milliseconds: Math.max(0, ending.at - exchange.startedAt),
  }
}

const none: readonly string[] = []

function operationName({ id, method, path }: { readonly id?: string; readonly method: string; readonly path: string }) {
  return id === undefined ? { method, path } : { id, method, path }
}

/** The path as sent; a query may hold a secret and is left out. */
function sentPath(target: string): string {
  const mark = target.indexOf('?')
  return (mark < 0 ? target : target.slice(0, mark)).slice(0, pathLimit)
}

function eventCaller({ caller, address, network }: LiveExchange): EventCaller {
  return caller.kind === 'anonymous'
    ? { kind: 'anonymous', id: network, address }
    : { kind: caller.kind, id: caller.id, address }
}
