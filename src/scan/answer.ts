import type { Operation } from '../contract/model.ts'
import { isObject, isString } from '../core/json.ts'
import { isJsonType } from './wire.ts'

/** Why there is no answer, or not a whole one. */
export type AnswerFailure = 'unreachable' | 'reset' | 'timeout' | 'malformed' | 'unsendable' | 'budget'

/** What came back. A missing answer is a value too: `status` is 0 and `failure` says why. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Lower case, without parameters. */
  readonly mediaType: string
  readonly text: string
  /** Parsed JSON, or undefined. */
  readonly value: unknown
  /** True when the body was longer than the cap, or did not end in time. */
  readonly truncated: boolean
  readonly failure?: AnswerFailure
  readonly milliseconds: number
}

export function failedAnswer(failure: AnswerFailure, milliseconds = 0): Answer {
  const nothing = { headers: {}, mediaType: '', text: '', value: undefined, truncated: false }
  return { status: 0, ...nothing, failure, milliseconds }
}

/** True for an answer that means success: 2xx, and not an error in the clothes of one. */
export function isAccepted(answer: Answer, operation: Operation): boolean {
  // What did not come to an end, or was too much to take in, cannot be judged.
  if (answer.status < 200 || answer.status > 299 || answer.truncated) return false
  if (answer.status === 204 || answer.text === '') return true
  return !isSoftError(answer, operation)
}

/** A page that says *not found* with 200: HTML where JSON was declared, or a body that speaks of an error. */
function isSoftError({ value, mediaType }: Answer, operation: Operation): boolean {
  const declared = operation.responses.flatMap(response =>
    response.status.startsWith('2') ? response.content.map(media => media.type) : [],
  )
  if (mediaType === 'text/html' && declared.length > 0 && declared.every(isJsonType)) return true
  if (!isObject(value)) return false
  if (value['success'] === false || value['ok'] === false || value['found'] === false) return true
  // A long object with an `error` member is a record of something that failed, not the failure of this call.
  if (Object.keys(value).length > 5) return false
  const { error, errors, status, code, statusCode } = value
  if (Array.isArray(errors) ? errors.length > 0 : isObject(errors)) return true
  if (isString(error) ? error !== '' : error === true || isObject(error)) return true
  if ([status, code, statusCode].some(number => typeof number === 'number' && number >= 400 && number < 600))
    return true
  return isString(status) && /^(?:error|fail(?:ed|ure)?|not[ _-]?found|denied|forbidden|unauthori[sz]ed)$/i.test(status)
    ? Object.keys(value).length <= 3
    : false
}

/** What stands between us and a request that works, in words for a report. */
export function describeAnswer({ status, failure, truncated }: Answer): string {
  if (truncated) return `${status} without an end`
  switch (failure) {
    case 'unreachable':
      return 'no connection'
    case 'reset':
      return 'the connection was reset'
    case 'timeout':
      return 'no answer in time'
    case 'malformed':
      return 'an answer that is not HTTP'
    case 'unsendable':
      return 'the request cannot be written as HTTP'
    case 'budget':
      return 'the budget was spent'
    default:
      return status >= 200 && status < 300 ? `${status} with an error in the body` : `${status}`
  }
}
