import { fileURLToPath } from 'node:url'
import { loadContract } from '../../src/contract/load.ts'
import { exposeContract } from '../../src/exposure/exposure.ts'
import { startGuard } from '../../src/guard/gateway.ts'
import { contractFile, takeSeat, upstreamUrl } from './seat.ts'

/**
 * The guard as it is delivered: every policy in its default mode, requests and answers validated, undeclared fields
 * removed, rates limited (the contract sets a limit that the load never reaches, so it is counted and never refused),
 * one event for every request.
 */
let events = 0
const contract = await loadContract(fileURLToPath(contractFile))
const guard = await startGuard({
  exposure: exposeContract(contract),
  upstream: new URL(upstreamUrl()),
  onEvent: () => void events++,
})
takeSeat(guard.port)
