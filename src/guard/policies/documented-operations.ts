import type { Route } from '../exchange.ts'
import { readOptions } from '../options.ts'
import { definePolicy, type Verdict } from '../policy.ts'

interface Options {
  readonly headAsGet: boolean
}

const defaults: Options = { headAsGet: false }

/**
 * **What an attacker does.** He asks for what nobody documented: a debug listing, an old version, a verb that the
 * framework answers by itself, or a documented path in a spelling (`/v1/%61dmin`, `/v1/x/../admin`, `//admin`) that
 * the guard and the API behind it would read differently.
 *
 * **How this answers.** Deny by default. A path that the contract does not name is 404, a verb that it does not name is
 * 405 with `Allow`, and a target that two servers could read in two ways is 400. `HEAD` and `OPTIONS` are verbs like
 * any other. With the option `headAsGet: true` a `HEAD` that is not documented is answered as the documented `GET`
 * without its body, under the very rules of that (RFC 9110 section 9.3.2), as load balancers and caches expect.
 *
 * **When it is wrong.** An operation that exists and is used but was never written down stops working; run with
 * `--observe` first and look for `undocumented-operation`. Case counts: an upstream that ignores it answers to fewer
 * spellings through the guard than without it.
 *
 * **How to waive it.** Document the operation, in the contract or in an overlay; or set the policy to `alert`.
 */
export const documentedOperations = definePolicy<Options>({
  kind: 'policy',
  id: 'documented-operations',
  summary: 'Lets only operations pass that the contract documents, spelled so that everybody reads them alike.',
  covers: ['undocumented-operation', 'unrestricted-method', 'ambiguous-request'],
  serves: ['API8-m', 'API8-c'],
  severity: 'high',
  remedy: 'Document the operation if it is meant to be used; remove it from the API if it is not.',
  references: ['RFC 9110 section 15.5.6', 'RFC 3986 section 6'],
  options: configured => readOptions('documented-operations', configured, defaults),
  api: (_api, options) => ({ route: ({ route }) => judgeRoute(route, options) }),
})

function judgeRoute(route: Route, { headAsGet }: Options): Verdict {
  switch (route.kind) {
    case 'operation':
      return undefined
    case 'unknown-path':
      return {
        refuse: 404,
        because: {
          weakness: 'undocumented-operation',
          problem: 'not-found',
          detail: 'There is nothing here.',
          log: 'no operation of the contract has this path',
        },
      }
    case 'head-of-get':
      return headAsGet ? undefined : methodNotAllowed(route.allowed)
    case 'unknown-method':
      return methodNotAllowed(headAsGet ? withHead(route.allowed) : route.allowed)
    case 'hostile':
      return {
        refuse: 400,
        because: {
          weakness: 'ambiguous-request',
          problem: 'ambiguous-request',
          detail: 'Spell the path and query as the documentation does.',
          log: `refused, because ${route.why}`,
        },
      }
  }
}

function methodNotAllowed(allowed: readonly string[]): Verdict {
  return {
    refuse: 405,
    because: {
      weakness: 'unrestricted-method',
      problem: 'method-not-allowed',
      detail: 'The method is not allowed here.',
      headers: { allow: allowed.join(', ') },
    },
  }
}

function withHead(allowed: readonly string[]): readonly string[] {
  return allowed.includes('GET') && !allowed.includes('HEAD') ? [...allowed, 'HEAD'] : allowed
}
