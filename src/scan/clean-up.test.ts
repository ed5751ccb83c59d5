import { describe, expect, it } from 'vitest'
import { startNotes, strict } from './notes.fixture.ts'
import { objectOwnership } from './probes/object-ownership.ts'
import { scanApi } from './scan.ts'
import { ann, ben } from './server.fixture.ts'

describe('after a scan', () => {
  it('everything that it has made is gone, and everything else still there', async () => {
    const { url, exposure, seen, close } = await startNotes(strict)
    const list = async (name: string) => {
      const response = await fetch(new URL('/jottings', url), { headers: { authorization: `Bearer token-of-${name}` } })
      return JSON.stringify(await response.json())
    }
    const before = [await list('ann'), await list('ben')].map(text => text.replace(/"(?:stars|text)":[^,}]+/g, ''))
    await scanApi({ exposure, url, actors: [ann, ben], probes: [objectOwnership] })
    const after = [await list('ann'), await list('ben')].map(text => text.replace(/"(?:stars|text)":[^,}]+/g, ''))
    await close()
    expect(seen.filter(({ method, target }) => method === 'POST' && target === '/jottings').length).toBeGreaterThan(2)
    expect(after).toEqual(before)
  })
})
