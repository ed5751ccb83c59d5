/** What honest users share: they use operations by name and write down every disappointment. */

import type { HonestResult, Target } from './breach.ts'
import { type Answer, call } from './client.ts'

export interface Use {
  /** An actor's name; none for an anonymous visitor. */
  readonly as?: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** The status that a content user sees; 200 unless told. */
  readonly expect?: number
}

export interface Visit {
  /** Uses `METHOD /template` once, and complains about any other status than the expected one. */
  use(operation: string, use?: Use): Promise<Answer>
  /** Complains unless the fact holds. */
  expect(fact: boolean, complaint: string): void
  result(): HonestResult
}

/** Opens the notebook for one run of honest use. */
export function startVisit(target: Target): Visit {
  const complaints: string[] = []
  const operations = new Set<string>()
  return {
    async use(operation, { as, params = {}, query = {}, body, expect = 200 } = {}) {
      operations.add(operation)
      const [method = 'GET', template = '/'] = operation.split(' ')
      const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
      const search = new URLSearchParams(query).toString()
      const token = as === undefined ? undefined : target.tokens[as]
      const answer = await call(target.url, method, search === '' ? path : `${path}?${search}`, { token, body })
      if (answer.status !== expect) {
        const who = as ?? 'a visitor'
        complaints.push(
          `${operation} answered ${answer.status} to ${who} instead of ${expect}: ${excerpt(answer.text)}`,
        )
      }
      return answer
    },
    expect(fact, complaint) {
      if (!fact) complaints.push(complaint)
    },
    result: () => ({ complaints, operations: [...operations] }),
  }
}

function excerpt(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)} …` : text
}
