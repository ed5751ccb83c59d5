import type { ApiEvent } from '../../risk/event.ts'
import { defineDetector, type Notice } from '../detector.ts'
import { optionsParser } from '../options.ts'
import { pathShape } from '../path-shape.ts'
import { distinctWindow } from '../sketch/distinct-counter.ts'
import { callerKey } from '../sketch/ledger.ts'

const defaults = {
  window: 900_000,
  /** Different paths without an operation that one caller tries in vain. */
  paths: 20,
  /** Paths, written as findings show them (`/health`, `/assets/{}`), that may be answered without a contract. */
  exceptPaths: [] as readonly string[],
}

/** What browsers and crawlers fetch by themselves. */
const unasked = /^\/(?:favicon\.ico|robots\.txt|apple-touch-icon[a-z0-9-]*\.png|\.well-known\/[a-z0-9._-]+)$/i

/**
 * **What an attacker does.** Looks for what nobody documented, a debugging page, an old version, an administrator's
 * function, by trying one likely path after the other, and uses what answers.
 *
 * **How this answers.** Traffic that matched no operation of the contract is noticed in two ways: what passed and was
 * answered with 2xx is an operation without a contract, a shadow (high, one finding for each method and shape of path);
 * and one caller who tries 20 different paths in vain within fifteen minutes is probing (low).
 *
 * **When it is wrong.** In block mode the guard refuses such requests, so shadows show themselves only when it observes.
 * Servers that answer every path with a page (single-page applications) make everything look like a shadow; `OPTIONS`
 * requests and what browsers fetch by themselves are left out. A client that was built for another version of the API
 * looks like probing.
 *
 * **How to waive it.** Describe the operation in the contract, or name its path in `exceptPaths`.
 */
export const undocumentedOperation = defineDetector<typeof defaults>({
  kind: 'detector',
  id: 'undocumented-operation',
  summary: 'Notices operations that answer although no contract describes them, and callers who look for such.',
  covers: ['undocumented-operation'],
  serves: ['API9-d'],
  severity: 'high',
  remedy:
    'Describe the operation in the contract, with its security, or remove it; run the guard in block mode, which refuses what no contract describes.',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/'],
  options: optionsParser('undocumented-operation', defaults),
  start(sketches, options) {
    const probed = sketches.map('undocumented-operation/probed', distinctWindow(options.window), {
      entries: 20_000,
      bytes: 4 * 1024 * 1024,
    })
    const except = new Set(options.exceptPaths)
    return {
      *observe(event) {
        if (event.operation !== undefined || event.method === 'OPTIONS' || unasked.test(event.path)) return
        const path = pathShape(event.path)
        if (except.has(path)) return
        if (event.decision !== 'refused' && event.status >= 200 && event.status < 300) {
          yield shadow(event, path)
          return
        }
        if (event.decision !== 'refused' && event.status < 400) return
        const paths = probed.use(callerKey(event.caller), window => {
          window.add(event.at, event.path)
          return window.count(event.at)
        })
        if (paths >= options.paths) yield probing(event, paths)
      },
    }
  },
})

function shadow(event: ApiEvent, path: string): Notice {
  return {
    message: `${event.method} ${path} is answered although no operation of the contract describes it, so no rule of the contract protects it.`,
    operation: { method: event.method, path },
    evidence: { status: event.status, caller: event.caller.id, callerKind: event.caller.kind, incident: event.id },
  }
}

function probing(event: ApiEvent, paths: number): Notice {
  return {
    severity: 'low',
    message: `One caller tried ${paths} different paths that no operation of the contract has, in vain. That is how undocumented operations are looked for.`,
    subject: `probing ${event.caller.kind} ${event.caller.id}`,
    evidence: { caller: event.caller.id, callerKind: event.caller.kind, paths, incident: event.id },
    size: paths,
  }
}
