import { readFileSync } from 'node:fs'
import { isString, member } from '../core/json.ts'

/** The version in package.json, which lies two folders above in the sources and in the package alike. */
export const productVersion: string = readVersion()

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const version = member(JSON.parse(text), 'version')
  return isString(version) ? version : '0.0.0'
}
