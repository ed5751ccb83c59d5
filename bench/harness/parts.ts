/** The data of the bench's API: what is asked, what is answered. Everything is fixed, so that every run is alike. */

export interface Prepared {
  readonly status: number
  readonly body: Buffer
}

/** One request of the load, with what a contestant that does its work answers. */
export interface Traffic {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: string
  readonly status: number
  /** Parsed JSON of the answer. */
  readonly answer: unknown
}

const categories = ['bearing', 'gasket', 'motor', 'valve'] as const
const text =
  'Sealed on both sides, greased for life, for shafts that turn fast and for places that nobody likes to reach. '

function partId(index: number): string {
  return `3f2a9c1e-7b54-4d${(index % 256).toString(16).padStart(2, '0')}-9e10-5a6b7c8d9e${(index % 256).toString(16).padStart(2, '0')}`
}

function part(index: number): Record<string, unknown> {
  return {
    id: partId(index),
    name: `Part ${index} of the long catalogue`,
    category: categories[index % categories.length],
    cents: 1_000 + index * 7,
    description: text.repeat(4).trim(),
    dimensions: { width: 12.5 + index, height: 4.25, depth: 4.25, grams: 310 + index },
    stock: ['north', 'south', 'east', 'west', 'harbour'].map((warehouse, at) => ({ warehouse, count: index + at })),
    tags: ['sealed', 'greased', 'high-speed', 'stainless'],
    updatedAt: '2026-03-01T09:30:00Z',
  }
}

const count = 256
const parts = Array.from({ length: count }, (_, index) => part(index))
const single = new Map(parts.map(value => [`/parts/${String(value['id'])}`, prepare(200, value)]))
const lists = new Map(
  categories.map(category => {
    const found = parts.filter(value => value['category'] === category)
    const lines = found.slice(0, 10).map(({ id, name, cents }) => ({ id, name, category, cents }))
    return [listPath(category), prepare(200, { parts: lines, total: found.length })]
  }),
)
/** The API trusts whoever reaches it, as many do: what should have been refused on the way is plain to see. */
const reached = prepare(200, { reached: true })

/**
 * An item of the right status that breaks the contract: a field that no one declared and a price that is no number.
 * Only the check before the measurement asks for it.
 */
export const brokenPath = `/parts/${partId(255).replace(/^3f/, '00')}`
const broken = prepare(200, { ...part(255), cents: 'a lot', supplierPassword: 'hunter2' })

function listPath(category: string): string {
  return `/parts?category=${category}&limit=10`
}

function prepare(status: number, value: unknown): Prepared {
  return { status, body: Buffer.from(JSON.stringify(value)) }
}

function receipt(reference: string, lines: number): Record<string, unknown> {
  return { number: 4711, reference, lines }
}

/** What the API answers. */
export function answerTo(method: string, path: string, body: string | undefined): Prepared {
  if (method === 'GET') {
    return single.get(path) ?? lists.get(path) ?? (path === brokenPath ? broken : reached)
  }
  if (method !== 'POST' || path !== '/orders' || body === undefined) return reached
  // The API trusts what it is sent, as APIs behind a gateway do.
  const order = JSON.parse(body) as { readonly reference: string; readonly lines: readonly unknown[] }
  return prepare(201, receipt(order.reference, order.lines.length))
}

function order(index: number): Record<string, unknown> {
  return {
    reference: `ORDER-2026-${1_000 + index}`,
    note: 'Please ring at the gate and ask for the night shift; the ramp is narrow and the lights are on a timer.',
    lines: Array.from({ length: 4 }, (_, at) => ({ partId: partId(index + at), quantity: 1 + at })),
    shipping: { method: 'rail', dock: `dock-${index % 10}`, before: '2026-04-15' },
  }
}

/** Of ten requests six read an item (1 KB), two a list (1.3 KB), two place an order (0.5 KB sent). */
export function traffic(): readonly Traffic[] {
  const categoryAt = (index: number) => categories[index % categories.length] ?? 'valve'
  return Array.from({ length: count }, (_, index): Traffic => {
    const kind = index % 5
    if (kind === 1) {
      const path = listPath(categoryAt(index))
      return { method: 'GET', path, status: 200, answer: read(answerTo('GET', path, undefined)) }
    }
    if (kind === 3) {
      const value = order(index)
      const answer = receipt(String(value['reference']), 4)
      return { method: 'POST', path: '/orders', body: JSON.stringify(value), status: 201, answer }
    }
    const path = `/parts/${partId(index)}`
    return { method: 'GET', path, status: 200, answer: part(index) }
  })
}

function read({ body }: Prepared): unknown {
  return JSON.parse(body.toString())
}

/** Requests that break the contract in one place each; a contestant that lets one pass does not do the job. */
export const invalid: readonly (Omit<Traffic, 'status' | 'answer'> & { readonly name: string })[] = [
  { name: 'wrong type', ...changed({ lines: [{ partId: partId(1), quantity: 'many' }] }) },
  { name: 'missing member', ...changed({ shipping: undefined }) },
  { name: 'unknown member', ...changed({ discount: 100 }) },
  { name: 'no UUID in the path', method: 'GET', path: '/parts/1%20OR%201' },
  { name: 'query out of range', method: 'GET', path: '/parts?limit=1000000' },
]

function changed(change: Record<string, unknown>): { readonly method: 'POST'; path: string; body: string } {
  return { method: 'POST', path: '/orders', body: JSON.stringify({ ...order(1), ...change }) }
}
