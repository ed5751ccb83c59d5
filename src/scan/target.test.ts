import { describe, expect, it } from 'vitest'
import { checkTarget } from './target.ts'

describe('a scan may be pointed at', () => {
  it.each([
    'http://127.0.0.1:3000',
    'http://localhost/v1',
    'https://10.1.2.3',
    'http://[::1]:80',
    'http://api:8080',
    'http://api.internal',
  ])('%s', url => {
    expect(() => checkTarget(new URL(url), false)).not.toThrow()
  })

  it.each([
    ['https://api.example.com', 'looks like production'],
    ['http://93.184.216.34', 'looks like production'],
    ['http://169.254.169.254', 'looks like production'],
    ['ftp://127.0.0.1', 'http and https'],
    ['http://me:secret@127.0.0.1', 'credentials'],
  ])('but not at %s', (url, words) => {
    expect(() => checkTarget(new URL(url), false)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(words) }),
    )
  })

  it('and at production when it is one’s own', () => {
    expect(() => checkTarget(new URL('https://api.example.com'), true)).not.toThrow()
  })
})
