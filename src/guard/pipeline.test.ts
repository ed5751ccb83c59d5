import { describe, expect, it, onTestFinished } from 'vitest'
import { answerJson, type BenchOptions, guardBefore } from './bench.fixture.ts'
import { type Because, type Check, definePolicy, type Hooks, type Policy, type Verdict } from './policy.ts'

const ok = { 200: { description: 'ok', content: { 'application/json': {} } } }
const contract = {
  openapi: '3.0.3',
  info: { title: 'T', version: '1' },
  paths: {
    '/a/{id}': {
      get: {
        operationId: 'getA',
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'limit', in: 'query', schema: { type: 'integer' } },
          { name: 'X-Mode', in: 'header', schema: { type: 'string' } },
        ],
        responses: ok,
      },
    },
    '/b': { post: { requestBody: { content: { 'application/json': { schema: { type: 'object' } } } }, responses: ok } },
  },
}

function policy(id: string, hooks: Hooks, extra: Partial<Policy<unknown>> = {}): Policy<unknown> {
  return definePolicy({
    kind: 'policy',
    id,
    summary: 'For tests.',
    covers: ['contract-violation'],
    severity: 'low',
    remedy: 'None.',
    operation: () => hooks,
    ...extra,
  })
}

const because: Because = { weakness: 'contract-violation', problem: 'test', detail: 'No.' }
const refuse: Verdict = { refuse: 403, because }

async function bench(use: readonly Policy<unknown>[], options: BenchOptions = {}, answer: unknown = { ok: true }) {
  const started = await guardBefore(contract, answerJson(answer), { use, ...options })
  onTestFinished(() => started.close())
  return started
}

const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' }

describe('the pipeline', () => {
  it('runs the moments in order, in the order of the list, waiting where something waits', async () => {
    const calls: string[] = []
    const trace = (name: string, wait: boolean): Hooks => {
      const check =
        (moment: string): Check =>
        () => {
          calls.push(`${moment} ${name}`)
          return wait ? new Promise<undefined>(resolve => setTimeout(resolve, 1, undefined)) : undefined
        }
      return {
        connection: check('connection'),
        route: check('route'),
        early: check('early'),
        identity: check('identity'),
        request: check('request'),
        access: check('access'),
        limits: check('limits'),
        forward: check('forward'),
        response: check('response'),
        record: () => void calls.push(`record ${name}`),
      }
    }
    const { url } = await bench([policy('one', trace('1', true)), policy('two', trace('2', false))])
    expect((await fetch(`${url}/a/1`)).status).toBe(200)
    const moments = [
      'connection',
      'route',
      'early',
      'identity',
      'request',
      'access',
      'limits',
      'forward',
      'response',
      'record',
    ]
    expect(calls).toEqual(moments.flatMap(moment => [`${moment} 1`, `${moment} 2`]))
  })

  it('stops at the first refusal in block mode', async () => {
    const { url, seen, events } = await bench([
      policy('one', { access: () => refuse }),
      policy('two', { limits: () => refuse }),
    ])
    expect((await fetch(`${url}/a/1`)).status).toBe(403)
    expect(seen).toEqual([])
    expect(events).toMatchObject([
      { status: 403, decision: 'refused', reasons: [{ card: 'policy/one', mode: 'block' }] },
    ])
  })

  it('reports everything in alert mode, on request and response alike', async () => {
    const { url, seen, events } = await bench(
      [
        policy('one', { early: () => refuse }),
        policy('two', { limits: async () => refuse }),
        policy('three', { response: () => refuse }),
      ],
      { observe: true },
    )
    expect((await fetch(`${url}/a/1`)).status).toBe(200)
    expect(seen).toHaveLength(1)
    expect(events).toMatchObject([
      {
        decision: 'alerted',
        reasons: [
          { card: 'policy/one', mode: 'alert' },
          { card: 'policy/two', mode: 'alert' },
          { card: 'policy/three', mode: 'alert' },
        ],
      },
    ])
  })

  it.each<readonly [string, () => Verdict | Promise<Verdict>]>([
    [
      'throws',
      () => {
        throw new Error('secret detail')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret detail'))],
  ])('fails closed when a policy %s, and goes on when it only alerts', async (_, check) => {
    for (const moment of ['request', 'response'] as const) {
      const use = [policy('one', { [moment]: check })]
      const blocking = await bench(use)
      const response = await fetch(`${blocking.url}/a/1`)
      expect(response.status).toBe(500)
      const text = await response.text()
      expect(text).not.toContain('secret')
      expect(JSON.parse(text)).toMatchObject({
        title: 'Internal Server Error',
        instance: `urn:uuid:${blocking.events[0]?.id}`,
      })
      expect(blocking.explanations[0]?.log).toContain('secret detail')
      expect(blocking.events).toMatchObject([{ status: 500, decision: 'refused', reasons: [{ card: 'policy/one' }] }])
      const alerting = await bench(use, { observe: true })
      expect((await fetch(`${alerting.url}/a/1`)).status).toBe(200)
      expect(alerting.events).toMatchObject([{ decision: 'alerted', reasons: [{ card: 'policy/one', mode: 'alert' }] }])
    }
  })

  it('tells what was refused, edited and only reported, and alerts for the last alone', async () => {
    const edit = (safe: boolean): Verdict => ({ rewrite: { headers: { 'x-edited': 'yes' } }, safe, because })
    const rows: readonly (readonly [Verdict, boolean, outcome: string, decision: string])[] = [
      [refuse, false, 'refused', 'refused'],
      [refuse, true, 'reported', 'alerted'],
      [edit(false), false, 'edited', 'passed'],
      [edit(false), true, 'reported', 'alerted'],
      [edit(true), true, 'edited', 'passed'],
      [{ rewrite: {}, safe: true, because }, false, 'reported', 'alerted'],
    ]
    for (const [verdict, observe, outcome, decision] of rows) {
      const { url, events, explanations } = await bench([policy('one', { response: () => verdict })], { observe })
      await fetch(`${url}/a/1`)
      expect(explanations).toMatchObject([{ card: 'policy/one', mode: observe ? 'alert' : 'block', outcome }])
      expect(events).toMatchObject([{ decision, reasons: [{ card: 'policy/one' }] }])
    }
  })

  it('forwards what policies rewrote, in block mode or where it is safe', async () => {
    const change = (safe: boolean): Hooks => ({
      request: exchange => ({
        rewrite: {
          body: { ...(exchange.input.body as object | undefined), b: 2 },
          parameters: new Map([
            ...exchange.input.parameters,
            ['query.limit', 10],
            ['path.id', 'x y'],
            ['header.x-mode', 'calm'],
          ]),
        },
        safe,
      }),
      response: () => ({
        rewrite: { body: { changed: true }, headers: { 'X-Own': '1', 'content-language': undefined } },
        safe,
      }),
    })
    const { url, seen } = await bench([policy('one', change(false))])
    const response = await fetch(`${url}/a/1?limit=99&limit=98`, { headers: { 'X-Mode': 'wild' } })
    expect(seen[0]?.target).toBe('/a/x%20y?limit=10')
    expect(seen[0]?.headers['x-mode']).toBe('calm')
    expect(response.headers.get('x-own')).toBe('1')
    expect(await response.json()).toEqual({ changed: true })
    const body = await bench([policy('one', { request: () => ({ rewrite: { body: { a: 'ü' } }, safe: false }) })])
    await fetch(`${body.url}/b`, json)
    expect(body.seen).toMatchObject([{ body: '{"a":"ü"}', headers: { 'content-length': '10' } }])

    for (const safe of [true, false]) {
      const observing = await bench([policy('one', change(safe))], { observe: true })
      expect(await (await fetch(`${observing.url}/a/1?limit=99`)).json()).toEqual(
        safe ? { changed: true } : { ok: true },
      )
      expect(observing.seen[0]?.target).toBe(safe ? '/a/x%20y?limit=10' : '/a/1?limit=99')
    }
  })

  it('gives a replaced answer the very bytes of a refusal, but for the incident id', async () => {
    const problem = { status: 404, problem: 'not-found', detail: 'Nothing.' } as const
    const refusing = policy('one', {
      access: exchange => {
        exchange.extraHeaders['ratelimit'] = '"x";r=1;t=1'
        if (exchange.pathParameters.get('id') !== 'theirs') return undefined
        return {
          refuse: 404,
          because: { weakness: 'broken-object-level-authorization', problem: problem.problem, detail: problem.detail },
        }
      },
      response: () => ({ rewrite: { problem }, safe: false }),
    })
    const late = policy('two', { response: () => ({ rewrite: { headers: { 'x-late': '1' } }, safe: true }) })
    const { url, events } = await bench([refusing, late])
    const look = async (path: string) => {
      const response = await fetch(url + path)
      const headers = [...response.headers].filter(([name]) => name !== 'date' && name !== 'x-request-id')
      const text = (await response.text()).replace(/[0-9a-f-]{36}/, 'ID')
      return { status: response.status, headers, text }
    }
    expect(await look('/a/missing')).toEqual(await look('/a/theirs'))
    expect(events).toMatchObject([
      { status: 404, decision: 'passed', reasons: [] },
      { status: 404, decision: 'refused' },
    ])
  })

  it('takes modes per policy and per operation, by key or id', async () => {
    const use = [policy('one', { access: () => refuse }), policy('new', { access: () => refuse }, { stability: 'new' })]
    const status = async (options: BenchOptions) => (await fetch(`${(await bench(use, options)).url}/a/1`)).status
    expect(await status({})).toBe(403)
    expect(await status({ policies: { one: { mode: 'off' } } })).toBe(200)
    expect(await status({ policies: { one: { mode: 'off' }, new: { mode: 'block' } } })).toBe(403)
    expect(await status({ operations: { 'GET /a/{id}': { one: 'alert' } } })).toBe(200)
    expect(await status({ operations: { getA: { one: 'off' } } })).toBe(200)
    expect(await status({ policies: { one: { mode: 'off' } }, operations: { getA: { one: 'block' } } })).toBe(403)
    expect(await status({ operations: { 'POST /b': { one: 'off' } } })).toBe(403)
  })

  it.each<readonly [BenchOptions, RegExp]>([
    [{ policies: { on: {} } }, /no policy "on"/],
    [{ operations: { 'GET /c': {} } }, /no operation "GET \/c"/],
    [{ operations: { getA: { two: 'off' } } }, /no policy "two"/],
    // A configuration file is not checked by a compiler.
    [{ policies: { one: { mode: 'blok' as 'block' } } }, /no mode "blok"/],
  ])('refuses settings that name nothing: %j', async (options, message) => {
    await expect(guardBefore(contract, undefined, { use: [policy('one', {})], ...options })).rejects.toThrow(message)
  })

  it('compiles an operation at its first use, once', async () => {
    const compiled: string[] = []
    const counting = policy(
      'one',
      {},
      {
        operation: exposure => {
          compiled.push(exposure.operation.key)
          return {}
        },
      },
    )
    const { url } = await bench([counting])
    expect(compiled).toEqual([])
    for (let index = 0; index < 3; index++) await fetch(`${url}/a/${index}`)
    expect(compiled).toEqual(['GET /a/{id}'])
  })

  it('is not harmed by whoever watches', async () => {
    const onEvent = () => {
      throw new Error('watcher')
    }
    const { url } = await bench([], { onEvent })
    expect((await fetch(`${url}/a/1`)).status).toBe(200)
    expect((await fetch(`${url}/a/1`)).status).toBe(200)
  })
})
