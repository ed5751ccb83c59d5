/** What stands around the API, all on loopback: the cloud's metadata service, a partner, and an attacker's server. */

import { randomUUID } from 'node:crypto'
import { type ApiReply, listen } from '../http-api.ts'
import { textAt } from '../json.ts'

export interface Neighbours {
  readonly ports: { readonly metadata: number; readonly partner: number; readonly attacker: number }
  /** The key of the server's role. Whoever has it has the data. */
  readonly secret: string
  /** Where the lab's judge reads what really arrived: `{ metadata: [path…], deliveries: [webhook id…] }`. */
  readonly journal: string
  close(): Promise<void>
}

const roleName = 'docdock-importer'
const keysPath = `/latest/meta-data/iam/security-credentials/${roleName}`

const html = { 'content-type': 'text/html; charset=utf-8' }
const plain = { 'content-type': 'text/plain; charset=utf-8' }

const report = `<!doctype html><html lang="en"><head><title>Quarterly report</title>
<meta name="description" content="Deliveries rose by four percent, returns fell."></head>
<body><h1>Quarterly report</h1><p>Deliveries rose by four percent, returns fell. The tables follow.</p></body></html>`

/** Starts the three of them and the judge's journal. */
export async function startNeighbours(): Promise<Neighbours> {
  const secret = randomUUID()
  const arrivals: string[] = []
  const deliveries: string[] = []

  const metadata = await listen({
    '* /**': ({ target }): ApiReply => {
      arrivals.push(target)
      const [path = ''] = target.split('?')
      if (path === keysPath) {
        // Labelled as what it is, and not in the format of real keys, so that no secret scanner mistakes it for one.
        return { status: 200, body: { Code: 'Success', Type: 'lab-stand-in', SecretAccessKey: secret } }
      }
      if (keysPath.startsWith(path)) return { status: 200, headers: plain, body: keysPath.slice(path.length) }
      return { status: 404, headers: plain, body: 'Not found' }
    },
  })
  const partner = await listen({
    'GET /reports/quarter.html': () => ({ status: 200, headers: html, body: report }),
    'GET /exports/parcels.csv': () => ({
      status: 200,
      headers: { 'content-type': 'text/csv; charset=utf-8' },
      body: 'parcel,weight\nP-1,2.5\nP-2,0.8\n',
    }),
    'POST /incoming': ({ body }) => {
      deliveries.push(textAt(body, 'webhook_id') ?? '')
      return { status: 204 }
    },
  })
  const attacker = await listen({
    // `/307` keeps the method of the request (RFC 9110 section 15.4.8), everything else may turn it into GET.
    '* /**': ({ target }) => {
      const query = target.includes('?') ? target.slice(target.indexOf('?')) : ''
      const status = target.startsWith('/307') ? 307 : 302
      return { status, headers: { location: `http://169.254.169.254${keysPath}${query}` } }
    },
  })
  const judge = await listen({
    'GET /journal': () => ({ status: 200, body: { metadata: arrivals, deliveries } }),
  })
  const all = [metadata, partner, attacker, judge]
  return {
    ports: { metadata: metadata.port, partner: partner.port, attacker: attacker.port },
    secret,
    journal: `${judge.url}/journal`,
    close: async () => {
      await Promise.all(all.map(each => each.close()))
    },
  }
}
