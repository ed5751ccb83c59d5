import { describe, expect, it } from 'vitest'
import { Canary } from './canary.ts'

async function withCanary(use: (canary: Canary, at: (path: string) => string) => Promise<void>): Promise<void> {
  const canary = await Canary.start()
  try {
    await use(canary, path => `http://127.0.0.1:${canary.port}${path}`)
  } finally {
    await canary.close()
  }
}

describe('a canary', () => {
  it('notices who comes to a lure, and nobody else', () =>
    withCanary(async (canary, at) => {
      const [visited, other] = [canary.lure(), canary.lure()]
      await fetch(at('/'))
      await fetch(at(`${visited.path}?x=1`), { method: 'POST' })
      expect([canary.visit(visited), canary.visit(other)]).toEqual(['POST', undefined])
      expect(await canary.waitFor(other, 60)).toBeUndefined()
    }))

  it('tells its secret to those who came, not in the address', () =>
    withCanary(async (canary, at) => {
      const lure = canary.lure()
      const text = await (await fetch(at(lure.path))).text()
      expect(text).toContain(lure.secret)
      expect(lure.path).not.toContain(lure.secret)
      expect(/<title>(.*)<\/title>/.exec(text)?.[1]).not.toContain(lure.secret)
    }))

  it('sends on those who follow redirects', () =>
    withCanary(async (canary, at) => {
      const lure = canary.lure(true)
      await fetch(at(lure.path), { redirect: 'manual' })
      expect(lure.next === undefined ? 'no next' : canary.visit(lure.next)).toBeUndefined()
      await fetch(at(lure.path))
      expect(lure.next === undefined ? 'no next' : canary.visit(lure.next)).toBe('GET')
    }))
})
