export interface Contestant {
  readonly name: string
  readonly file: URL
  readonly title: string
  /** What it claims to do, and has to show before it is measured. */
  readonly refusesRequests: boolean
  readonly withholdsAnswers: boolean
}

function contestant(name: string, title: string, refusesRequests: boolean, withholdsAnswers: boolean): Contestant {
  const file = new URL(`../contestants/${name}.ts`, import.meta.url)
  return { name, file, title, refusesRequests, withholdsAnswers }
}

export const contestants: readonly Contestant[] = [
  contestant('naked', 'the API itself, nothing in front', false, false),
  contestant('plain', 'a bare node:http proxy, no checks', false, false),
  contestant('rugged', 'our guard', true, true),
  contestant('fastify', 'fastify + @fastify/reply-from + ajv', true, false),
  contestant('express', 'express + express-openapi-validator + http-proxy-middleware', true, true),
  contestant('express-lean', 'the same, answers streamed unread', true, false),
]
