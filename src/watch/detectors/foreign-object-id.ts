import type { ApiEvent, ObjectSighting } from '../../risk/event.ts'
import type { Severity } from '../../risk/weakness.ts'
import { defineDetector, type Notice } from '../detector.ts'
import { optionsParser } from '../options.ts'
import { distinctWindow } from '../sketch/distinct-counter.ts'
import { callerKey, objectKey, type Standing, succeeded } from '../sketch/ledger.ts'
import { boundedKey } from '../sketch/sketch.ts'

const defaults = {
  /** Types of object that are left out: those that people pass on to each other by other ways. */
  exceptTypes: [] as readonly string[],
  /** Ids of callers that are left out: back offices, support, importers. */
  exceptCallers: [] as readonly string[],
}

/**
 * **What an attacker does.** With an account of their own they name somebody else's object, as an order's source account
 * or in a path, and see whether the API asks whose it is.
 *
 * **How this answers.** The ledger remembers which object ids the API has handed to whom. A caller who uses an id that was
 * handed to others and never to this caller is noticed, wherever the id stood and whether the request passed (high) or
 * was refused (medium); the answer to the attack does not make the caller a holder. An application's key, and a
 * credential nobody could verify that comes from the network of a holder (a token that was renewed looks just so), are one
 * step less severe.
 *
 * **When it is wrong.** It learns from traffic: an id that was never handed out is unknown, not foreign, so attacks
 * on objects not seen since the start go unnoticed here (id-enumeration may see them). Ids that callers learn outside the
 * API, by a shared link or a colleague's message, look foreign; so does what a caller was handed before watch
 * started or beyond the hundred objects that an event lists (both are marked tentative). Ids used with success before they
 * were ever handed out, handed to anonymous callers, or to three callers are taken to be open to everybody, which
 * three accounts of one attacker could bring about. Types of which half the objects are open are left out.
 *
 * **How to waive it.** `exceptTypes` and `exceptCallers` in the options of this detector.
 */
export const foreignObjectId = defineDetector<typeof defaults>({
  kind: 'detector',
  id: 'foreign-object-id',
  summary: 'Notices callers who use an object id that was only ever handed to others.',
  covers: ['broken-object-level-authorization'],
  serves: ['API1-d'],
  severity: 'high',
  remedy:
    'Check on every use of the id that the caller may do this to this very object; state the rule with x-rugged `owner` or seal the id with `seal: caller`, so that the guard refuses it.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/'],
  options: optionsParser('foreign-object-id', defaults),
  start(sketches, options) {
    const perCaller = sketches.map('foreign-object-id/callers', distinctWindow(3_600_000), {
      entries: 10_000,
      bytes: 4 * 1024 * 1024,
    })
    const exceptTypes = new Set(options.exceptTypes)
    const exceptCallers = new Set(options.exceptCallers)
    return {
      *observe(event) {
        if (exceptCallers.has(event.caller.id)) return
        for (const object of event.used) {
          if (exceptTypes.has(object.type)) continue
          const standing = sketches.ledger.standing(event, object)
          if (standing.kind !== 'foreign') continue
          const distinct = perCaller.use(boundedKey(callerKey(event.caller), object.type), window => {
            window.add(event.at, objectKey(object))
            return window.count(event.at)
          })
          yield noticeOf(event, object, standing, distinct)
        }
      },
    }
  },
})

function noticeOf(
  event: ApiEvent,
  object: ObjectSighting,
  standing: Standing & { readonly kind: 'foreign' },
  distinct: number,
): Notice {
  const { caller, operation } = event
  const passed = succeeded(event)
  const what = distinct > 1 ? `${distinct} ids of type ${object.type}` : `an id of type ${object.type}`
  const outcome = passed ? 'The request was answered as if they were the holder.' : 'The request was refused.'
  const where = operation === undefined ? 'a request' : `${operation.method} ${operation.path}`
  return {
    severity: severityOf(event, standing, passed),
    message: `A caller used ${what} in ${where} (${object.place}) that had only ever been handed to other callers. ${outcome}`,
    ...(operation === undefined ? {} : { operation }),
    subject: `${caller.kind} ${caller.id} ${object.type} ${object.place}`,
    evidence: {
      caller: caller.id,
      callerKind: caller.kind,
      objectType: object.type,
      objectId: object.id,
      place: object.place,
      heldBy: standing.holders,
      distinctObjects: distinct,
      passed,
      status: event.status,
      incident: event.id,
    },
    confidence: standing.sure && caller.kind === 'subject' ? 'firm' : 'tentative',
    size: distinct,
  }
}

function severityOf(event: ApiEvent, standing: Standing & { readonly kind: 'foreign' }, passed: boolean): Severity {
  const { kind } = event.caller
  const doubtful = kind === 'key' || (kind === 'credential' && standing.sameNetwork)
  if (passed) return doubtful ? 'medium' : 'high'
  return doubtful ? 'low' : 'medium'
}
