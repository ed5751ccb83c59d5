import { expect, it } from 'vitest'
import { problemJson, problemType } from './problem.ts'

it('writes the members of RFC 9457 first and its extensions after them', () => {
  const text = problemJson(
    {
      type: problemType('not-found'),
      title: 'Not Found',
      status: 404,
      detail: 'No such object.',
      instance: 'urn:uuid:1',
    },
    { errors: [] },
  )
  expect(text).toBe(
    '{"type":"urn:ruggedapi:problem:not-found","title":"Not Found","status":404,"detail":"No such object.","instance":"urn:uuid:1","errors":[]}',
  )
})
