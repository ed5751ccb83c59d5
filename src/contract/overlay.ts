import { JSONPathEnvironment, JSONPathError } from 'json-p3'
import { Fault } from '../core/fault.ts'
import { isObject, isString, type JsonObject, type JsonValue } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'
import { compose } from './compose.ts'
import type { ContractProblem } from './model.ts'
import { locatePointer, type Positions, type Source } from './position.ts'
import { deepest } from './syntax.ts'
import { type Location, TreeEdit } from './tree-edit.ts'

export interface Applied {
  readonly root: JsonValue
  /** Actions that found nothing to act on. */
  readonly problems: readonly ContractProblem[]
}

interface Action {
  readonly target: string
  readonly update: JsonValue | undefined
  /** Where the update stands, as an offset of all files. */
  readonly updateAt: number | undefined
  readonly copy: string | undefined
  readonly remove: boolean
  readonly pointer: string
}

/** How many places one action may act on. */
const mostMatches = 100_000

// Depth counts what a descendant segment (`..`) passes, so a document as deep as may be has to go through.
const jsonPath = new JSONPathEnvironment({ maxRecursionDepth: deepest + 10 })

/**
 * Applies an OpenAPI Overlay 1.0 or 1.1 to a document, each action to what the one before has left. The document itself
 * stays as it is; what comes from the overlay keeps its place in the overlay's file.
 *
 * @throws Fault `overlay-invalid` with file, line and column; `contract-malformed` when it is no JSON or YAML
 */
export function applyOverlay(root: JsonValue, overlay: Source, positions: Positions): Applied {
  const document = compose(overlay, positions)
  const reader = new OverlayReader(document, positions)
  const edit = new TreeEdit(root, positions)
  const problems: ContractProblem[] = []
  for (const [index, action] of reader.actions().entries()) {
    const locations = reader.query(edit.root, action.target, `${action.pointer}/target`)
    if (locations.length === 0) {
      const message = `Action ${index + 1} of the overlay changes nothing: its target ${action.target} matches nothing.`
      problems.push({ message, where: reader.place(`${action.pointer}/target`) })
    }
    try {
      act(edit, action, locations, reader)
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause
      const message = 'The overlay adds more than a million values.'
      throw reader.fault(`${action.pointer}/target`, message, 'Write a narrower target.', cause)
    }
  }
  return { root: edit.root, problems }
}

function act(edit: TreeEdit, action: Action, locations: readonly Location[], reader: OverlayReader): void {
  // Overlay 1.0 section 4.4.3: "remove" makes the other two have no effect.
  if (action.remove) {
    const removed = locations.every(location => location.length > 0)
    if (!removed)
      throw reader.fault(`${action.pointer}/target`, 'The whole document cannot be removed.', 'Name a part of it.')
    edit.remove(locations)
    return
  }
  if (action.copy !== undefined) {
    const at = `${action.pointer}/copy`
    const [source, ...others] = reader.query(edit.root, action.copy, at)
    if (source === undefined || others.length > 0) {
      const message = `"copy" must name one place; ${action.copy} names ${others.length === 0 ? 'none' : 'several'}.`
      throw reader.fault(at, message, 'Write a path without wildcards.')
    }
    edit.copy(source, locations)
  }
  if (action.update === undefined) return
  for (const location of locations) edit.update(location, action.update, action.updateAt)
}

const documentKeys = ['overlay', 'info', 'extends', 'actions']
const actionKeys = ['target', 'description', 'update', 'remove', 'copy']

/** The overlay's own document: checks it and knows where everything in it stands. */
class OverlayReader {
  readonly #document: JsonValue
  readonly #positions: Positions

  constructor(document: JsonValue, positions: Positions) {
    this.#document = document
    this.#positions = positions
  }

  actions(): readonly Action[] {
    const document = this.#document
    if (!isObject(document)) throw this.fault('', 'The overlay is no object.', 'It begins with "overlay: 1.0.0".')
    const { overlay, info, actions } = document
    if (overlay === undefined) {
      const hint = 'It begins with "overlay: 1.0.0". A contract is named without --overlay.'
      throw this.fault('', 'The file is not an OpenAPI Overlay: it has no "overlay" version.', hint)
    }
    if (!/^1\.[01](?:\.\d+)?$/.test(isString(overlay) || typeof overlay === 'number' ? String(overlay) : '')) {
      throw this.fault('/overlay', 'The version of the overlay is not supported.', 'Write "overlay: 1.0.0" or "1.1.0".')
    }
    this.#knownKeys(document, '', documentKeys)
    if (!isObject(info)) throw this.fault('/info', 'The overlay has no "info".', 'Add info: { title: …, version: … }.')
    if (!Array.isArray(actions)) {
      throw this.fault(
        '/actions',
        '"actions" must be a list.',
        'Each action has a "target" and "update", "copy" or "remove".',
      )
    }
    return actions.map((action: JsonValue, index) => this.#action(action, `/actions/${index}`))
  }

  #action(action: JsonValue, pointer: string): Action {
    if (!isObject(action)) throw this.fault(pointer, 'An action must be an object.', 'Give it a "target".')
    this.#knownKeys(action, pointer, actionKeys)
    const { target, update, remove, copy } = action
    if (!isString(target)) {
      throw this.fault(`${pointer}/target`, 'An action needs a "target".', 'Write a JSONPath: $.paths["/accounts"].get')
    }
    if (remove !== undefined && typeof remove !== 'boolean') {
      throw this.fault(`${pointer}/remove`, '"remove" must be true or false.', 'Leave it out, or write true.')
    }
    if (copy !== undefined && !isString(copy)) {
      throw this.fault(`${pointer}/copy`, '"copy" must be a JSONPath.', 'Write it as text: $.paths["/accounts"].get')
    }
    const updateAt = this.#positions.member(action, 'update')?.value
    return { target, update, updateAt, copy, remove: remove === true, pointer }
  }

  #knownKeys(value: JsonObject, pointer: string, known: readonly string[]): void {
    for (const key of Object.keys(value)) {
      if (known.includes(key) || key.startsWith('x-')) continue
      const near = nearest(key, known)
      const hint = near === undefined ? `Known are ${known.join(', ')}.` : `Did you mean "${near}"?`
      throw this.fault(`${pointer}/${key}`, `The overlay has an unknown key "${key.slice(0, 60)}".`, hint)
    }
  }

  /** The places that a JSONPath (RFC 9535) names in a document. */
  query(root: JsonValue, path: string, pointer: string): readonly Location[] {
    // One place may be named more than once: `$.tags[0, 0]`.
    const locations = new Map<string, Location>()
    try {
      // as: json-p3 has a type of its own for JSON, without read-only members; it changes nothing
      for (const node of jsonPath.compile(path).lazyQuery(root as never)) {
        locations.set(JSON.stringify(node.location), node.location)
        if (locations.size > mostMatches) {
          throw this.fault(pointer, `The target names more than ${mostMatches} places.`, 'Write a narrower path.')
        }
      }
    } catch (cause) {
      if (cause instanceof Fault) throw cause
      const reason = cause instanceof JSONPathError || cause instanceof Error ? cause.message : 'unknown reason'
      const hint = 'Write a JSONPath as RFC 9535 has it: $.paths["/accounts/{id}"].get'
      throw this.fault(
        pointer,
        `The JSONPath ${path.slice(0, 100)} cannot be read: ${reason.slice(0, 200)}.`,
        hint,
        cause,
      )
    }
    return [...locations.values()]
  }

  place(pointer: string): ContractProblem['where'] {
    return locatePointer(this.#positions, this.#document, pointer)
  }

  fault(pointer: string, message: string, hint: string, cause?: unknown): Fault {
    const { file, line, column } = this.place(pointer)
    return new Fault('overlay-invalid', message, {
      place: { file, line, column },
      hint,
      ...(cause === undefined ? {} : { cause }),
    })
  }
}
