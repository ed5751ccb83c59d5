import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { ben, scanWith } from '../server.fixture.ts'
import { actorWithJwt, startDiary, type Verification } from '../tokens.fixture.ts'
import { brokenTokenVerification, forgeriesOf } from './broken-token-verification.ts'

const actors = [actorWithJwt('ann')]

describe('broken-token-verification finds', () => {
  it.each<[Verification, readonly string[]]>([
    [
      'signature-ignored',
      ['broken-token-verification', 'weak-token-signature', 'weak-token-signature', 'weak-token-signature'],
    ],
    ['unsigned-allowed', ['weak-token-signature']],
    ['none-allowed', ['weak-token-signature', 'weak-token-signature']],
  ])('API2-h %s', async (verification, weaknesses) => {
    const { findings } = await scanWith(brokenTokenVerification, startDiary(verification), { actors })
    expect(findings.map(({ weakness }) => weakness).toSorted()).toEqual(weaknesses)
    expect(findings.every(({ severity }) => severity === 'critical')).toBe(true)
  })

  it('and prints no token, but a line that makes the forged one of it', async () => {
    const running = await startDiary('signature-ignored')
    const { findings } = await scanWith(brokenTokenVerification, Promise.resolve(running), { actors })
    const [actor] = actors
    const token = actor?.credential.kind === 'bearer' ? actor.credential.token : ''
    const [, payload = '', signature = ''] = token.split('.')
    for (const part of [payload, signature]) expect(JSON.stringify(findings)).not.toContain(part)
    for (const { curl = '' } of findings) {
      // What the shell makes of the header, in place of curl.
      const header = /-H (.*)$/.exec(curl)?.[1] ?? ''
      const made = execFileSync('sh', ['-c', `printf %s ${header}`], {
        env: { ...process.env, TOKEN_ANN: token },
      }).toString()
      expect(made.replace('authorization: Bearer ', '').split('.')[1]).toBe(payload)
      expect(made).not.toContain(signature)
    }
  })
})

describe('broken-token-verification is quiet', () => {
  it.each<Verification>(['proper', 'presence'])('%s', async verification => {
    const { findings, ledger } = await scanWith(brokenTokenVerification, startDiary(verification), { actors })
    expect(findings).toEqual([])
    expect(ledger[0]?.tests.passed).toBe(1)
  })

  it('about tokens that are no JWTs, which it does not count as clean', async () => {
    const { findings, ledger } = await scanWith(brokenTokenVerification, startDiary('presence'), { actors: [ben] })
    expect(findings).toEqual([])
    expect(ledger[0]?.tests).toMatchObject({ passed: 0, 'not-reached': 1 })
    expect(forgeriesOf('opaque')).toEqual([])
  })
})
