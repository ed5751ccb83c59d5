import { describe, expect, it, onTestFinished } from 'vitest'
import { type BenchOptions, guardBefore } from '../bench.fixture.ts'
import { findDisclosure } from '../disclosure.ts'
import { errorDisclosure } from './error-disclosure.ts'

const contract = {
  openapi: '3.0.3',
  info: { title: 'T', version: '1' },
  paths: { '/x': { get: { responses: { default: { description: 'any' } } } } },
}

async function ask(status: number, body: string, headers: Record<string, string> = {}, options: BenchOptions = {}) {
  const bench = await guardBefore(
    contract,
    (_request, response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body),
    { use: [errorDisclosure], ...options },
  )
  onTestFinished(() => bench.close())
  const response = await fetch(`${bench.url}/x`)
  return { status: response.status, headers: response.headers, text: await response.text(), event: bench.events[0] }
}

const harmless = [
  '{"error":"No order with this number."}',
  '{"type":"about:blank","title":"Not Found","status":404,"instance":"/users/12/orders/9"}',
  '{"errors":[{"field":"email","message":"must look like ada@example.org"}]}',
  '{"message":"Please select an item from the list at the top."}',
  '{"error":"invalid_grant","error_description":"The code has expired at 12:30:15."}',
  '{"message":"Meet at the station: platform 9 at 10:00"}',
  '{"path":"/home/settings/profile","message":"There is nothing here."}',
]

const leaking: readonly (readonly [string, string])[] = [
  [
    'a stack of Node',
    '{"stack":"Error: x\\n    at Object.<anonymous> (/srv/app/index.js:10:5)\\n    at Module._compile"}',
  ],
  ['a stack of Node as text', 'Error: x\n    at run (file:///app/main.mjs:3:9)'],
  ['a stack of Python', 'Traceback (most recent call last):\n  File "/app/views.py", line 10, in get'],
  ['a stack of Java', '{"trace":"at com.acme.Api.get(Api.java:42)"}'],
  ['a stack of .NET', '   at Acme.Api.Get() in C:\\\\src\\\\Api.cs:line 42'],
  ['a stack of PHP', '#0 /var/www/html/index.php(12): run()'],
  ['a stack of Go', 'panic: x\n\ngoroutine 17 [running]:'],
  ['a stack of Ruby', "/app/models/user.rb:12:in `find'"],
  ['an error of PostgreSQL', '{"error":"syntax error at or near \\"\'\\""}'],
  ['an error of MySQL', 'You have an error in your SQL syntax; check the manual'],
  ['an error of Oracle', 'ORA-00933: SQL command not properly ended'],
  ['an error of SQLite', '{"code":"SQLITE_ERROR","message":"no such table: users"}'],
  ['a constraint', 'duplicate key value violates unique constraint "users_email_key"'],
  ['an error of MongoDB', '{"name":"MongoServerError","code":11000}'],
  ['a query', '{"sql":"SELECT id, hash FROM users WHERE id = 5"}'],
  ['an error of the runtime', "TypeError: Cannot read properties of undefined (reading 'id')"],
  ['an error of Spring', '{"exception":"org.springframework.web.HttpMediaTypeException"}'],
  ['a file path', '{"error":"cannot open /etc/app/config.yml"}'],
  ['a path of Windows', '{"error":"C:\\\\inetpub\\\\wwwroot\\\\web"}'],
  ['an address within', '{"error":"connect failed to 10.1.2.3:5432"}'],
  ['a host within', '{"error":"no answer of db.prod.svc.cluster.local"}'],
]

describe('error-disclosure', () => {
  it.each(harmless)('passes a harmless 4xx: %s', async body => {
    expect(await ask(404, body)).toMatchObject({ status: 404, text: body, event: { decision: 'passed' } })
  })

  it('passes an answer that is no error, whatever it holds', async () => {
    const body = '{"lesson":"SELECT name FROM users"}'
    expect(await ask(200, body)).toMatchObject({ status: 200, text: body, event: { decision: 'passed' } })
  })

  it.each(leaking)('API8-h: refuses %s in an error', async (_, body) => {
    for (const status of [400, 500]) {
      const answer = await ask(status, body)
      expect(answer.status).toBe(status)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(answer.text).not.toContain(body.slice(0, 12))
      expect(JSON.parse(answer.text)).toMatchObject({ status, instance: `urn:uuid:${answer.event?.id}` })
      expect(answer.event).toMatchObject({ decision: 'passed', reasons: [{ weakness: 'error-disclosure' }] })
    }
  })

  it('replaces every 5xx and keeps what tells a client when to come again', async () => {
    const answer = await ask(503, '{"error":"later"}', { 'retry-after': '7' })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('7')
    expect(answer.text).not.toContain('later')
    expect(answer.event).toMatchObject({ decision: 'passed', reasons: [] })
  })

  it('API8-h: removes banners from every answer', async () => {
    const { headers } = await ask(200, '{}', {
      server: 'Apache/2.2',
      'X-Powered-By': 'PHP/5',
      'x-aspnet-version': '4',
      'x-own': '1',
    })
    for (const name of ['server', 'x-powered-by', 'x-aspnet-version']) expect(headers.get(name)).toBeNull()
    expect(headers.get('x-own')).toBe('1')
  })

  it('leaves errors as they are in alert mode, but not the banners: nobody can tell', async () => {
    const answer = await ask(500, 'panic: x\n\ngoroutine 17 [running]:', { server: 'x' }, { observe: true })
    expect(answer.text).toContain('panic')
    expect(answer.headers.get('server')).toBeNull()
    expect(answer.event).toMatchObject({
      decision: 'alerted',
      reasons: [{ weakness: 'error-disclosure', mode: 'alert' }],
    })
  })

  it('looks at both ends of a huge body, in linear time', () => {
    const secret = 'Traceback (most recent call last)'
    expect(findDisclosure(Buffer.from(`${'a'.repeat(900_000)}${secret}`))).toBe('a stack trace')
    for (const text of ['at ', '/usr/', 'SELECT ', '10.1.1.1', '\\n\\tat ((((', 'a.', 'File "']) {
      const started = performance.now()
      findDisclosure(Buffer.from(text.repeat(130_000 / text.length)))
      // Quadratic time would take minutes; the bound says nothing about speed.
      expect(performance.now() - started).toBeLessThan(5_000)
    }
  })
})
