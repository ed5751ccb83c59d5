import { isObject, member } from '../core/json.ts'
import type { OperationExposure } from '../exposure/exposure.ts'
import type { Field } from '../exposure/fields.ts'
import { type Call, inputAt, withValue } from './call.ts'
import { isFormType, isJsonType } from './wire.ts'

const shortest = 24

/** Body properties that take any words: where a mark can be left that is recognised anywhere. */
function freeTextFields({ fields, uses, urls }: OperationExposure): readonly Field[] {
  const taken = new Set([...uses.map(use => use.field), ...urls.map(url => url.field)])
  return fields.in.filter(field => {
    if (field.place !== 'body' || field.readOnly || taken.has(field) || !field.types.includes('string')) return false
    if (field.path.includes('*') || isSecret(field)) return false
    const schema = field.schema?.value
    if (['enum', 'const', 'pattern', 'format'].some(keyword => member(schema, keyword) !== undefined)) return false
    const most = member(schema, 'maxLength')
    return typeof most !== 'number' || most >= shortest
  })
}

function isSecret({ sensitive }: Field): boolean {
  return sensitive?.class === 'credential' || sensitive?.class === 'secret'
}

/** The call with a mark in its texts: in all that are free, or only in those that are sent anyway. */
export function withMark(call: Call, exposure: OperationExposure, mark: string, where: 'sent' | 'all'): Call {
  if (!isObject(call.body) || !(isJsonType(call.mediaType ?? '') || isFormType(call.mediaType ?? ''))) return call
  const marked = freeTextFields(exposure).filter(field => {
    if (typeof inputAt(call, field) === 'string') return true
    return where === 'all' && field.path.length === 1 && inputAt(call, field) === undefined
  })
  return marked.reduce((result, field) => withValue(result, field, mark), call)
}
