import { Fault } from '../core/fault.ts'
import { isObject } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'

/** What an option may be: numbers count something and are positive whole ones, the rest is a switch. */
type OptionValue = number | boolean

/**
 * Reads a policy's options over their defaults. An unknown name or a value of another kind is an error that names the
 * way out.
 *
 * @throws Fault `configuration`
 */
export function readOptions<Options extends Readonly<Record<keyof Options, OptionValue>>>(
  policy: string,
  configured: unknown,
  defaults: Options,
): Options {
  if (configured === undefined) return defaults
  const names = Object.keys(defaults)
  if (!isObject(configured)) throw wrong(`The options of ${policy} must be a map.`, `It takes ${names.join(', ')}.`)
  const options: Record<string, OptionValue> = { ...defaults }
  for (const [name, value] of Object.entries(configured)) {
    if (name === 'mode') continue
    const known = options[name]
    if (known === undefined || !Object.hasOwn(defaults, name)) {
      const near = nearest(name, names)
      throw wrong(
        `${policy} has no option "${name}".`,
        near === undefined ? `It takes ${names.join(', ')}.` : `Did you mean "${near}"?`,
      )
    }
    if (typeof known === 'boolean' ? typeof value !== 'boolean' : !(Number.isSafeInteger(value) && Number(value) > 0)) {
      const wanted = typeof known === 'boolean' ? 'true or false' : 'a positive whole number'
      throw wrong(`The option "${name}" of ${policy} must be ${wanted}.`, `Its default is ${String(known)}.`)
    }
    // as: the line above has made sure that the value is of the same kind as the default.
    options[name] = value as OptionValue
  }
  // as: every name of the defaults is present, each with a value of its kind.
  return options as unknown as Options
}

function wrong(message: string, hint: string): Fault {
  return new Fault('configuration', message, { hint })
}
