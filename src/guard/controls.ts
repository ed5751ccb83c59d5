import type { Card } from '../risk/card.ts'

/**
 * What the guard does for every request whatever is configured: these are no policies, since an ambiguous request or
 * an endless body cannot be let pass to see what would happen.
 */
export const strictFraming = {
  id: 'strict-framing',
  summary: 'Refuses requests that two servers would read differently, and writes one unambiguous request upstream.',
  covers: ['request-smuggling', 'ambiguous-request', 'unneeded-feature'],
  severity: 'high',
  remedy: 'Keep the guard as the only way to the API, so that every request is parsed and written anew.',
  references: ['RFC 9112 section 3.2', 'RFC 9112 section 6.1', 'RFC 9110 section 7.6.1'],
} as const satisfies Card

export const boundedExchange = {
  id: 'bounded-exchange',
  summary: 'Bounds the size and duration of every request and of every answer of the upstream.',
  covers: ['unbounded-input', 'unbounded-upload', 'missing-timeout'],
  severity: 'medium',
  remedy: 'Set the limits of the guard to what the API needs.',
  references: ['RFC 9110 section 15.5.14', 'RFC 9110 section 15.6.5'],
} as const satisfies Card

export const guardControls: readonly Card[] = [strictFraming, boundedExchange]
