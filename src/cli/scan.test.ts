import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { rugged } from './command-line.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'rugged-scan-'))
const contract = join(folder, 'openapi.yaml')
const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections()
  rmSync(folder, { recursive: true })
})
writeFileSync(
  contract,
  `openapi: 3.1.0
info: { title: Notes, version: '1' }
paths:
  /notes:
    get:
      responses:
        '200':
          description: the caller's notes
          content:
            application/json:
              schema: { type: array, items: { type: object, properties: { id: { type: integer }, text: { type: string } } } }
        '429': { description: slower, please }
security: [{ token: [] }]
components: { securitySchemes: { token: { type: http, scheme: bearer } } }
`,
)

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

const scan = (url: string, ...more: string[]) =>
  rugged(['scan', contract, '--url', url, '--as', 'userA=aaa', '--as', 'userB=bbb', ...more])

describe('rugged scan', () => {
  it('ends with 3 and says so when a token is refused everywhere: silence is no clean bill', async () => {
    const url = await serve((_request, response) => response.writeHead(401).end())
    const { status, err } = await scan(url)
    expect(err).toContain('every operation refused the credentials of userA and userB')
    expect(status).toBe(3)
  })

  it('ends with 3 when nothing answered a valid request', async () => {
    const url = await serve((_request, response) => response.writeHead(500).end())
    const { status, err } = await scan(url)
    expect(err).toContain('no operation answered a valid request')
    expect(status).toBe(3)
  })

  it('ends with 1 at findings, each with the line that repeats it and no token in it', async () => {
    const url = await serve((_request, response) =>
      response
        .setHeader('content-type', 'application/json')
        .end('[{"id":1,"text":"open to all","owner_email":"a@b.example"}]'),
    )
    const { status, out } = await scan(url, '--format', 'json')
    const { command, findings } = JSON.parse(out)
    expect(command).toBe('scan')
    const found = findings.find(({ card }: { card: string }) => card === 'probe/missing-authentication')
    expect(found).toMatchObject({
      risk: 'API2',
      operation: { method: 'GET', path: '/notes' },
      curl: expect.stringContaining('curl'),
    })
    expect(out).not.toMatch(/\b(?:aaa|bbb)\b/)
    expect(status).toBe(1)
  })

  it('ends with 0 when it got in and found nothing at or above the threshold', async () => {
    const notes: Readonly<Record<string, string>> = { 'Bearer aaa': 'mine', 'Bearer bbb': 'yours' }
    const url = await serve(({ headers }, response) => {
      const text = notes[headers.authorization ?? '']
      if (text === undefined) response.writeHead(401).end()
      else response.setHeader('content-type', 'application/json').end(JSON.stringify([{ id: text.length, text }]))
    })
    const { status, err } = await scan(url)
    expect(err).toContain('1 of 1 operations answered a valid request')
    expect(status).toBe(0)
  })
})
