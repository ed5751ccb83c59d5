import { Fault } from '../core/fault.ts'
import type { JsonObject } from '../core/json.ts'
import type { Place } from '../risk/finding.ts'
import { parseReference, type Resolver } from './resolve.ts'
import { walkDocument } from './structure.ts'

/**
 * Looks at every reference of a document once. One that leads nowhere or in a circle of references is reported and then
 * left out wherever it is met; one that leaves the file ends the work, since what is behind it may be anything.
 *
 * @throws Fault `contract-unsupported`
 */
export function checkReferences(
  root: JsonObject,
  resolver: Resolver,
  place: (pointer: string) => Place,
  report: (pointer: string, message: string) => void,
): void {
  for (const { kind, value, pointer } of walkDocument(root)) {
    const reference = value['$ref']
    if (typeof reference !== 'string' || kind === 'document' || kind === 'components') continue
    const at = `${pointer}/$ref`
    const { kind: leads } = parseReference(reference)
    if (leads === 'elsewhere') throw leavesTheFile(reference, place(at))
    if (resolver.follow(reference) === undefined) report(at, `The reference "${shorten(reference)}" leads nowhere.`)
    else if (resolver.target({ value, pointer }) === undefined) report(at, 'The reference leads in a circle.')
  }
}

function leavesTheFile(reference: string, { file, line, column }: Place): Fault {
  return new Fault('contract-unsupported', `The reference "${shorten(reference)}" leaves the file.`, {
    place: { file, line, column },
    hint: 'Bundle the contract into one file first, for example with "npx @redocly/cli bundle openapi.yaml".',
  })
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}
