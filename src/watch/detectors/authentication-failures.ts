import { clientNetwork } from '../../core/address.ts'
import type { WeaknessId } from '../../risk/catalogue.ts'
import type { ApiEvent } from '../../risk/event.ts'
import { defineDetector, type Notice } from '../detector.ts'
import { optionsParser } from '../options.ts'
import { distinctWindow } from '../sketch/distinct-counter.ts'
import { objectKey } from '../sketch/ledger.ts'
import { boundedKey } from '../sketch/sketch.ts'
import { windowCounter } from '../sketch/window-counter.ts'

const defaults = {
  window: 900_000,
  /** Failures from one network at one operation. */
  perAddress: 20,
  /** Failures at one target, from wherever they come. */
  perTarget: 10,
  /** Different targets that one network fails at. */
  targetsPerAddress: 10,
  /** Different networks that fail at one operation. */
  addresses: 30,
  exceptOperations: [] as readonly string[],
}

const guessing: ReadonlySet<WeaknessId> = new Set(['brute-force', 'credential-stuffing', 'missing-target-limit'])

/**
 * **What an attacker does.** Guesses passwords, codes or tokens: many at one account, one at each of many accounts, and
 * from thousands of addresses so that a limit per address never bites.
 *
 * **How this answers.** It counts answers of 401, and requests that the guard refused or would have refused for guessing,
 * in fifteen minutes: 20 from one network at one operation (medium), 10 at one target wherever they come from (high), one
 * network at 10 different targets (high), and at one operation 30 different networks, when these are most of the
 * networks that call it (high). A target is an object that the request names, as the guard reports it.
 *
 * **When it is wrong.** A client with an expired token that asks again and again reaches the first threshold, and
 * after an outage of the issuer all clients together may reach the last. Where the contract does not say that a
 * username or e-mail names an object (x-rugged `id`), targets are unknown and only networks and operations are
 * counted. Logins that answer a wrong password with another status than 401 are not seen.
 *
 * **How to waive it.** Raise the thresholds, or name operations in `exceptOperations` (`POST /login`).
 */
export const authenticationFailures = defineDetector<typeof defaults>({
  kind: 'detector',
  id: 'authentication-failures',
  summary: 'Notices bursts of failed authentication, at one target and across many.',
  covers: ['brute-force', 'credential-stuffing'],
  serves: ['API2-b'],
  severity: 'high',
  remedy:
    'Limit attempts per target as well as per address (x-rugged `limits` with `per: target`), lock or delay the account after a few, and require a second factor.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/'],
  options: optionsParser('authentication-failures', defaults),
  start(sketches, options) {
    const counter = windowCounter(options.window, 5)
    const distinct = distinctWindow(options.window)
    const caps = { entries: 20_000, bytes: 4 * 1024 * 1024 }
    const failuresOfAddress = sketches.map('authentication-failures/addresses', counter, caps)
    const failuresAtTarget = sketches.map('authentication-failures/targets', counter, caps)
    const targetsOfAddress = sketches.map('authentication-failures/spread', distinct, caps)
    const networksFailing = sketches.map('authentication-failures/networks', distinct, caps)
    const networksCalling = sketches.map('authentication-failures/calling', distinct, caps)
    const except = new Set(options.exceptOperations)

    return {
      *observe(event) {
        const place = event.operation === undefined ? undefined : `${event.operation.method} ${event.operation.path}`
        if (place === undefined || except.has(place)) return
        const operation = boundedKey(place)
        const network = clientNetwork(event.caller.address)
        networksCalling.use(operation, window => window.add(event.at, network))
        if (!failed(event)) return

        const failing = networksFailing.use(operation, window => {
          window.add(event.at, network)
          return window.count(event.at)
        })
        const calling = networksCalling.peek(operation)?.count(event.at) ?? failing
        if (failing >= options.addresses && failing * 2 > calling) yield distributed(event, failing)

        const fromHere = failuresOfAddress.use(boundedKey(place, network), failures => {
          failures.add(event.at)
          return failures.count(event.at)
        })
        if (fromHere >= options.perAddress) yield fromOneAddress(event, network, fromHere)

        for (const target of event.used) {
          const targets = targetsOfAddress.use(boundedKey(place, network, target.type), window => {
            window.add(event.at, objectKey(target))
            return window.count(event.at)
          })
          if (targets >= options.targetsPerAddress) yield spraying(event, network, target.type, targets)
          const key = boundedKey(place, target.type, target.id)
          const failures = failuresAtTarget.use(key, count => {
            count.add(event.at)
            return count.count(event.at)
          })
          if (failures >= options.perTarget) yield atOneTarget(event, target.type, target.id, failures)
        }
      },
    }
  },
})

function failed(event: ApiEvent): boolean {
  return event.status === 401 || event.reasons.some(reason => guessing.has(reason.weakness))
}

function at(event: ApiEvent): Pick<Notice, 'operation'> {
  return event.operation === undefined ? {} : { operation: event.operation }
}

function fromOneAddress(event: ApiEvent, network: string, failures: number): Notice {
  return {
    ...at(event),
    weakness: 'brute-force',
    severity: 'medium',
    message: `${failures} attempts from one network failed to authenticate. Somebody is guessing, or a client keeps asking with a credential that has expired.`,
    subject: `address ${network}`,
    evidence: { network, failures, incident: event.id },
    confidence: 'tentative',
    size: failures,
  }
}

function atOneTarget(event: ApiEvent, type: string, id: string, failures: number): Notice {
  return {
    ...at(event),
    weakness: 'brute-force',
    message: `${failures} attempts at one ${type} failed to authenticate. A limit per address does not stop guesses that come from many.`,
    subject: `target ${type} ${id}`,
    evidence: { targetType: type, target: id, failures, incident: event.id },
    size: failures,
  }
}

function spraying(event: ApiEvent, network: string, type: string, targets: number): Notice {
  return {
    ...at(event),
    weakness: 'credential-stuffing',
    message: `One network failed to authenticate for ${targets} different objects of type ${type}. That is how leaked passwords are tried out.`,
    subject: `spread ${network} ${type}`,
    evidence: { network, targetType: type, targets, incident: event.id },
    size: targets,
  }
}

function distributed(event: ApiEvent, networks: number): Notice {
  return {
    ...at(event),
    weakness: 'credential-stuffing',
    message: `${networks} different networks failed to authenticate at one operation, most of those that call it. Spread like this, guesses stay below every limit per address.`,
    subject: 'distributed',
    evidence: { networks, incident: event.id },
    size: networks,
  }
}
