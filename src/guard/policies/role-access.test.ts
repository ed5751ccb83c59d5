import { describe, expect, it } from 'vitest'
import { startEstate } from './estate.fixture.ts'
import { roleAccess } from './role-access.ts'

const done = { responses: { '200': { description: 'ok' } } }
const rule = (roles: readonly string[]) => ({ 'x-rugged': { roles } })

function contractOf(paths: Record<string, object>): object {
  return {
    openapi: '3.1.0',
    info: { title: 'Roles', version: '1' },
    security: [{ token: [] }],
    paths: Object.fromEntries(Object.entries(paths).map(([path, get]) => [path, { get: { ...done, ...get } }])),
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  }
}

const contract = contractOf({
  '/staff': rule(['staff', 'owner']),
  '/forgotten': {},
  '/nobody': rule([]),
  '/open': { security: [] },
  '/optional': { security: [{ token: [] }, {}] },
  '/open-with-roles': { security: [], ...rule(['staff']) },
})

async function start(issuer = true, described: object = contract) {
  return startEstate({ contract: described, api: () => ({ body: {} }), use: [roleAccess], issuer })
}

describe('role-access passes', () => {
  it.each([
    ['/staff', { roles: ['staff'] }],
    ['/staff', { roles: ['guest', 'owner'] }],
    ['/open', undefined],
    ['/open', { roles: [] }],
    ['/optional', { roles: [] }],
    ['/open-with-roles', { roles: ['staff'] }],
  ])('%s for %j', async (path, claims) => {
    const estate = await start()
    const call = claims === undefined ? {} : { as: 'anna', claims }
    expect((await estate.call('GET', path, call)).status).toBe(200)
  })

  it('everything where no operation declares roles', async () => {
    const estate = await start(true, contractOf({ '/a': {}, '/b': {} }))
    expect((await estate.call('GET', '/a', { as: 'anna' })).status).toBe(200)
  })
})

describe('role-access refuses', () => {
  it.each([
    ['/staff', { roles: ['guest'] }, 'broken-function-level-authorization'],
    ['/staff', {}, 'broken-function-level-authorization'],
    ['/staff', { roles: ['Staff'] }, 'broken-function-level-authorization'],
    ['/staff', { scope: 'staff' }, 'broken-function-level-authorization'],
    ['/nobody', { roles: ['staff', 'owner'] }, 'broken-function-level-authorization'],
    ['/forgotten', { roles: ['staff', 'owner'] }, 'missing-role-rule'],
    ['/open-with-roles', { roles: ['guest'] }, 'broken-function-level-authorization'],
  ])('%s for %j [API5-a] [API5-f]', async (path, claims, weakness) => {
    const estate = await start()
    const answer = await estate.call('GET', path, { as: 'anna', claims })
    expect(answer.status).toBe(403)
    expect(answer.body).toMatchObject({ type: 'urn:ruggedapi:problem:role-not-allowed' })
    expect(answer.text).not.toMatch(/staff|owner/)
    expect(estate.received).toEqual([])
    expect(estate.events.at(-1)?.reasons).toMatchObject([{ card: 'policy/role-access', weakness }])
  })

  it('callers without verified roles', async () => {
    const estate = await start(false)
    expect((await estate.call('GET', '/staff', { as: 'anna', claims: { roles: ['staff'] } })).status).toBe(403)
    expect((await estate.call('GET', '/forgotten', { as: 'anna' })).status).toBe(403)
    expect((await estate.call('GET', '/open')).status).toBe(200)
    expect((await estate.call('GET', '/open-with-roles')).status).toBe(403)
  })
})
