import { fastifyReplyFrom } from '@fastify/reply-from'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { fastify } from 'fastify'
import { contractRoutes, type Part, partSchema } from './routes.ts'
import { takeSeat, upstreamUrl } from './seat.ts'

/**
 * Fastify with `@fastify/reply-from` and Ajv. It routes, validates path, query and body with compiled schemas and
 * sends the parsed body on. It does NOT validate answers (Fastify's response schemas make JSON faster, they judge
 * nothing, and an answer from upstream is streamed past them), remove undeclared fields, limit rates, write events, or
 * refuse duplicate JSON keys, repeated or undeclared query parameters.
 */
const app = fastify({ logger: false })
const strict = formats.default(new Ajv({ allErrors: false }))
// Text of a path or query has no types; a body has, and coercing it would let a wrong one pass.
const coercing = formats.default(new Ajv({ allErrors: false, coerceTypes: true, useDefaults: true }))
app.setValidatorCompiler(({ schema, httpPart }) =>
  // Fastify hands back what the routes below gave it.
  (httpPart === 'body' ? strict : coercing).compile(schema as object),
)
app.register(fastifyReplyFrom, {
  base: upstreamUrl(),
  disableRequestLogging: true,
  cacheURLs: 1_000,
  // More connections than clients, as all contestants have; over `node:http` reply-from took more processor time.
  undici: { connections: 256, pipelining: 1, keepAliveTimeout: 60_000 },
})
for (const { method, path, parameters, body } of contractRoutes()) {
  const schemas = Object.entries({ params: 'path', querystring: 'query' } as const).flatMap(
    ([part, place]: [string, Part]) => {
      const schema = partSchema(parameters, place)
      return schema === undefined ? [] : [[part, schema]]
    },
  )
  app.route({
    method,
    url: path.replace(/\{(\w+)\}/g, ':$1'),
    schema: { ...Object.fromEntries(schemas), ...(body === undefined ? {} : { body }) },
    handler: (_, reply) => reply.from(),
  })
}
await app.listen({ host: '127.0.0.1', port: 0 })
const [address] = app.addresses()
if (address === undefined) throw new Error('Fastify does not listen.')
takeSeat(address.port)
