import { addressScope, parseAddress } from '../core/address.ts'
import type { LookUp, Ports } from './ports.ts'
import { Flights } from './state/flights.ts'

/** Milliseconds for the look-up of one name. */
const patience = 2_000

/** Milliseconds for which the verdict on a name holds, and names that are looked up or remembered at one time. */
const size = { fresh: 5_000, most: 256 }

/** Looks names up and says how far inside they lead: the scope of the first address that is not public, else `public`. */
export type JudgeName = (host: string) => Promise<string>

/** A judge of names for one guard; `unknown` where a name has no address, or nobody answered in time. */
export function judgeNames(ports: Ports): JudgeName {
  const flights = ports.keep('url-allow-list/names', () => new Flights<string>(ports.clock, size))
  return async host => {
    try {
      return (
        (await flights.ask(
          host,
          () => scopeOfName(host, ports.lookUp),
          scope => scope !== unknown,
        )) ?? unknown
      )
    } catch {
      return unknown
    }
  }
}

export const unknown = 'unknown'

async function scopeOfName(host: string, lookUp: LookUp): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('No answer in time.')), patience)
  })
  try {
    const addresses = await Promise.race([lookUp(host), timeout])
    if (addresses.length === 0) return unknown
    for (const text of addresses) {
      const address = parseAddress(text)
      const scope = address === undefined ? unknown : addressScope(address)
      // One inner address among many is enough: nobody knows which of them the API will take.
      if (scope !== 'public') return scope
    }
    return 'public'
  } finally {
    clearTimeout(timer)
  }
}
