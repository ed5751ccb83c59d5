import type { OperationExposure } from '../exposure/exposure.ts'
import { type Field, successFields } from '../exposure/fields.ts'
import { isSecretClass } from '../exposure/sensitivity.ts'
import type { Confidence } from '../risk/finding.ts'

/** What a successful answer tells about people, as far as the caller may see it. */
export interface PersonalData {
  readonly fields: readonly Field[]
  /** Classes, each once, most harmful first. */
  readonly classes: readonly string[]
  /**
   * `strong`: one class is enough to reach or harm a person. `profile`: two weak ones, such as name and picture, that
   * together show one. `weak`: a name alone, which is as often that of a book's author.
   */
  readonly strength: 'strong' | 'profile' | 'weak'
  /** Whether somebody declared the class, or a name or format suggests it. */
  readonly confidence: Confidence
}

const weakClasses = new Set(['name', 'picture', 'network-id', 'demographic'])

/** The personal data that an operation answers; secrets are another matter, and what is shown to some roles only is not here. */
export function personalDataOf(row: OperationExposure): PersonalData | undefined {
  return personalDataIn(successFields(row.operation, row.fields))
}

export function personalDataIn(candidates: readonly Field[]): PersonalData | undefined {
  const fields = candidates.filter(isOpenPersonalData)
  if (fields.length === 0) return undefined
  const found = new Set(fields.map(field => field.sensitive?.class ?? ''))
  const classes = [...found].sort((a, b) => Number(weakClasses.has(a)) - Number(weakClasses.has(b)) || (a < b ? -1 : 1))
  const strong = fields.filter(isStrong)
  const strength = strong.length > 0 ? 'strong' : classes.length > 1 ? 'profile' : 'weak'
  const decisive = strong.length > 0 ? strong : fields
  const guessed = decisive.every(field => field.sensitive?.source === 'guessed')
  return { fields, classes, strength, confidence: guessed ? 'tentative' : 'firm' }
}

/** True for a class that alone is enough to reach or harm somebody. */
export function isStrong(field: Field): boolean {
  return field.sensitive !== undefined && !weakClasses.has(field.sensitive.class)
}

function isOpenPersonalData(field: Field): boolean {
  const { sensitive, extension, writeOnly } = field
  if (sensitive === undefined || writeOnly || isSecretClass(sensitive.class)) return false
  return extension.visible === undefined && extension.view === undefined
}
