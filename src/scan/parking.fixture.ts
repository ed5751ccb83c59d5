import {
  answers,
  contractOf,
  type Handler,
  notFound,
  type Reply,
  type RunningFixture,
  ref,
  serve,
  takes,
  unauthorised,
} from './server.fixture.ts'

/** Operations of this API that forget to look whose object it is. */
export type Careless =
  | 'driver'
  | 'permits'
  | 'permit'
  | 'permit alone'
  | 'fines'
  | 'lookup'
  | 'receipt'
  | 'from'
  | 'to'
  | 'rename'

const text = { type: 'string' }
const uuid = { type: 'string', format: 'uuid' }

const parking = () =>
  contractOf(
    {
      'GET /drivers/me': { responses: answers(ref('Driver')) },
      'GET /drivers/{driverId}': { responses: answers(ref('Driver')) },
      'PUT /drivers/{driverId}': { requestBody: takes(ref('DriverUpdate')), responses: answers(ref('Driver')) },
      'GET /drivers/{driverId}/permits': {
        responses: answers({ type: 'object', properties: { items: { type: 'array', items: ref('Permit') } } }),
      },
      // Says where the new permit is, and nothing else.
      'POST /drivers/{driverId}/permits': {
        requestBody: takes(ref('PermitRequest')),
        responses: answers(undefined, '201'),
      },
      'GET /drivers/{driverId}/permits/{permitId}': { responses: answers(ref('Permit')) },
      'GET /fines': {
        parameters: [{ name: 'driver_id', in: 'query', required: true, schema: uuid }],
        responses: answers({ type: 'array', items: ref('Fine') }),
      },
      'POST /permits/lookup': {
        requestBody: takes({
          type: 'object',
          required: ['permit_ids'],
          properties: { permit_ids: { type: 'array', items: uuid } },
        }),
        responses: answers({ type: 'array', items: ref('Permit') }),
      },
      'GET /receipt': {
        parameters: [{ name: 'X-Permit', in: 'header', required: true, schema: text, 'x-rugged': { id: 'permit' } }],
        responses: answers({ type: 'object', properties: { paid: { type: 'number' }, receiptNumber: text } }),
      },
      'GET /meters': { responses: answers({ type: 'array', items: ref('Meter') }) },
      'POST /transfers': {
        requestBody: takes(ref('Transfer')),
        responses: answers({ type: 'object', properties: { done: { type: 'boolean' } } }),
      },
    },
    {
      Driver: { type: 'object', properties: { id: uuid, nick: text, licence: text } },
      DriverUpdate: { type: 'object', required: ['nick'], properties: { nick: { type: 'string', maxLength: 50 } } },
      Permit: { type: 'object', properties: { id: uuid, zone: text, remark: text } },
      PermitRequest: {
        type: 'object',
        required: ['zone'],
        properties: { zone: { type: 'string', enum: ['north', 'south'] }, remark: { type: 'string', maxLength: 80 } },
      },
      Fine: { type: 'object', properties: { number: text, cents: { type: 'integer' } } },
      Meter: { type: 'object', properties: { id: text, minutes: { type: 'integer' }, kind: text } },
      Transfer: {
        type: 'object',
        required: ['from_meter', 'to_meter', 'minutes'],
        properties: { from_meter: text, to_meter: text, minutes: { type: 'integer', minimum: 1, maximum: 5 } },
      },
    },
  )

interface Permit {
  readonly id: string
  readonly zone: string
  readonly remark: string
}

/** Permits, fines and meters of drivers: ids nested in paths, in queries, headers, lists and pairs. */
export function startParking(careless: readonly Careless[]): Promise<RunningFixture> {
  const forgets = (name: Careless) => careless.includes(name)
  const drivers = new Map(
    ['ann', 'ben'].map(user => [
      user,
      { id: crypto.randomUUID(), nick: user, licence: `L-${crypto.randomUUID().slice(0, 8)}` },
    ]),
  )
  const permits = new Map(
    [...drivers.values()].map(({ id, nick }): [string, Permit[]] => [
      id,
      [{ id: crypto.randomUUID(), zone: 'north', remark: `for the van of ${nick}` }],
    ]),
  )
  const meters = ['ann', 'ben'].flatMap(user =>
    ['day', 'night'].map(kind => ({ user, id: `m-${crypto.randomUUID().slice(0, 6)}`, minutes: 900, kind })),
  )
  const driverOf = (user: string) => drivers.get(user)
  const whole = (id: unknown) => [...drivers.values()].find(driver => driver.id === id)
  const ownOr = (user: string, id: unknown, name: Careless) =>
    driverOf(user)?.id === id || forgets(name) ? whole(id) : undefined
  const permitsOf = (id: string) => permits.get(id) ?? []
  const anyPermit = (id: unknown) => [...permits.values()].flat().find(permit => permit.id === id)
  const own = (user: string) => permitsOf(driverOf(user)?.id ?? '')
  const as =
    (handler: (asked: Parameters<Handler>[0], user: string) => Reply): Handler =>
    asked =>
      asked.user === undefined ? unauthorised : handler(asked, asked.user)
  const found = (body: unknown): Reply => (body === undefined ? notFound : { status: 200, body })
  const shown = ({ id, minutes, kind }: (typeof meters)[number]) => ({ id, minutes, kind })

  return serve(parking(), {
    'GET /drivers/me': as((_, user) => found(driverOf(user))),
    'GET /drivers/{driverId}': as(({ params }, user) => found(ownOr(user, params['driverId'], 'driver'))),
    'PUT /drivers/{driverId}': as(({ params, body }, user) => {
      const driver = ownOr(user, params['driverId'], 'rename')
      if (driver === undefined) return notFound
      if (typeof body['nick'] !== 'string') return { status: 400, body: { message: 'nick is missing' } }
      driver.nick = body['nick']
      return { status: 200, body: driver }
    }),
    'GET /drivers/{driverId}/permits': as(({ params }, user) => {
      const driver = ownOr(user, params['driverId'], 'permits')
      return driver === undefined ? notFound : { status: 200, body: { items: permitsOf(driver.id) } }
    }),
    'POST /drivers/{driverId}/permits': as(({ params, body }, user) => {
      const driver = driverOf(user)
      if (driver === undefined || driver.id !== params['driverId']) return notFound
      const permit = { id: crypto.randomUUID(), zone: String(body['zone']), remark: String(body['remark'] ?? '') }
      permitsOf(driver.id).push(permit)
      return { status: 201, headers: { location: `/drivers/${driver.id}/permits/${permit.id}` } }
    }),
    'GET /drivers/{driverId}/permits/{permitId}': as(({ params }, user) => {
      const asked = params['driverId'] ?? ''
      // One forgets everything; the other checks the driver, and then takes the permit from wherever it is.
      if (forgets('permit')) return found(permitsOf(asked).find(permit => permit.id === params['permitId']))
      if (driverOf(user)?.id !== asked) return notFound
      return found(
        forgets('permit alone')
          ? anyPermit(params['permitId'])
          : own(user).find(permit => permit.id === params['permitId']),
      )
    }),
    'GET /fines': as(({ query }, user) => {
      const driver = ownOr(user, query.get('driver_id'), 'fines')
      return found(driver === undefined ? undefined : [{ number: `F-${driver.licence}`, cents: 4_500 }])
    }),
    'POST /permits/lookup': as(({ body }, user) => {
      const ids: readonly unknown[] = Array.isArray(body['permit_ids']) ? body['permit_ids'] : []
      const all = forgets('lookup') ? [...permits.values()].flat() : own(user)
      return { status: 200, body: all.filter(permit => ids.includes(permit.id)) }
    }),
    'GET /receipt': as(({ headers }, user) => {
      const permit = forgets('receipt')
        ? anyPermit(headers['x-permit'])
        : own(user).find(({ id }) => id === headers['x-permit'])
      return found(
        permit === undefined
          ? undefined
          : { paid: 20.5, receiptNumber: `receipt ${permit.id.slice(0, 8)} ${permit.remark}` },
      )
    }),
    'GET /meters': as((_, user) => ({ status: 200, body: meters.filter(meter => meter.user === user).map(shown) })),
    'POST /transfers': as(({ body }, user) => {
      const from = meters.find(({ id }) => id === body['from_meter'])
      const to = meters.find(({ id }) => id === body['to_meter'])
      const minutes = Number(body['minutes'])
      if (from === undefined || (from.user !== user && !forgets('from'))) return notFound
      if (to === undefined || (to.user !== user && !forgets('to'))) return notFound
      // Night time goes to night meters: only some pairs of ids work.
      if (from === to || from.kind === to.kind || !(minutes >= 1 && minutes <= 5))
        return { status: 422, body: { message: 'not these two' } }
      from.minutes -= minutes
      to.minutes += minutes
      return { status: 200, body: { done: true } }
    }),
  })
}
