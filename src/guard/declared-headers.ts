import type { OperationExposure } from '../exposure/exposure.ts'

const known = new WeakMap<OperationExposure, ReadonlySet<string>>()

/** The header names that an operation's contract gives a meaning, lower case: its parameters and its API keys. */
export function declaredHeaders(exposure: OperationExposure): ReadonlySet<string> {
  let names = known.get(exposure)
  if (names === undefined) {
    const parameters = exposure.operation.parameters.filter(parameter => parameter.in === 'header')
    const keys = exposure.access.alternatives.flatMap(({ requirements }) =>
      requirements.flatMap(({ definition }) =>
        definition?.type === 'apiKey' && definition.in === 'header' ? [definition.name] : [],
      ),
    )
    names = new Set([...parameters.map(parameter => parameter.name), ...keys].map(name => name.toLowerCase()))
    known.set(exposure, names)
  }
  return names
}
