import type { Entry } from '../contract/entry.ts'

/**
 * The text of an entry with `${NAME}` replaced by the environment's value: secrets and deployment facts stay out of
 * files.
 * @throws Fault as the entry does, when a variable is not set
 */
export function substitute(entry: Entry, environment: Readonly<Record<string, string | undefined>>): string {
  return entry.text().replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_match, name: string) => {
    const value = environment[name]
    if (value !== undefined && value !== '') return value
    throw entry.wrong(
      `The environment variable ${name} is not set.`,
      `Set it, or write the value of ${entry.name} here.`,
    )
  })
}
